/**
 * What the cross-entropies share. With class weights w and label smoothing ε an answer whose wanted probabilities are y
 * costs -Σ w_k y'_k log p_k, where y' = (1 - ε) y + ε / K (Szegedy et al. 2016), and counts Σ w_k y_k. The loss is all
 * costs over all counts, as in PyTorch: the mean is taken over what counts.
 */
import type * as Tf from '@tensorflow/tfjs'
import { numbers, real } from './fields'

export const labelSmoothing = real({
  initial: 0,
  min: 0,
  max: 1,
  doc: 'Share of the wanted probability that is spread evenly over all classes, so that the net is never quite sure; 0.1 is common.',
})

export const classWeights = numbers({
  initial: [],
  doc: 'How much each class counts, in order; empty: all alike. The loss is divided by the sum of what counted (as in PyTorch), so their scale does not matter.',
})

/** The optional port of weights, the same for every loss that has it. */
export const weightsPort = {
  doc: 'How much each answer (or each sample) counts: 0 leaves padding out, 2 counts double. The loss is divided by their sum.',
  accepts: ['tensor', 'target'],
  optional: true,
} as const

/** What a loss of classes or of yes and no adds to its settings in version 2; older documents keep their numbers. */
export function addSmoothingAndWeights(params: Record<string, unknown>): Record<string, unknown> {
  return { ...params, labelSmoothing: 0, classWeights: [] }
}

/** Weights as wide as the answers; one weight a sample goes to all of its answers. */
export function spreadWeights(tf: typeof Tf, weights: Tf.Tensor, shape: readonly number[]): Tf.Tensor {
  const own = tf.cast(weights, 'float32')
  const size = shape.reduce((product, n) => product * n, 1)
  if (own.size === size) return tf.reshape(own, [...shape])
  const [batch = 1, ...others] = shape
  return tf.mul(
    tf.reshape(
      own,
      [batch, ...others].map((n, axis) => (axis === 0 ? n : 1)),
    ),
    tf.ones([...shape]),
  )
}

/**
 * Σ weight × cost / Σ weight × count; 0 where nothing counts.
 *
 * @param each the cost of each answer
 * @param counts what each answer counts for, of the same shape; undefined = 1
 * @param weights what was wired to the port of weights
 */
export function meanOfWhatCounts(
  tf: typeof Tf,
  each: Tf.Tensor,
  counts: Tf.Tensor | undefined,
  weights: Tf.Tensor | undefined,
): Tf.Scalar {
  if (counts === undefined && weights === undefined) return tf.mean<Tf.Scalar>(each)
  const own = weights === undefined ? tf.onesLike(each) : spreadWeights(tf, weights, each.shape)
  const total = tf.sum<Tf.Scalar>(counts === undefined ? own : tf.mul(own, counts))
  return tf.div<Tf.Scalar>(tf.sum<Tf.Scalar>(tf.mul(own, each)), tf.maximum(total, tf.scalar(1e-12)))
}

/** Cost and count of each answer from scores (…, K) and wanted probabilities (…, K). */
export function classSurprise(
  tf: typeof Tf,
  scores: Tf.Tensor,
  wanted: Tf.Tensor,
  p: { readonly labelSmoothing: number; readonly classWeights: readonly number[] },
): { readonly each: Tf.Tensor; readonly counts: Tf.Tensor | undefined } {
  const classes = scores.shape.at(-1) ?? 1
  const smooth =
    p.labelSmoothing === 0 ? wanted : tf.add(tf.mul(wanted, 1 - p.labelSmoothing), p.labelSmoothing / classes)
  const terms = tf.mul(smooth, tf.logSoftmax(scores)) // (…, K)
  if (p.classWeights.length === 0) return { each: tf.neg(tf.sum(terms, -1)), counts: undefined }
  const weights = tf.tensor1d([...p.classWeights])
  return {
    each: tf.neg(tf.sum(tf.mul(terms, weights), -1)),
    counts: tf.sum(tf.mul(wanted, weights), -1),
  }
}
