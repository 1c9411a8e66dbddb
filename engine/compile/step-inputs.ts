/**
 * Numbers that change from step to step: which rows, the learning rate, random numbers. They are functions of the
 * number of the step, so that a step that was recorded once can be given those of another.
 */
import type * as Tf from '@tensorflow/tfjs'
import { wasmInside } from '../backend/wasm/inside'
import { webgpuInside } from '../backend/webgpu/inside'

export type StepNumbers = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>

export interface StepInputs {
  readonly tf: typeof Tf
  /** The step that runs. */
  readonly step: number
  /** A tensor with the numbers of this step; it belongs to the scope that asks. `values` may look at nothing else. */
  tensor<R extends Tf.Rank>(
    shape: readonly number[],
    dtype: 'float32' | 'int32',
    values: (step: number) => StepNumbers,
  ): Tf.Tensor<R>
  /** The number of the step as two words, low and high, where kernels on the device can draw from it; else null. */
  readonly counter: Tf.Tensor1D | null
}

/** The low and the high word of a step's number. */
export function stepWords(step: number): Int32Array<ArrayBuffer> {
  return Int32Array.of(step | 0, Math.floor(step / 2 ** 32))
}

/** Inputs of a step that runs right now. Call it in the scope that is to free them. */
export function inputsOf(tf: typeof Tf, step: number): StepInputs {
  const inside = webgpuInside(tf)
  const tensor: StepInputs['tensor'] = (shape, dtype, values) => {
    const made = tf.tensor(values(step), [...shape], dtype)
    // Small tensors on the CPU are computed with there, in double precision; a recorded step has none of them.
    inside?.uploadToGPU(made.dataId)
    return made as never
  }
  return {
    tf,
    step,
    tensor,
    counter: inside === null && wasmInside(tf) === null ? null : tensor([2], 'int32', stepWords),
  }
}
