/** Groups of channels brought to mean 0 and deviation 1 over all places of a sample (Wu & He 2018). */
import type * as Tf from '@tensorflow/tfjs'

/** x [B, ..., C]; the variance is the biased one. */
export const normaliseGroups = (tf: typeof Tf, x: Tf.Tensor, groups: number, epsilon: number): Tf.Tensor => {
  const [batch = 1] = x.shape
  const channels = x.shape[x.rank - 1] ?? 1
  const grouped = tf.reshape(x, [batch, -1, groups, channels / groups])
  const centred = tf.sub(grouped, tf.mean(grouped, [1, 3], true)) // (B, places, G, C / G)
  const variance = tf.mean(tf.square(centred), [1, 3], true)
  return tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), x.shape)
}
