/**
 * tfjs's WebAssembly backend cannot train as it comes: gradients of convolutions and of embeddings are missing, the
 * gradient of max pooling is wrong where the largest value is not positive, a convolution with `same` padding is wrong
 * where the kernel is shorter than its stride, and a matrix product with a transposed argument runs ten times slower
 * than transposing it first. These kernels are put right from outside, out of the backend's own kernels where they are
 * fast and in plain loops over its memory where none exists.
 *
 * The WebAssembly memory may grow, and its old views die, at every allocation: views are taken after the last one.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { TensorFlow } from './tfjs'
import { conv2dBackpropFilter, conv2dBackpropInput, conv2dForward } from './wasm-conv'
import { batchMatMul } from './wasm-matmul'
import { gather, identity, slice, split, unpack } from './wasm/plain-kernels'
import { onHeap, type HeapArray } from './wasm/recordable'
import { product } from './sizes'
import type { Info, Kernel, Toolbox, WasmBackend } from './wasm-toolbox'

/** Sum of the rows of x by id; the gradient of an embedding. Rows with a negative id are dropped. */
function unsortedSegmentSum(box: Toolbox): Kernel {
  return ({ inputs, attrs }) => {
    const { x, segmentIds } = inputs as { x: Info; segmentIds: Info }
    const count = segmentIds.shape[0] ?? 0
    const row = product(x.shape.slice(1))
    const result = box.backend.makeOutput([attrs['numSegments'] as number, ...x.shape.slice(1)], x.dtype)
    onHeap(box.backend, `sum of ${count} rows of ${row}`, [segmentIds, x, result], (...views) => {
      const [ids, from, to] = views as [HeapArray, HeapArray, HeapArray]
      to.fill(0)
      for (let i = 0; i < count; i++) {
        const id = ids[i] ?? -1
        if (id < 0) continue
        for (let j = 0; j < row; j++) to[id * row + j] = (to[id * row + j] ?? 0) + (from[i * row + j] ?? 0)
      }
    })
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
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info
    const words = [filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left].join(' ')
    onHeap(box.backend, `gradients to maxima ${words}`, [input, dy, result], (...views) => {
      scatterToMaxima(info, ...(views as [Float32Array, Float32Array, Float32Array]))
    })
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

/** Whose kernels have been put in place: they stay where a backend is thrown away and made anew. */
const repaired = new WeakSet<object>()

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
  if (repaired.has(tf)) return
  repaired.add(tf)
  const rows = gather(box)
  const setups: Readonly<Record<string, Tf.KernelSetupFunc>> = {
    GatherV2: rows.setup,
  }
  const kernels: Readonly<Record<string, Kernel>> = {
    BatchMatMul: batchMatMul(box, stock('BatchMatMul')),
    Conv2D: conv2dForward(box, stock('Conv2D')),
    FusedConv2D: conv2dForward(box, stock('FusedConv2D')),
    Conv2DBackpropFilter: conv2dBackpropFilter(box, stock('BatchMatMul')),
    Conv2DBackpropInput: conv2dBackpropInput(box, stock('Conv2DBackpropInput')),
    UnsortedSegmentSum: unsortedSegmentSum(box),
    MaxPoolGrad: maxPoolGrad(box),
    Identity: identity(box),
    GatherV2: rows.kernel,
    Slice: slice(box, stock('Slice')),
    SplitV: split(box) as unknown as Kernel,
    Unpack: unpack(box) as unknown as Kernel,
  }
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const old = configOf(kernelName)
    if (old) tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: kernel as unknown as Tf.KernelFunc,
      ...setupOf(setups[kernelName] ?? old?.setupFunc),
      ...(old?.disposeFunc ? { disposeFunc: old.disposeFunc } : {}),
    })
  }
  const started: unknown = tf.findBackend('wasm')
  if (typeof started === 'object' && started !== null) rows.setup(started)
}

function setupOf(setupFunc: Tf.KernelSetupFunc | undefined): { readonly setupFunc?: Tf.KernelSetupFunc } {
  return setupFunc === undefined ? {} : { setupFunc }
}
