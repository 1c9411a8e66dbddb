/** Vectors brought to length 1 along the last axis. */
import type * as Tf from '@tensorflow/tfjs'

/** x / max(|x|, 1e-6): so a vector of zeros stays one, and its gradient finite. */
export function unitVectors(tf: typeof Tf, x: Tf.Tensor): Tf.Tensor {
  const square = tf.sum(tf.square(x), -1, true) // (…, 1)
  // max(a, b) as relu(a - b) + b: a maximum with a broadcast number has no right gradient.
  return tf.mul(x, tf.rsqrt(tf.add(tf.relu(tf.sub(square, 1e-12)), 1e-12)))
}
