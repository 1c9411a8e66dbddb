/**
 * tfjs's WebAssembly backend cannot train as it comes: gradients of convolutions and of embeddings are missing, the
 * gradient of max pooling is wrong where the largest value is not positive, and a matrix product with a transposed
 * argument runs ten times slower than transposing it first. These kernels are put right from outside, out of the
 * backend's own kernels where they are fast and in plain loops over its memory where none exists.
 *
 * The WebAssembly memory may grow, and its old views die, at every allocation: views are taken after the last one.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { TensorFlow } from './tfjs'

type Info = Tf.TensorInfo
type TypedArray = Float32Array | Int32Array | Uint8Array

/** The insides of BackendWasm that are used. */
interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: string): Info
  typedArrayFromHeap(info: Info): TypedArray
  disposeData(dataId: object): boolean
}

interface KernelArguments {
  readonly inputs: Record<string, Info>
  readonly backend: unknown
  readonly attrs: Record<string, unknown>
}
type Kernel = (a: KernelArguments) => Info

interface Toolbox {
  readonly tf: TensorFlow
  readonly backend: WasmBackend
  /** Runs a kernel of the backend. */
  run(name: string, inputs: Record<string, Info> | Info[], attrs?: Record<string, unknown>): Info
  free(...infos: readonly Info[]): void
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1)
}

/** The same values under another shape; owns nothing. */
function view(info: Info, shape: number[]): Info {
  return { dataId: info.dataId, shape, dtype: info.dtype }
}

/** a @ b for matrices [n, k], [k, m], transposing first what is to be transposed: only the plain case is fast. */
function matMul(
  box: Toolbox,
  stock: Kernel,
  a: Info,
  b: Info,
  transposeA: boolean,
  transposeB: boolean,
): Info {
  const left = transposeA ? box.run('Transpose', { x: a }, { perm: [1, 0] }) : a
  const right = transposeB ? box.run('Transpose', { x: b }, { perm: [1, 0] }) : b
  const result = stock({
    inputs: { a: view(left, [1, ...left.shape]), b: view(right, [1, ...right.shape]) },
    backend: box.backend,
    attrs: { transposeA: false, transposeB: false },
  })
  if (transposeA) box.free(left)
  if (transposeB) box.free(right)
  return view(result, [left.shape[0] ?? 0, right.shape[1] ?? 0])
}

function batchMatMul(box: Toolbox, stock: Kernel): Kernel {
  return ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as { a: Info; b: Info }
    const transposeA = attrs['transposeA'] as boolean
    const transposeB = attrs['transposeB'] as boolean
    const plain =
      product(a.shape.slice(0, -2)) === 1 && product(b.shape.slice(0, -2)) === 1 && a.dtype === 'float32'
    if (!plain || !(transposeA || transposeB)) return stock({ inputs, backend, attrs })
    const result = matMul(
      box,
      stock,
      view(a, a.shape.slice(-2)),
      view(b, b.shape.slice(-2)),
      transposeA,
      transposeB,
    )
    return view(result, [...a.shape.slice(0, -2), ...result.shape])
  }
}

interface ConvAttributes {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number
  readonly dataFormat: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly filterShape?: [number, number, number, number]
  readonly inputShape?: [number, number, number, number]
}

function convInfo(
  tf: TensorFlow,
  input: readonly number[],
  filter: readonly number[],
  attrs: ConvAttributes,
): Tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
  )
}

/** Patches of x (B, H, W, C) as rows: (B * OH * OW, KH * KW * C). */
function patches(box: Toolbox, x: Info, info: Tf.backend_util.Conv2DInfo): Info {
  const {
    padInfo: pad,
    strideHeight: sh,
    strideWidth: sw,
    outHeight: oh,
    outWidth: ow,
    batchSize,
    inChannels,
  } = info
  const padded = pad.top + pad.bottom + pad.left + pad.right > 0
  const source = padded
    ? box.run(
        'PadV2',
        { x },
        {
          paddings: [
            [0, 0],
            [pad.top, pad.bottom],
            [pad.left, pad.right],
            [0, 0],
          ],
          constantValue: 0,
        },
      )
    : x
  const columns: Info[] = []
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const part =
        sh === 1 && sw === 1
          ? box.run('Slice', { x: source }, { begin: [0, i, j, 0], size: [batchSize, oh, ow, inChannels] })
          : box.run(
              'StridedSlice',
              { x: source },
              {
                begin: [0, i, j, 0],
                end: [batchSize, i + (oh - 1) * sh + 1, j + (ow - 1) * sw + 1, inChannels],
                strides: [1, sh, sw, 1],
                beginMask: 0,
                endMask: 0,
                ellipsisMask: 0,
                newAxisMask: 0,
                shrinkAxisMask: 0,
              },
            )
      columns.push(view(part, [batchSize * oh * ow, inChannels]))
    }
  }
  if (padded) box.free(source)
  const first = columns[0]
  if (columns.length === 1 && first !== undefined) return first
  const rows = box.run('Concat', columns, { axis: 1 })
  box.free(...columns)
  return rows
}

/** dL/dfilter = patches(x)^T @ dy. */
function conv2dBackpropFilter(box: Toolbox, stock: Kernel): Kernel {
  return ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: Info; dy: Info }
    const options = attrs as unknown as ConvAttributes
    const filterShape = options.filterShape ?? [0, 0, 0, 0]
    const info = convInfo(box.tf, x.shape, filterShape, options)
    const rows = patches(box, x, info)
    const result = matMul(
      box,
      stock,
      rows,
      view(dy, [info.batchSize * info.outHeight * info.outWidth, info.outChannels]),
      true,
      false,
    )
    box.free(rows)
    return view(result, [...filterShape])
  }
}

/**
 * dL/dx for stride 1: dy, padded, convolved with the filter turned by half a turn and its channels swapped; the
 * forward convolution is fast, the stock gradient a plain loop. Other strides go to the stock kernel.
 */
function conv2dBackpropInput(box: Toolbox, stock: Kernel): Kernel {
  return ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: Info; filter: Info }
    const options = attrs as unknown as ConvAttributes
    const inputShape = options.inputShape ?? [0, 0, 0, 0]
    const info = convInfo(box.tf, inputShape, filter.shape, options)
    const top = info.filterHeight - 1 - info.padInfo.top
    const left = info.filterWidth - 1 - info.padInfo.left
    const bottom = info.inHeight - info.outHeight + info.filterHeight - 1 - top
    const right = info.inWidth - info.outWidth + info.filterWidth - 1 - left
    const simple = info.strideHeight === 1 && info.strideWidth === 1 && options.dataFormat === 'NHWC'
    if (!simple || Math.min(top, left, bottom, right) < 0) return stock({ inputs, backend, attrs })
    const turned = box.run('Reverse', { x: filter }, { dims: [0, 1] })
    const swapped = box.run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] })
    const padded = box.run(
      'PadV2',
      { x: dy },
      {
        paddings: [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        constantValue: 0,
      },
    )
    const result = box.run(
      'Conv2D',
      { x: padded, filter: swapped },
      { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1], dimRoundingMode: undefined },
    )
    box.free(turned, swapped, padded)
    return result
  }
}

/** Sum of the rows of x by id; the gradient of an embedding. Rows with a negative id are dropped. */
function unsortedSegmentSum(box: Toolbox): Kernel {
  return ({ inputs, attrs }) => {
    const { x, segmentIds } = inputs as { x: Info; segmentIds: Info }
    const count = segmentIds.shape[0] ?? 0
    const row = product(x.shape.slice(1))
    const result = box.backend.makeOutput([attrs['numSegments'] as number, ...x.shape.slice(1)], x.dtype)
    const ids = box.backend.typedArrayFromHeap(segmentIds)
    const from = box.backend.typedArrayFromHeap(x)
    const to = box.backend.typedArrayFromHeap(result)
    to.fill(0)
    for (let i = 0; i < count; i++) {
      const id = ids[i] ?? -1
      if (id < 0) continue
      for (let j = 0; j < row; j++) to[id * row + j] = (to[id * row + j] ?? 0) + (from[i * row + j] ?? 0)
    }
    return result
  }
}

/** The gradient goes to the first largest value of each window, as on every other backend. */
function maxPoolGrad(box: Toolbox): Kernel {
  return ({ inputs, attrs }) => {
    const { dy, input } = inputs as { dy: Info; input: Info }
    const info = box.tf.backend_util.computePool2DInfo(
      input.shape as [number, number, number, number],
      attrs['filterSize'] as [number, number],
      attrs['strides'] as [number, number],
      1,
      attrs['pad'] as 'valid' | 'same' | number,
      attrs['dimRoundingMode'] as 'floor' | undefined,
    )
    const result = box.backend.makeOutput(input.shape, 'float32')
    scatterToMaxima(
      info,
      box.backend.typedArrayFromHeap(input) as Float32Array,
      box.backend.typedArrayFromHeap(dy) as Float32Array,
      box.backend.typedArrayFromHeap(result) as Float32Array,
    )
    return result
  }
}

function scatterToMaxima(
  info: Tf.backend_util.Conv2DInfo,
  x: Float32Array,
  dy: Float32Array,
  dx: Float32Array,
): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, padInfo } = info
  const best = new Float32Array(inChannels)
  const where = new Int32Array(inChannels)
  dx.fill(0)
  for (let n = 0; n < batchSize; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * info.strideHeight - padInfo.top
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * info.strideWidth - padInfo.left
        best.fill(-Infinity)
        where.fill(-1)
        for (let y = Math.max(0, top); y < Math.min(inHeight, top + info.effectiveFilterHeight); y++) {
          for (let at = Math.max(0, left); at < Math.min(inWidth, left + info.effectiveFilterWidth); at++) {
            const base = ((n * inHeight + y) * inWidth + at) * inChannels
            for (let c = 0; c < inChannels; c++) {
              const value = x[base + c] ?? 0
              if (value > (best[c] ?? 0)) {
                best[c] = value
                where[c] = base + c
              }
            }
          }
        }
        const base = ((n * outHeight + oy) * outWidth + ox) * inChannels
        for (let c = 0; c < inChannels; c++) {
          const target = where[c] ?? -1
          if (target >= 0) dx[target] = (dx[target] ?? 0) + (dy[base + c] ?? 0)
        }
      }
    }
  }
}

const repaired = new WeakSet<Kernel>()

/**
 * Puts the kernels in place of tfjs's. May be called before or after wasm starts, and again after it was thrown away:
 * a stock kernel's own set-up goes on being called.
 */
export function repairWasm(tf: TensorFlow): void {
  const configOf = (name: string) => tf.getKernel(name, 'wasm')
  const box: Toolbox = {
    tf,
    get backend() {
      return tf.findBackend('wasm') as unknown as WasmBackend
    },
    run(name, inputs, attrs = {}) {
      const config = configOf(name)
      if (!config) throw new Error(`The wasm backend has no kernel ${name}.`)
      const kernel = config.kernelFunc as unknown as Kernel
      return kernel({ inputs: inputs as Record<string, Info>, backend: box.backend, attrs })
    },
    free: (...infos) => infos.forEach((info) => box.backend.disposeData(info.dataId)),
  }
  const stock = (name: string): Kernel => {
    const config = configOf(name)
    if (!config) throw new Error(`tfjs-backend-wasm has changed: its kernel ${name} is missing.`)
    return config.kernelFunc as unknown as Kernel
  }
  if (repaired.has(stock('BatchMatMul'))) return
  const kernels: Readonly<Record<string, Kernel>> = {
    BatchMatMul: batchMatMul(box, stock('BatchMatMul')),
    Conv2DBackpropFilter: conv2dBackpropFilter(box, stock('BatchMatMul')),
    Conv2DBackpropInput: conv2dBackpropInput(box, stock('Conv2DBackpropInput')),
    UnsortedSegmentSum: unsortedSegmentSum(box),
    MaxPoolGrad: maxPoolGrad(box),
  }
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const old = configOf(kernelName)
    if (old) tf.unregisterKernel(kernelName, 'wasm')
    repaired.add(kernel)
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: kernel as unknown as Tf.KernelFunc,
      ...(old?.setupFunc ? { setupFunc: old.setupFunc } : {}),
      ...(old?.disposeFunc ? { disposeFunc: old.disposeFunc } : {}),
    })
  }
}
