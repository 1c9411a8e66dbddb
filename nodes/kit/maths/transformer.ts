/** What stands round attention in a Transformer: norms, the bend of the feed-forward part, dropout. See attention.ts. */
import type * as Tf from '@tensorflow/tfjs'
import type { RunContext } from '../define'
import type { FeedActivation } from '../feed-activations'

/** `layer`: mean 0 and deviation 1 over the last axis, scaled and shifted; `rms`: root mean square 1, scaled. */
export const normalise = (
  tf: typeof Tf,
  x: Tf.Tensor,
  o: {
    readonly norm: 'layer' | 'rms'
    readonly epsilon: number
    readonly gamma: Tf.Tensor | undefined
    readonly beta: Tf.Tensor | undefined
  },
): Tf.Tensor => {
  const centred = o.norm === 'layer' ? tf.sub(x, tf.mean(x, -1, true)) : x
  const spread = tf.mean(tf.square(centred), -1, true) // (…, 1)
  const normal = tf.mul(centred, tf.rsqrt(tf.add(spread, o.epsilon)))
  const scaled = o.gamma === undefined ? normal : tf.mul(normal, o.gamma)
  return o.beta === undefined ? scaled : tf.add(scaled, o.beta)
}

/** The bend between the two maps of a feed-forward part. */
export const bend = (tf: typeof Tf, x: Tf.Tensor, name: FeedActivation): Tf.Tensor => {
  switch (name) {
    case 'relu':
      return tf.relu(x)
    case 'gelu':
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))
    case 'gelu-tanh': {
      const cube = tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)
      return tf.mul(x, tf.sigmoid(tf.mul(tf.add(x, cube), 2 * Math.sqrt(2 / Math.PI))))
    }
    case 'swish':
      return tf.mul(x, tf.sigmoid(x))
    case 'tanh':
      return tf.tanh(x)
    case 'sigmoid':
      return tf.sigmoid(x)
    case 'linear':
      return x
  }
}

/** Inverted dropout, seeded by the run; x itself in evaluation. */
export const drop = (tf: typeof Tf, x: Tf.Tensor, rate: number, context: RunContext): Tf.Tensor => {
  if (!context.training || rate === 0) return x
  const kept = tf.cast(tf.greaterEqual(context.random.uniform(x.shape), rate), 'float32')
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)))
}
