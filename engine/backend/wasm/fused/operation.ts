/** Operations of our own on WebAssembly. */
import type * as Tf from '@tensorflow/tfjs'
import { ownOperations } from '../../own-operations'
import { wasmInside, type WasmInside } from '../inside'

export const { operation, call } = ownOperations('wasm', wasmInside)

/** A tensor of the caller's scope whose numbers are yet to be written. */
export function newTensor(tf: typeof Tf, inside: WasmInside, shape: readonly number[]): Tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(inside.output(shape))
}
