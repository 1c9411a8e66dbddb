/**
 * Convolutions of images as products of matrices of which none is ever written out: the rows of what lies under the
 * kernel are read from the image itself. Forwards with bias and relu; on the way back one product for the kernel, whose
 * last row is the bias's, and one for the image, where that is wanted. Strides and dilation in any mixture.
 */
import type * as Tf from '@tensorflow/tfjs'
import { emptyTensor, newTensor } from '../kernel'
import { bend, type BendName } from './bend'
import { product as sizeOf } from '../../sizes'
import { call, operation, type Info } from './operation'
import { bentSum, gradientAt, gradientFourAt, multiply, type Product } from './product'

type Pair = readonly [number, number]

/** Along height and width. */
export interface ConvolutionShape {
  readonly strides: Pair
  readonly dilation: Pair
  /** Zeros before the first row and column. */
  readonly before: Pair
  readonly places: Pair
}

/** All sizes that the kernels are written with. */
interface Geometry extends ConvolutionShape {
  /** Height, width and channels of an image. */
  readonly image: readonly [number, number, number]
  readonly size: Pair
  readonly filters: number
}

/** Reads the image under tap (dy, dx) of a place, zero outside: of `sum`, where the image begins, row, column, channel. */
function imageAt({ image: [height, width, channels] }: Geometry, sum: string): string {
  const [y, x] = [`(${sum}).y`, `(${sum}).z`]
  const inside = `u32(${y}) < ${height}u && u32(${x}) < ${width}u`
  return `select(0.0f, x[(${sum}).x + (${y} * ${width} + ${x}) * ${channels} + (${sum}).w], ${inside})`
}

/** WGSL: where the image of place `name` of all begins, and where the kernel lies over it; `last` is the caller's. */
function placeOf(g: Geometry, name: string, last: string): string {
  const [high, wide] = g.places
  const [height, width, channels] = g.image
  return `
  let image = ${name} / ${high * wide};
  let at = ${name} % ${high * wide};
  return vec4i(image * ${height * width * channels},
    (at / ${wide}) * ${g.strides[0]} - ${g.before[0]}, (at % ${wide}) * ${g.strides[1]} - ${g.before[1]}, ${last});`
}

/** WGSL: how far tap and channel `name` are from the place; `first` is the caller's. */
function tapOf({ size, dilation, image: [, , channels] }: Geometry, name: string, first: string): string {
  return `
  let tap = ${name} / ${channels};
  return vec4i(${first}, (tap / ${size[1]}) * ${dilation[0]}, (tap % ${size[1]}) * ${dilation[1]}, ${name} % ${channels});`
}

const depthOf = ({ size, image }: Geometry): number => size[0] * size[1] * image[2]

function forward(g: Geometry, bias: boolean, bent: boolean): Product {
  return {
    label: 'convolution',
    inputs: ['x', 'kernel', ...(bias ? ['bias'] : [])],
    outputs: ['y'],
    rowOf: placeOf(g, 'm', '0'),
    deepOf: tapOf(g, 'k', 'k'),
    left: imageAt(g, 'row + vec4i(0, deep.yzw)'),
    right: `kernel[deep.x * ${g.filters} + n]`,
    wide: { inputs: ['kernel'], right: `kernel[(deep.x * ${g.filters} + n) / 4]` },
    write: `
  let all = sum${bias ? ' + bias[n]' : ''};
  y[m * ${g.filters} + n] = ${bentSum(bent, 'all')};`,
  }
}

function kernelGradient(g: Geometry, bias: boolean, bent: boolean): Product {
  const depth = depthOf(g)
  const image = imageAt(g, 'row + vec4i(deep.xyz, 0)')
  return {
    label: 'gradient of a kernel',
    inputs: ['x', 'dy', ...(bent ? ['y'] : [])],
    outputs: ['dkernel', ...(bias ? ['dbias'] : [])],
    // Under the bias lie ones: its row is marked by a channel that there is not.
    rowOf: `
  if (m >= ${depth}) { return vec4i(0, 0, 0, -1); }
  ${tapOf(g, 'm', '0')}`,
    deepOf: placeOf(g, 'k', 'k'),
    left: bias ? `select(${image}, 1.0f, row.w < 0)` : image,
    right: gradientAt(bent, `deep.w * ${g.filters} + n`),
    wide: { inputs: ['dy', 'y'], right: gradientFourAt(bent, `deep.w * ${g.filters} + n`) },
    write: bias
      ? `if (m < ${depth}) { dkernel[m * ${g.filters} + n] = sum; } else { dbias[n] = sum; }`
      : `dkernel[m * ${g.filters} + n] = sum;`,
  }
}

function imageGradient(g: Geometry, bent: boolean): Product {
  const [height, width, channels] = g.image
  const [high, wide] = g.places
  const [down, across] = g.strides
  const place = `row.x + ((row.y - deep.y) / ${down} * ${wide} + (row.z - deep.z) / ${across}) * ${g.filters} + deep.w`
  // A negative number leaves no positive rest, and as u32 is larger than any place.
  const whole = (axis: 'y' | 'z', stride: number, places: number) =>
    `u32(row.${axis} - deep.${axis}) < ${stride * places}u${stride > 1 ? ` && (row.${axis} - deep.${axis}) % ${stride} == 0` : ''}`
  return {
    label: 'gradient of an image',
    inputs: ['dy', 'kernel', ...(bent ? ['y'] : [])],
    outputs: ['dx'],
    rowOf: `
  let image = m / ${height * width};
  let at = m % ${height * width};
  return vec4i(image * ${high * wide * g.filters}, at / ${width} + ${g.before[0]}, at % ${width} + ${g.before[1]}, 0);`,
    deepOf: `
  let tap = k / ${g.filters};
  return vec4i(tap * ${channels}, (tap / ${g.size[1]}) * ${g.dilation[0]}, (tap % ${g.size[1]}) * ${g.dilation[1]}, k % ${g.filters});`,
    left: `select(0.0f, ${gradientAt(bent, place)}, ${whole('y', down, high)} && ${whole('z', across, wide)})`,
    right: `kernel[(deep.x + n) * ${g.filters} + deep.w]`,
    write: `dx[m * ${channels} + n] = sum;`,
  }
}

interface Attributes extends Readonly<Record<string, number | boolean | string>> {
  readonly bent: boolean
  readonly biased: boolean
  /** Of a ConvolutionShape: attributes are flat. */
  readonly shape: string
}

function geometryOf(shape: string, x: Info, kernel: Info): Geometry {
  const [, height = 0, width = 0, channels = 0] = x.shape
  const [high = 0, wide = 0, , filters = 0] = kernel.shape
  const along = JSON.parse(shape) as ConvolutionShape
  return { ...along, image: [height, width, channels], size: [high, wide], filters }
}

const convolution = operation<'x' | 'kernel' | 'bias', Attributes>({
  name: 'WiregradConvolution',
  savesInputs: ['x', 'kernel'],
  savesOutputs: [true],
  run({ inside, inputs: { x, kernel, bias }, attributes: { bent, biased, shape } }) {
    const g = geometryOf(shape, x, kernel)
    const y = emptyTensor(inside, [x.shape[0] ?? 0, ...g.places, g.filters], 'float32')
    const given: Info[] = biased ? [x, kernel, bias] : [x, kernel]
    const rows = sizeOf(y.shape) / g.filters
    multiply(inside, forward(g, biased, bent), { rows, columns: g.filters, depth: depthOf(g) }, [y], given)
    return y
  },
  gradient({ tf, inside, dy: [dy], saved: [x, kernel, y], attributes: { bent, biased, shape } }) {
    const [image, window, rising] = [x, kernel, dy] as [Tf.Tensor, Tf.Tensor, Tf.Tensor]
    const g = geometryOf(shape, image, window)
    const bends = bent ? [y as Tf.Tensor] : []
    const places = rising.size / g.filters
    const dkernel = newTensor(tf, inside, window.shape)
    const dbias = biased ? [newTensor(tf, inside, [g.filters])] : []
    multiply(
      inside,
      kernelGradient(g, biased, bent),
      { rows: depthOf(g) + (biased ? 1 : 0), columns: g.filters, depth: places },
      [dkernel, ...dbias],
      [image, rising, ...bends],
    )
    return {
      x: () => {
        const dx = newTensor(tf, inside, image.shape)
        const channels = g.image[2]
        const depth = g.size[0] * g.size[1] * g.filters
        const sizes = { rows: image.size / channels, columns: channels, depth }
        multiply(inside, imageGradient(g, bent), sizes, [dx], [rising, window, ...bends])
        return dx
      },
      kernel: () => dkernel,
      bias: () => dbias[0] as Tf.Tensor,
    }
  },
})

/** Images [B, H, W, C] under a kernel [h, w, C, F], plus the bias [F], bent: [B, ...places, F]. */
export function convolve(
  tf: typeof Tf,
  inputs: { readonly x: Tf.Tensor; readonly kernel: Tf.Tensor; readonly bias: Tf.Tensor | undefined },
  shape: ConvolutionShape,
  name: BendName,
): Tf.Tensor {
  const bent = name === 'relu'
  const attributes = { bent, biased: inputs.bias !== undefined, shape: JSON.stringify(shape) }
  const [y] = call(tf, convolution, inputs, attributes)
  return bent ? (y as Tf.Tensor) : bend(tf, y as Tf.Tensor, name)
}
