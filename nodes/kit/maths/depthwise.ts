/**
 * Depthwise convolution with its own gradient: tfjs has none where the kernel is dilated, and none at all on the
 * WebAssembly backend. Both sides of it are forward convolutions and sums, which every backend has.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { windowAxis } from '../window'
import type { places } from './places'

type Image = Tf.Tensor4D

/**
 * x [B, H, W, C], already padded, under a kernel [h, w, C, M] gives [B, places, places, C·M]: M results a channel, those
 * of one channel side by side. Only x and the kernel are kept for the way back.
 */
export const depthwiseImages = (
  tf: typeof Tf,
  x: Image,
  kernel: Image,
  strides: readonly [number, number],
  dilation: readonly [number, number],
  uses: { readonly places: typeof places },
): Image => {
  const [high, wide, channels, multiplier] = kernel.shape
  const reach = [(high - 1) * dilation[0] + 1, (wide - 1) * dilation[1] + 1] as const
  /** tfjs takes strides or a dilation, not both: where both are wanted, the strides come after. */
  const dilated = Math.max(...dilation) > 1
  const step: [number, number] = dilated ? [1, 1] : [...strides]
  const forward = (image: Image, window: Image, stride: [number, number]) =>
    tf.depthwiseConv2d(image, window, stride, 'valid', 'NHWC', [...dilation])

  /** Every gradient to the place it came from in an image of this length: zeros between them, and around. */
  const spread = (dy: Image, [tall, across]: readonly [number, number]): Image => {
    const [batch, rows, columns, depth] = dy.shape
    const down = tf.pad(tf.reshape(dy, [batch * rows, 1, columns * depth]), [
      [0, 0],
      [0, step[0] - 1],
      [0, 0],
    ])
    const both = tf.pad(tf.reshape(down, [batch * rows * step[0] * columns, 1, depth]), [
      [0, 0],
      [0, step[1] - 1],
      [0, 0],
    ])
    const [long, broad] = [rows * step[0], columns * step[1]]
    const sparse = tf.reshape(both, [batch, long, broad, depth])
    const inside = [Math.min(long, tall), Math.min(broad, across)] as const
    return tf.pad(tf.slice(sparse, [0, 0, 0, 0], [batch, inside[0], inside[1], depth]), [
      [0, 0],
      [reach[0] - 1, tall - inside[0]],
      [reach[1] - 1, across - inside[1]],
      [0, 0],
    ]) as Image
  }

  const inputGradient = (dy: Image, image: Image, window: Image): Image => {
    const [batch, tall, across] = image.shape
    const turned = tf.reshape(tf.reverse(window, [0, 1]), [high, wide, channels * multiplier, 1])
    const all = forward(spread(dy, [tall, across]), turned as Image, [1, 1]) // (B, H, W, C·M)
    if (multiplier === 1) return all
    return tf.reshape(tf.sum(tf.reshape(all, [batch * tall * across, channels, multiplier]), 2), image.shape)
  }

  /** For each tap of the kernel, the sum over all places of what lay under it times the gradient there. */
  const kernelGradient = (dy: Image, image: Image): Image => {
    const [batch, rows, columns] = dy.shape
    const rising = tf.reshape(dy, [batch * rows * columns, channels, multiplier])
    const taps = Array.from({ length: high * wide }, (_, tap) => {
      const [top, left] = [Math.floor(tap / wide) * dilation[0], (tap % wide) * dilation[1]]
      const [bottom, right] = [top + (rows - 1) * step[0] + 1, left + (columns - 1) * step[1] + 1]
      const under = tf.stridedSlice(
        image,
        [0, top, left, 0],
        [batch, bottom, right, channels],
        [1, step[0], step[1], 1],
      )
      return tf.sum(tf.mul(tf.reshape(under, [batch * rows * columns, channels, 1]), rising), 0)
    })
    return tf.reshape(tf.stack(taps), [high, wide, channels, multiplier])
  }

  const convolve = tf.customGrad((...given: (Tf.Tensor | Tf.GradSaveFunc)[]) => {
    const [image, window, save] = given as unknown as [Image, Image, Tf.GradSaveFunc]
    save([image, window])
    return {
      value: forward(image, window, step),
      gradFunc: (dy: Tf.Tensor, saved: Tf.Tensor[]) => {
        const [kept, weights] = saved as [Image, Image]
        return [
          tf.tidy(() => inputGradient(dy as Image, kept, weights)),
          tf.tidy(() => kernelGradient(dy as Image, kept)),
        ]
      },
    }
  }) as (image: Image, window: Image) => Image

  const y = convolve(x, kernel)
  if (!dilated || Math.max(...strides) === 1) return y
  const rows = uses.places(tf, y, 1, 0, Math.ceil(y.shape[1] / strides[0]), strides[0])
  return uses.places(tf, rows, 2, 0, Math.ceil(y.shape[2] / strides[1]), strides[1]) as Image
}

/** x [B, ...axes, C] over one or two axes under a kernel [...sizes, C, M]: [B, ...places, C·M]. */
export const depthwise = (
  tf: typeof Tf,
  x: Tf.Tensor,
  kernel: Tf.Tensor,
  p: {
    readonly kernelSize: readonly number[]
    readonly strides: readonly number[]
    readonly dilation: readonly number[]
    readonly padding: 'valid' | 'same'
  },
  uses: {
    readonly places: typeof places
    readonly windowAxis: typeof windowAxis
    readonly depthwiseImages: typeof depthwiseImages
  },
): Tf.Tensor => {
  const zeros = p.kernelSize.map((size, axis): [number, number] => {
    const [length, stride] = [x.shape[axis + 1] ?? 1, p.strides[axis] ?? 1]
    const { before, after } = uses.windowAxis(length, size, stride, p.padding, p.dilation[axis])
    return [before, after]
  })
  const padded = zeros.flat().some((n) => n > 0) ? tf.pad(x, [[0, 0], ...zeros, [0, 0]]) : x
  const last2 = (list: readonly number[]) => [list.at(-2) ?? 1, list.at(-1) ?? 1] as const
  const [strides, dilation] = [last2(p.strides), last2(p.dilation)]
  if (p.kernelSize.length === 2)
    return uses.depthwiseImages(tf, padded as Image, kernel as Image, strides, dilation, uses)
  // A sequence is an image one row high.
  const [image, window] = [tf.expandDims<Image>(padded, 1), tf.expandDims<Image>(kernel, 0)]
  return tf.squeeze(uses.depthwiseImages(tf, image, window, strides, dilation, uses), [1])
}
