/** A mask of places laid beside what it masks. */
import type * as Tf from '@tensorflow/tfjs'

/** mask [B, T] as [B, T, 1, ...] of this rank. */
export const besideMask = (tf: typeof Tf, mask: Tf.Tensor, rank: number): Tf.Tensor =>
  tf.reshape(mask, [...mask.shape, ...Array.from({ length: rank - 2 }, () => 1)])
