/**
 * Convolutions over one to three axes, with strides, dilation and groups, out of convolutions over two axes, the ones
 * that are fast and right on every backend. tfjs has no groups, no gradient of a dilated convolution, no causal padding,
 * and on the WebAssembly backend no right gradient of a convolution over three axes.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Padding, windowAxis } from '../window'
import type { depthwiseImages } from './depthwise'
import type { places } from './places'

type Pair = readonly [number, number]
type Image = Tf.Tensor4D

/**
 * x [B, H, W, C], already padded, under a kernel [h, w, C / groups, F]. The gradient of a dilated kernel is its own:
 * dilated convolutions and products again.
 */
export const convolveImages = (
  tf: typeof Tf,
  x: Image,
  kernel: Image,
  o: { readonly strides: Pair; readonly dilation: Pair; readonly groups: number },
  uses: { readonly places: typeof places; readonly depthwiseImages: typeof depthwiseImages },
): Image => {
  const [high, wide, , filters] = kernel.shape
  const channels = x.shape[3]
  if (o.groups > 1 && o.groups === channels) {
    const own = tf.reshape<Tf.Rank.R4>(kernel, [high, wide, channels, filters / channels])
    return uses.depthwiseImages(tf, x, own, o.strides, o.dilation, uses)
  }
  const forward = (image: Image, window: Image) =>
    tf.conv2d(image, window, 1, 'valid', 'NHWC', [...o.dilation])

  const inputGradient = (dy: Image, window: Image): Image => {
    const [below, beside] = [(high - 1) * o.dilation[0], (wide - 1) * o.dilation[1]]
    const around = tf.pad<Image>(dy, [
      [0, 0],
      [below, below],
      [beside, beside],
      [0, 0],
    ])
    const turned = tf.transpose<Image>(tf.reverse(window, [0, 1]), [0, 1, 3, 2])
    return forward(around, turned)
  }

  /** For each tap of the kernel, what lay under it, transposed, times the gradient there. */
  const kernelGradient = (dy: Image, image: Image, shape: Image['shape']): Image => {
    const [batch, rows, columns, results] = dy.shape
    const rising = tf.reshape(dy, [batch * rows * columns, results])
    const taps = Array.from({ length: high * wide }, (_, tap) => {
      const [top, left] = [Math.floor(tap / wide) * o.dilation[0], (tap % wide) * o.dilation[1]]
      const under = tf.slice(image, [0, top, left, 0], [batch, rows, columns, shape[2]])
      return tf.matMul(tf.reshape(under, [batch * rows * columns, shape[2]]), rising, true, false)
    })
    return tf.reshape<Tf.Rank.R4>(tf.stack(taps), shape)
  }

  const dilated = tf.customGrad((...given: (Tf.Tensor | Tf.GradSaveFunc)[]) => {
    const [image, window, save] = given as unknown as [Image, Image, Tf.GradSaveFunc]
    save([image, window])
    return {
      value: forward(image, window),
      gradFunc: (dy: Tf.Tensor, saved: Tf.Tensor[]) => {
        const [kept, weights] = saved as [Image, Image]
        return [
          tf.tidy(() => inputGradient(dy as Image, weights)),
          tf.tidy(() => kernelGradient(dy as Image, kept, weights.shape)),
        ]
      },
    }
  }) as (image: Image, window: Image) => Image

  /** tfjs takes strides or a dilation, not both: where both are wanted, the strides come after. */
  const single = (image: Image, window: Image): Image => {
    if (Math.max(...o.dilation) === 1) return tf.conv2d(image, window, [...o.strides], 'valid')
    const y = dilated(image, window)
    if (Math.max(...o.strides) === 1) return y
    const rows = uses.places(tf, y, 1, 0, Math.ceil(y.shape[1] / o.strides[0]), o.strides[0])
    return uses.places(tf, rows, 2, 0, Math.ceil(y.shape[2] / o.strides[1]), o.strides[1]) as Image
  }
  if (o.groups === 1) return single(x, kernel)
  const windows = tf.split<Image>(kernel, o.groups, 3)
  return tf.concat(
    tf.split<Image>(x, o.groups, 3).map((image, group) => single(image, windows[group] as Image)),
    3,
  )
}

export interface ConvolutionNumbers {
  readonly kernelSize: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly groups: number
  readonly padding: Padding
}

/**
 * x [B, ...axes, C] under a kernel [...sizes, C / groups, F], plus the bias [F]: [B, ...places, F]. Over three axes the
 * layers of the kernel are convolved one by one and added up.
 */
export const convolve = (
  tf: typeof Tf,
  x: Tf.Tensor,
  kernel: Tf.Tensor,
  bias: Tf.Tensor | undefined,
  p: ConvolutionNumbers,
  uses: {
    readonly places: typeof places
    readonly depthwiseImages: typeof depthwiseImages
    readonly windowAxis: typeof windowAxis
    readonly convolveImages: typeof convolveImages
  },
): Tf.Tensor => {
  const axes = p.kernelSize.length
  const last2 = (list: readonly number[]): Pair => [list.at(-2) ?? 1, list.at(-1) ?? 1]
  const o = { strides: last2(p.strides), dilation: last2(p.dilation), groups: p.groups }
  const window = p.kernelSize.map((size, axis) =>
    uses.windowAxis(x.shape[axis + 1] ?? 1, size, p.strides[axis] ?? 1, p.padding, p.dilation[axis]),
  )
  /** A sequence is an image one row high. */
  const image = (value: Tf.Tensor, axis: number) => (axes === 1 ? tf.expandDims(value, axis) : value) as Image
  const filter = image(kernel, 0)
  const plain = axes < 3 && p.groups === 1 && Math.max(...p.dilation) === 1
  if (plain && p.padding !== 'causal') {
    const y = tf.fused.conv2d({
      x: image(x, 1),
      filter,
      strides: [...o.strides],
      pad: p.padding,
      activation: 'linear',
      ...(bias === undefined ? {} : { bias }),
    })
    return axes === 1 ? tf.squeeze(y, [1]) : y
  }
  const zeros = window.map(({ before, after }): [number, number] => [before, after])
  const padded = zeros.flat().some((n) => n > 0) ? tf.pad(x, [[0, 0], ...zeros, [0, 0]]) : x
  const add = (sums: Tf.Tensor) => (bias === undefined ? sums : tf.add(sums, bias))
  if (axes < 3) {
    const y = uses.convolveImages(tf, image(padded, 1), filter, o, uses)
    return add(axes === 1 ? tf.squeeze(y, [1]) : y)
  }
  const [batch, , height, width, channels] = padded.shape as Tf.Tensor5D['shape']
  const depth = window[0]?.places ?? 1
  const [deep, ...rest] = kernel.shape as Tf.Tensor5D['shape']
  const slabs = Array.from({ length: deep }, (_, layer) => {
    const slab = uses.places(tf, padded, 1, layer * (p.dilation[0] ?? 1), depth, p.strides[0] ?? 1)
    const layerKernel = tf.slice(kernel, [layer, 0, 0, 0, 0], [1, ...rest])
    const images = tf.reshape(slab, [batch * depth, height, width, channels])
    return uses.convolveImages(tf, images as Image, tf.reshape(layerKernel, rest), o, uses)
  })
  const sums = slabs.reduce((sum, slab) => tf.add(sum, slab))
  return add(tf.reshape(sums, [batch, depth, ...sums.shape.slice(1)]))
}
