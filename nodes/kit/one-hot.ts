/** Rows with a single 1, for any number of classes: tf.oneHot itself wants at least two. */
import type * as Tf from '@tensorflow/tfjs'

/** (…) class numbers as (…, classes) of 0 and 1; a number that is no class gives a row of zeros. */
export function oneHot(tf: typeof Tf, numbers: Tf.Tensor, classes: number): Tf.Tensor {
  const column = tf.expandDims(tf.cast(numbers, 'int32'), -1)
  return tf.cast(tf.equal(column, tf.range(0, classes, 1, 'int32')), 'float32')
}
