/** Tensors that lie in this process's own memory (cpu, wasm) are read in place: there is no device to stall. */
import type * as Tf from '@tensorflow/tfjs'
import type { WasmBackend } from '../backend/wasm-toolbox'

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
