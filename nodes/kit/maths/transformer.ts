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
  weights: Readonly<Record<string, Tf.Tensor | undefined>>,
  o: {
    readonly project: (x: Tf.Tensor, kernel: Tf.Tensor | undefined, bias: Tf.Tensor | undefined) => Tf.Tensor
    readonly bend: (x: Tf.Tensor) => Tf.Tensor
    readonly drop: (x: Tf.Tensor) => Tf.Tensor
  },
): Tf.Tensor => {
  const wide = o.project(x, weights['kernel1'], weights['bias1'])
  const inner =
    weights['gate_kernel'] === undefined
      ? o.bend(wide)
      : tf.mul(o.bend(o.project(x, weights['gate_kernel'], weights['gate_bias'])), wide)
  return o.project(o.drop(inner), weights['kernel2'], weights['bias2'])
}

/** The weights of a part of a block, by the names that the part has alone: those with the prefix, without it. */
export const partWeights = (
  weights: Readonly<Record<string, Tf.Tensor>>,
  prefix: string,
): Record<string, Tf.Tensor | undefined> => {
  const own: Record<string, Tf.Tensor | undefined> = {}
  for (const [name, weight] of Object.entries(weights))
    if (name.startsWith(prefix)) own[name.slice(prefix.length)] = weight
  return own
}

/** Multi-head attention of x on memory (itself, in self-attention) with the four projections of a block; [B, T, D]. */
export const multiHead = (
  tf: typeof Tf,
  x: Tf.Tensor,
  memory: Tf.Tensor,
  weights: Readonly<Record<string, Tf.Tensor | undefined>>,
  o: {
    readonly heads: number
    readonly walls: readonly (Tf.Tensor | null)[]
    readonly project: (x: Tf.Tensor, kernel: Tf.Tensor | undefined, bias: Tf.Tensor | undefined) => Tf.Tensor
    readonly attend: (
      query: Tf.Tensor,
      key: Tf.Tensor,
      value: Tf.Tensor,
      o: {
        readonly heads: number
        readonly groups: number
        readonly walls: readonly (Tf.Tensor | null)[]
        readonly cost: null
        readonly drop: (attention: Tf.Tensor) => Tf.Tensor
      },
    ) => { readonly mixed: Tf.Tensor }
    readonly drop: (x: Tf.Tensor) => Tf.Tensor
  },
): Tf.Tensor => {
  const part = (name: string, of: Tf.Tensor) =>
    o.project(of, weights[`${name}_kernel`], weights[`${name}_bias`])
  const { mixed } = o.attend(part('query', x), part('key', memory), part('value', memory), {
    heads: o.heads,
    groups: o.heads,
    walls: o.walls,
    cost: null,
    drop: o.drop,
  })
  const kernel = weights['output_kernel']
  if (kernel === undefined) throw new Error('Attention needs its output kernel.')
  const [heads = 1, size = 1, width = 1] = kernel.shape
  return o.project(mixed, tf.reshape(kernel, [heads * size, width]), weights['output_bias'])
}
