/** Tensors that lie in this process's own memory (cpu, wasm) are read in place: there is no device to stall. */
import type * as Tf from '@tensorflow/tfjs'
import type { WasmBackend } from '../backend/wasm-toolbox'
import { onHeap } from '../backend/wasm/recordable'

/** Whether the current backend computes here and now, in memory that can be read. */
export function isInOwnMemory(tf: typeof Tf): boolean {
  const backend = tf.getBackend()
  return backend === 'cpu' || backend === 'wasm'
}

/** Gives the numbers of a tensor of the current backend; a view that dies with the next tensor that is made. */
export function memoryReader(tf: typeof Tf): (tensor: Tf.Tensor) => Float32Array {
  const backend = tf.backend() as Partial<WasmBackend> & Tf.KernelBackend
  return (tensor) =>
    (backend.typedArrayFromHeap?.(tensor) ??
      // eslint-disable-next-line no-restricted-syntax -- there is no device to stall: the numbers lie in memory here
      backend.readSync(tensor.dataId)) as Float32Array
}

/** Loops over numbers where they lie: at once, or in every replay of a step that is being recorded. */
export interface OwnMemory {
  /** `work` may look at nothing else that changes; equal works have equal names. */
  look(name: string, tensors: readonly Tf.Tensor[], work: (...values: readonly Float32Array[]) => void): void
  /** A tensor whose numbers `fill` writes. */
  make(name: string, size: number, fill: (values: Float32Array) => void): Tf.Tensor1D
}

export function ownMemory(tf: typeof Tf): OwnMemory {
  const backend = tf.backend() as Partial<WasmBackend>
  const { makeOutput, typedArrayFromHeap } = backend
  if (makeOutput === undefined || typedArrayFromHeap === undefined) {
    const valuesOf = memoryReader(tf)
    return {
      look: (_, tensors, work) => work(...tensors.map(valuesOf)),
      make(_, size, fill) {
        const values = new Float32Array(size)
        fill(values)
        return tf.tensor1d(values)
      },
    }
  }
  const wasm = backend as WasmBackend
  const look: OwnMemory['look'] = (name, tensors, work) =>
    onHeap(wasm, name, tensors, (...views) => work(...(views as Float32Array[])))
  return {
    look,
    make(name, size, fill) {
      const info = wasm.makeOutput([size], 'float32')
      const tensor = tf.engine().makeTensorFromTensorInfo(info) as Tf.Tensor1D
      look(name, [tensor], (values) => fill(values))
      return tensor
    },
  }
}
