/** Values as they are now, for packs that measure what they change to. */
import type * as Tf from '@tensorflow/tfjs'

/** `inPlace`: the numbers of these very tensors will be others. The copies belong to the scope that asks. */
export function heldCopies(values: readonly Tf.Tensor[], inPlace: boolean): readonly Tf.Tensor[] {
  return values.map((value) => (inPlace ? value.mul(1) : value.clone()))
}
