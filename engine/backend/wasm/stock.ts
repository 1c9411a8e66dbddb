/**
 * Our functions in the place of tfjs's own kernels on WebAssembly: products (theirs run in a plain loop where a matrix is
 * transposed or there are several), convolutions and all their gradients, the gradient of max pooling and that of an
 * embedding. What ours do not take goes on to what was there.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { TensorFlow } from '../tfjs'
import { fuseSoftmaxGradient } from './fused/softmax'
import { wasmInside, type Info, type WasmInside } from './inside'
import { product } from '../sizes'

interface Given {
  readonly inputs: Readonly<Record<string, Info | undefined>>
  readonly attrs: Readonly<Record<string, unknown>>
}

/** A result, or null: not for us. */
type Kernel = (inside: WasmInside, given: Given, tf: TensorFlow) => Info | null

/** Flags of a product. */
const flags = { bias: 2, relu: 4 } as const

/** Activation and bias of a fused kernel as flags; null where it is another activation. */
function ending({ inputs: { bias }, attrs }: Given, units: number): number | null {
  const activation = attrs['activation'] ?? 'linear'
  if (activation !== 'linear' && activation !== 'relu') return null
  if (bias !== undefined && product(bias.shape) !== units) return null
  return (bias === undefined ? 0 : flags.bias) | (activation === 'relu' ? flags.relu : 0)
}

const matMul: Kernel = (inside, given) => {
  const { a, b, bias } = given.inputs as { readonly a: Info; readonly b: Info; readonly bias?: Info }
  const [turnA, turnB] = [given.attrs['transposeA'] === true, given.attrs['transposeB'] === true]
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return null
  const rowsOf = (x: Info) => x.shape.at(-2) ?? 1
  const columnsOf = (x: Info) => x.shape.at(-1) ?? 1
  const [m, k] = turnA ? [columnsOf(a), rowsOf(a)] : [rowsOf(a), columnsOf(a)]
  const [inner, n] = turnB ? [columnsOf(b), rowsOf(b)] : [rowsOf(b), columnsOf(b)]
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const [countA, countB] = [product(batchA), product(batchB)]
  // What does not fit together is refused by the kernel that stands behind this one.
  if (inner !== k || (countA !== countB && countA !== 1 && countB !== 1)) return null
  if (batchA.length !== batchB.length && batchA.length > 0 && batchB.length > 0) return null
  if (countA === countB && batchA.length === batchB.length && batchA.join() !== batchB.join()) return null
  const end = ending(given, n)
  if (end === null) return null
  const longer = batchA.length >= batchB.length ? batchA : batchB
  const batch = countA === countB ? longer : countA > countB ? batchA : batchB
  const c = inside.output([...batch, m, n])
  inside.run(
    'products',
    Math.min(countA, countB) === 0 ? 0 : Math.max(countA, countB),
    ...[m, n, k],
    ...[inside.at(a), countA === 1 ? 0 : m * k, columnsOf(a), Number(turnA)],
    ...[inside.at(b), countB === 1 ? 0 : k * n, columnsOf(b), Number(turnB)],
    ...[inside.at(c), m * n, n],
    ...[end, bias === undefined ? 0 : inside.at(bias), inside.scratch],
  )
  return c
}

interface ConvAttributes {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number | Tf.backend_util.ExplicitPadding
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dilations?: number | [number, number]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly filterShape?: [number, number, number, number]
  readonly inputShape?: [number, number, number, number]
}

const kinds = { forward: 0, filter: 1, image: 2 } as const

/** Runs a convolution or one of its gradients; null where it is not for us. */
function convolve(
  inside: WasmInside,
  tf: TensorFlow,
  kind: keyof typeof kinds,
  shapes: { readonly x: readonly number[]; readonly filter: readonly number[] },
  attrs: ConvAttributes,
  tensors: (info: Tf.backend_util.Conv2DInfo) => { x: Info; filter: Info; y: Info; result: Info },
  ends: { readonly flags: number; readonly bias: number },
): Info | null {
  if ((attrs.dataFormat ?? 'NHWC') !== 'NHWC' || shapes.x.length !== 4) return null
  const info = tf.backend_util.computeConv2DInfo(
    shapes.x as [number, number, number, number],
    shapes.filter as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
  )
  const window = info.filterHeight * info.filterWidth * info.inChannels
  // Groups are not ours, nor windows that would not fit, not even one.
  if (shapes.filter[2] !== info.inChannels || window > inside.spare.size) return null
  const { x, filter, y, result } = tensors(info)
  const most = Math.floor(inside.spare.size / Math.max(1, window))
  inside.run(
    'convolve',
    kinds[kind],
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.outHeight, info.outWidth, info.outChannels],
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
    ...[inside.at(x), inside.at(filter), inside.at(y), ends.flags, ends.bias],
    ...[inside.scratch, inside.spare.at, most],
  )
  return result
}

const conv2d: Kernel = (inside, given, tf) => {
  const { x, filter, bias } = given.inputs as {
    readonly x: Info
    readonly filter: Info
    readonly bias?: Info
  }
  const end = ending(given, filter.shape[3] ?? 1)
  if (end === null || x.dtype !== 'float32' || filter.dtype !== 'float32') return null
  const ends = { flags: end, bias: bias === undefined ? 0 : inside.at(bias) }
  const attrs = given.attrs as unknown as ConvAttributes
  return convolve(
    inside,
    tf,
    'forward',
    { x: x.shape, filter: filter.shape },
    attrs,
    (info) => {
      const y = inside.output(info.outShape)
      return { x, filter, y, result: y }
    },
    ends,
  )
}

const nothing = { flags: 0, bias: 0 }

const conv2dBackpropFilter: Kernel = (inside, { inputs, attrs }, tf) => {
  const { x, dy } = inputs as { readonly x: Info; readonly dy: Info }
  const options = attrs as unknown as ConvAttributes
  const filterShape = options.filterShape ?? [0, 0, 0, 0]
  return convolve(
    inside,
    tf,
    'filter',
    { x: x.shape, filter: filterShape },
    options,
    () => {
      const filter = inside.output(filterShape)
      return { x, filter, y: dy, result: filter }
    },
    nothing,
  )
}

const conv2dBackpropInput: Kernel = (inside, { inputs, attrs }, tf) => {
  const { dy, filter } = inputs as { readonly dy: Info; readonly filter: Info }
  const options = attrs as unknown as ConvAttributes
  const inputShape = options.inputShape ?? [0, 0, 0, 0]
  return convolve(
    inside,
    tf,
    'image',
    { x: inputShape, filter: filter.shape },
    options,
    () => {
      const x = inside.output(inputShape)
      return { x, filter, y: dy, result: x }
    },
    nothing,
  )
}

/** The gradient goes to the first largest number of each window, as on every other backend. */
const maxPoolGrad: Kernel = (inside, { inputs, attrs }, tf) => {
  const { dy, input } = inputs as { readonly dy: Info; readonly input: Info }
  const info = tf.backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    attrs['filterSize'] as [number, number],
    attrs['strides'] as [number, number],
    1,
    attrs['pad'] as 'valid' | 'same' | number,
    attrs['dimRoundingMode'] as 'floor' | undefined,
  )
  const dx = inside.output(input.shape)
  inside.run(
    'maxPoolBack',
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
    ...[inside.at(input), inside.at(dy), inside.at(dx)],
  )
  return dx
}

/** Sum of the rows of x by id; the gradient of an embedding. */
const unsortedSegmentSum: Kernel = (inside, { inputs, attrs }) => {
  const { x, segmentIds } = inputs as { readonly x: Info; readonly segmentIds: Info }
  if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32') return null
  const segments = attrs['numSegments'] as number
  const others = x.shape.slice(1)
  const y = inside.output([segments, ...others])
  const places = [inside.at(x), inside.at(segmentIds), inside.at(y)]
  inside.run('segmentSum', segmentIds.shape[0] ?? 0, product(others), segments, ...places)
  return y
}

const softmax: Kernel = (inside, { inputs, attrs }) => {
  const { logits } = inputs as { readonly logits: Info }
  const width = logits.shape.at(-1) ?? 1
  if (logits.dtype !== 'float32' || attrs['dim'] !== logits.shape.length - 1) return null
  const y = inside.output(logits.shape)
  if (width > 0) inside.run('softmax', product(logits.shape) / width, width, inside.at(logits), inside.at(y))
  return y
}

/** Rows by number, as a batch is taken from the samples; whole rows, from one axis to the next. */
const gather: Kernel = (inside, { inputs, attrs }) => {
  const { x, indices } = inputs as { readonly x: Info; readonly indices: Info }
  if (attrs['axis'] !== 0 || attrs['batchDims'] !== 0 || indices.dtype !== 'int32') return null
  if (x.dtype !== 'float32' && x.dtype !== 'int32') return null
  const [rows = 0, ...others] = x.shape
  const y = inside.output([...indices.shape, ...others], x.dtype)
  const places = [x, indices, y].map((info) => inside.at(info))
  inside.run('gatherRows', product(indices.shape), product(others), rows, ...places)
  return y
}

/** Sums along the first axes or the last ones; theirs turns the whole tensor for the first. */
const sum: Kernel = (inside, { inputs, attrs }) => {
  const { x } = inputs as { readonly x: Info }
  const rank = x.shape.length
  const given = attrs['axis'] as number | readonly number[] | null
  const every = x.shape.map((_, at) => at)
  const list = typeof given === 'number' ? [given] : given === null || given.length === 0 ? every : given
  const axes = new Set(list.map((axis) => (axis < 0 ? axis + rank : axis)))
  const count = axes.size
  const leading = [...axes].every((axis) => axis < count)
  const trailing = [...axes].every((axis) => axis >= rank - count)
  if (x.dtype !== 'float32' || count === 0 || product(x.shape) === 0 || !(leading || trailing)) return null
  const kept = x.shape.filter((_, at) => !axes.has(at))
  const shape = attrs['keepDims'] === true ? x.shape.map((size, at) => (axes.has(at) ? 1 : size)) : kept
  const y = inside.output(shape)
  const inner = trailing ? product(x.shape) / product(kept) : product(kept)
  const places = [inside.at(x), inside.at(y)]
  const rows = product(x.shape) / inner
  if (trailing) inside.run('rowSums', rows, inner, ...places)
  else inside.run('columnSums', rows, inner, inner, ...places)
  return y
}

/** Theirs copies. Nothing but our optimisers writes where a tensor stands, and those give each weight a place of its own. */
const identity: Kernel = (inside, { inputs: { x } }) =>
  x === undefined || x.dtype === 'string' ? null : inside.again(x)

const kernels: Readonly<Record<string, Kernel>> = {
  BatchMatMul: matMul,
  _FusedMatMul: matMul,
  Conv2D: conv2d,
  FusedConv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  MaxPoolGrad: maxPoolGrad,
  UnsortedSegmentSum: unsortedSegmentSum,
  Softmax: softmax,
  GatherV2: gather,
  Sum: sum,
  Identity: identity,
}

const replaced = new WeakSet<object>()

/**
 * Puts our kernels in place, after the repairs, which are what they fall back to. May be called again: a kernel that was
 * put in place stays, and looks for the heap of the backend that runs.
 */
export function useOwnKernels(tf: TensorFlow): void {
  if (wasmInside(tf) === null || replaced.has(tf)) return
  replaced.add(tf)
  fuseSoftmaxGradient(tf)
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const old = tf.getKernel(kernelName, 'wasm')
    if (!old) continue
    const made: Tf.KernelConfig = {
      ...old,
      kernelFunc: (given) => {
        const inside = wasmInside(tf)
        const found = inside === null ? null : kernel(inside, given as unknown as Given, tf)
        return found ?? old.kernelFunc(given)
      },
    }
    tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel(made)
  }
}
