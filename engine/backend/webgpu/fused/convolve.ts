/**
 * Convolutions of images as products of matrices of which none is ever written out: the rows of what lies under the
 * kernel are read from the image itself. Forwards with bias and relu; on the way back one product for the kernel, whose
 * last row is the bias's, and one for the image, where that is wanted. Strides and dilation in any mixture. In mixed
 * precision as dense layers are (`dense.ts`).
 */
import type * as Tf from '@tensorflow/tfjs'
import type { WebGpuInside } from '../inside'
import { emptyTensor, newTensor } from '../kernel'
import { bend, type BendName } from './bend'
import { product as sizeOf } from '../../sizes'
import { call, operation, type Info } from './operation'
import { bentBy, packHalves, packKept } from './half'
import {
  bentSum,
  gradientAt,
  gradientFourAt,
  multiply,
  read,
  readFour,
  risingInputs,
  type Product,
  type Rising,
} from './product'

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
function imageAt({ image: [height, width, channels] }: Geometry, sum: string, half: boolean): string {
  const [y, x] = [`(${sum}).y`, `(${sum}).z`]
  const inside = `u32(${y}) < ${height}u && u32(${x}) < ${width}u`
  const place = `(${sum}).x + (${y} * ${width} + ${x}) * ${channels} + (${sum}).w`
  return `select(0.0f, ${read(half, 'x', place)}, ${inside})`
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

function forward(g: Geometry, bias: boolean, bent: boolean, half: boolean): Product {
  return {
    label: 'convolution',
    halves: half ? ['x', 'kernel'] : [],
    inputs: ['x', 'kernel', ...(bias ? ['bias'] : [])],
    outputs: ['y'],
    rowOf: placeOf(g, 'm', '0'),
    deepOf: tapOf(g, 'k', 'k'),
    left: imageAt(g, 'row + vec4i(0, deep.yzw)', half),
    right: read(half, 'kernel', `deep.x * ${g.filters} + n`),
    wide: { inputs: ['kernel'], right: readFour(half, 'kernel', `deep.x * ${g.filters} + n`) },
    write: `
  let all = sum${bias ? ' + bias[n]' : ''};
  y[m * ${g.filters} + n] = ${bentSum(bent, 'all')};`,
  }
}

function kernelGradient(g: Geometry, bias: boolean, rising: Rising): Product {
  const depth = depthOf(g)
  const image = imageAt(g, 'row + vec4i(deep.xyz, 0)', rising.half)
  return {
    label: 'gradient of a kernel',
    halves: rising.half ? ['x', 'dy'] : [],
    inputs: ['x', ...risingInputs(rising)],
    outputs: ['dkernel', ...(bias ? ['dbias'] : [])],
    // Under the bias lie ones: its row is marked by a channel that there is not.
    rowOf: `
  if (m >= ${depth}) { return vec4i(0, 0, 0, -1); }
  ${tapOf(g, 'm', '0')}`,
    deepOf: placeOf(g, 'k', 'k'),
    left: bias ? `select(${image}, 1.0f, row.w < 0)` : image,
    right: gradientAt(rising, `deep.w * ${g.filters} + n`),
    wide: { inputs: ['dy', 'y'], right: gradientFourAt(rising, `deep.w * ${g.filters} + n`) },
    write: bias
      ? `if (m < ${depth}) { dkernel[m * ${g.filters} + n] = sum; } else { dbias[n] = sum; }`
      : `dkernel[m * ${g.filters} + n] = sum;`,
  }
}

function imageGradient(g: Geometry, rising: Rising): Product {
  const [, ...bends] = risingInputs(rising)
  const [height, width, channels] = g.image
  const [high, wide] = g.places
  const [down, across] = g.strides
  const place = `row.x + ((row.y - deep.y) / ${down} * ${wide} + (row.z - deep.z) / ${across}) * ${g.filters} + deep.w`
  // A negative number leaves no positive rest, and as u32 is larger than any place.
  const whole = (axis: 'y' | 'z', stride: number, places: number) =>
    `u32(row.${axis} - deep.${axis}) < ${stride * places}u${stride > 1 ? ` && (row.${axis} - deep.${axis}) % ${stride} == 0` : ''}`
  return {
    label: 'gradient of an image',
    halves: rising.half ? ['dy', 'kernel'] : [],
    inputs: ['dy', 'kernel', ...bends],
    outputs: ['dx'],
    rowOf: `
  let image = m / ${height * width};
  let at = m % ${height * width};
  return vec4i(image * ${high * wide * g.filters}, at / ${width} + ${g.before[0]}, at % ${width} + ${g.before[1]}, 0);`,
    deepOf: `
  let tap = k / ${g.filters};
  return vec4i(tap * ${channels}, (tap / ${g.size[1]}) * ${g.dilation[0]}, (tap % ${g.size[1]}) * ${g.dilation[1]}, k % ${g.filters});`,
    left: `select(0.0f, ${gradientAt(rising, place)}, ${whole('y', down, high)} && ${whole('z', across, wide)})`,
    right: read(rising.half, 'kernel', `(deep.x + n) * ${g.filters} + deep.w`),
    write: `dx[m * ${channels} + n] = sum;`,
  }
}

interface Attributes extends Readonly<Record<string, number | boolean | string>> {
  readonly bent: boolean
  readonly biased: boolean
  /** Of a ConvolutionShape: attributes are flat. */
  readonly shape: string
}

function geometryOf(shape: string, image: readonly number[], kernel: Info): Geometry {
  const [, height = 0, width = 0, channels = 0] = image
  const [high = 0, wide = 0, , filters = 0] = kernel.shape
  const along = JSON.parse(shape) as ConvolutionShape
  return { ...along, image: [height, width, channels], size: [high, wide], filters }
}

const convolution = operation<'x' | 'kernel' | 'bias', Attributes>({
  name: 'WiregradConvolution',
  savesInputs: ['x', 'kernel'],
  savesOutputs: [true],
  run({ inside, inputs: { x, kernel, bias }, attributes: { bent, biased, shape } }) {
    const g = geometryOf(shape, x.shape, kernel)
    const y = emptyTensor(inside, [x.shape[0] ?? 0, ...g.places, g.filters], 'float32')
    const given: Info[] = biased ? [x, kernel, bias] : [x, kernel]
    const sizes = { rows: sizeOf(y.shape) / g.filters, columns: g.filters, depth: depthOf(g) }
    multiply(inside, forward(g, biased, bent, false), sizes, [y], given)
    return y
  },
  gradient({ tf, inside, dy: [dy], saved: [x, kernel, y], attributes: { bent, biased, shape } }) {
    const [image, window, rising] = [x, kernel, dy] as [Tf.Tensor, Tf.Tensor, Tf.Tensor]
    const g = geometryOf(shape, image.shape, window)
    return gradients(tf, { inside, g, biased, image: image.shape, way: { bent, half: false } }, [
      image,
      rising,
      window,
      ...(bent ? [y as Tf.Tensor] : []),
    ])
  },
})

const halfConvolution = operation<'x' | 'kernel' | 'bias', Attributes & { readonly image: string }>({
  name: 'WiregradHalfConvolution',
  savesInputs: ['kernel'],
  savesOutputs: [true, true],
  run({ inside, inputs: { x, kernel, bias }, attributes: { bent, biased, shape } }) {
    const g = geometryOf(shape, x.shape, kernel)
    const y = emptyTensor(inside, [x.shape[0] ?? 0, ...g.places, g.filters], 'float32')
    const [packed, weights] = packKept(inside, x, [{ numbers: kernel }]) as [Info, Info]
    const given: Info[] = [packed, weights, ...(biased ? [bias] : [])]
    const sizes = { rows: sizeOf(y.shape) / g.filters, columns: g.filters, depth: depthOf(g) }
    multiply(inside, forward(g, biased, bent, true), sizes, [y], given)
    inside.disposeData(weights.dataId)
    return [y, packed]
  },
  gradient({ tf, inside, dy: [dy], saved: [kernel, y, packed], attributes: { bent, biased, shape, image } }) {
    const window = kernel as Tf.Tensor
    const size = JSON.parse(image) as number[]
    const g = geometryOf(shape, size, window)
    const [rising, weights] = packHalves(inside, [
      { numbers: dy as Tf.Tensor, ...(bent ? { bent: bentBy(inside, y as Tf.Tensor) } : {}) },
      { numbers: window },
    ]).map((info) => tf.engine().makeTensorFromTensorInfo(info)) as [Tf.Tensor, Tf.Tensor]
    return gradients(tf, { inside, g, biased, image: size, way: { bent, half: true } }, [
      packed as Tf.Tensor,
      rising,
      weights,
    ])
  },
})

/** What all gradients of a convolution are made of. */
interface Backward {
  readonly inside: WebGpuInside
  readonly g: Geometry
  readonly biased: boolean
  /** The shape of the images. */
  readonly image: readonly number[]
  readonly way: Rising
}

/** From the images, the gradient from above, the kernel, and what relu gave where that is looked at. */
function gradients(
  tf: typeof Tf,
  { inside, g, biased, image, way }: Backward,
  [x, rising, kernel, ...bends]: readonly [Tf.Tensor, Tf.Tensor, Tf.Tensor, ...Tf.Tensor[]],
) {
  const places = (sizeOf(image) / sizeOf(g.image)) * g.places[0] * g.places[1]
  const dkernel = newTensor(tf, inside, [...g.size, g.image[2], g.filters])
  const dbias = biased ? [newTensor(tf, inside, [g.filters])] : []
  multiply(
    inside,
    kernelGradient(g, biased, way),
    { rows: depthOf(g) + (biased ? 1 : 0), columns: g.filters, depth: places },
    [dkernel, ...dbias],
    [x, rising, ...bends],
  )
  return {
    x: () => {
      const dx = newTensor(tf, inside, image)
      const channels = g.image[2]
      const depth = g.size[0] * g.size[1] * g.filters
      const sizes = { rows: sizeOf(image) / channels, columns: channels, depth }
      multiply(inside, imageGradient(g, way), sizes, [dx], [rising, kernel, ...bends])
      return dx
    },
    kernel: () => dkernel,
    bias: () => dbias[0] as Tf.Tensor,
  }
}

interface Inputs {
  readonly x: Tf.Tensor
  readonly kernel: Tf.Tensor
  readonly bias: Tf.Tensor | undefined
}

/** Images [B, H, W, C] under a kernel [h, w, C, F], plus the bias [F], bent: [B, ...places, F]. */
export function convolve(
  tf: typeof Tf,
  inputs: Inputs,
  shape: ConvolutionShape,
  name: BendName,
  half = false,
): Tf.Tensor {
  const bent = name === 'relu'
  const attributes = { bent, biased: inputs.bias !== undefined, shape: JSON.stringify(shape) }
  const [y] = half
    ? call(tf, halfConvolution, inputs, { ...attributes, image: JSON.stringify(inputs.x.shape) })
    : call(tf, convolution, inputs, attributes)
  return bent ? (y as Tf.Tensor) : bend(tf, y as Tf.Tensor, name)
}

/** The same with images, kernel and gradients rounded to half precision before they are multiplied. */
export const halfConvolve: typeof convolve = (tf, inputs, shape, name) =>
  convolve(tf, inputs, shape, name, true)
