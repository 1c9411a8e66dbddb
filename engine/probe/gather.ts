/** Tensors of a look on their way out: all become one, which is one asynchronous read. */
import type * as Tf from '@tensorflow/tfjs'

/** Where a tensor's numbers begin. */
export type Place = number

export interface Gather {
  /** Takes a tensor in; what it was made of may be disposed of. */
  add(value: Tf.Tensor): Place
  /** One kept tensor of its own data, which belongs to the caller. Inside `tf.tidy`, with all that was added. */
  close(): Tf.Tensor1D
}

export function createGather(tf: typeof Tf): Gather {
  const parts: Tf.Tensor1D[] = []
  let length = 0
  return {
    add(value) {
      parts.push(value.cast('float32').reshape([-1]))
      length += value.size
      return length - value.size
    },
    close() {
      if (length === 0) return tf.keep(tf.tensor1d([0]))
      // One tensor alone would keep its data, which the next step may write over.
      return tf.keep(tf.concat1d(parts).mul(1))
    },
  }
}
