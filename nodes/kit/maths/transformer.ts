/** What stands round attention in a Transformer: norms, dropout, the feed-forward part. See attention.ts. */
import type * as Tf from '@tensorflow/tfjs'
import type { RunContext } from '../define'

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

/** Inverted dropout, seeded by the run; x itself in evaluation. */
export const drop = (tf: typeof Tf, x: Tf.Tensor, rate: number, context: RunContext): Tf.Tensor => {
  if (!context.training || rate === 0) return x
  const kept = tf.cast(tf.greaterEqual(context.random.uniform(x.shape), rate), 'float32')
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)))
}

/**
 * The feed-forward part of a Transformer on x [..., D]: a wide map, bent, and one back. With a gate kernel the wide map is
 * multiplied by a second one, and that one is bent (Shazeer 2020).
 */
export const feedForward = (
  tf: typeof Tf,
  x: Tf.Tensor,
  weights: {
    readonly [K in 'kernel1' | 'bias1' | 'gate' | 'gateBias' | 'kernel2' | 'bias2']?: Tf.Tensor | undefined
  },
  o: {
    readonly project: (x: Tf.Tensor, kernel: Tf.Tensor | undefined, bias: Tf.Tensor | undefined) => Tf.Tensor
    readonly bend: (x: Tf.Tensor) => Tf.Tensor
    readonly drop: (x: Tf.Tensor) => Tf.Tensor
  },
): Tf.Tensor => {
  const wide = o.project(x, weights.kernel1, weights.bias1)
  const inner =
    weights.gate === undefined
      ? o.bend(wide)
      : tf.mul(o.bend(o.project(x, weights.gate, weights.gateBias)), wide)
  return o.project(o.drop(inner), weights.kernel2, weights.bias2)
}
