/** What the losses of reinforcement learning share: how likely the taken action is, and how open the choice still is. */
import type * as Tf from '@tensorflow/tfjs'
import { real } from './fields'
import { oneHot } from './one-hot'
import { formatShape, refuse, sameShape, type Refusal, type Shape, type Spec } from './spec'
import { classScoresRefusal } from './targets'

export const entropyBonus = real({
  initial: 0.01,
  min: 0,
  doc: 'How much an open choice (entropy) is rewarded, so that the policy does not settle too early.',
})

export const policyPorts = {
  prediction: { doc: 'One score for each action on the last axis (logits).', prediction: true },
  action: { doc: 'The number of the action that was taken.', accepts: ['target', 'tokens'] },
} as const

/** Log-probability of the taken action and entropy of the choice, from scores (…, A) and action numbers (…). */
export function policyOf(
  tf: typeof Tf,
  scores: Tf.Tensor,
  action: Tf.Tensor,
): { readonly logProbability: Tf.Tensor; readonly entropy: Tf.Tensor } {
  const logs = tf.logSoftmax(scores) // (…, A)
  const taken = oneHot(tf, action, scores.shape.at(-1) ?? 1)
  return {
    logProbability: tf.sum(tf.mul(taken, logs), -1),
    entropy: tf.neg(tf.sum(tf.mul(tf.exp(logs), logs), -1)),
  }
}

/** Why scores, actions and what is known of each action do not fit together, or null. */
export function policyRefusal(
  title: string,
  prediction: Spec,
  action: Spec,
  known: readonly (readonly [string, Spec | undefined])[],
): Refusal | null {
  if (action.dtype !== 'int32') {
    return refuse(
      `${title} needs action numbers, but the action is real numbers ${formatShape(action.shape)}. Set encoding to index on the data node.`,
    )
  }
  const refusal = classScoresRefusal(title, prediction, action)
  if (refusal !== null) return refusal
  const fits = (shape: Shape) => sameShape(shape, action.shape) || sameShape(shape, [...action.shape, 1])
  const odd = known.find(([, spec]) => spec !== undefined && !fits(spec.shape))
  return odd?.[1] === undefined
    ? null
    : refuse(
        `${title} needs one number for each action (${formatShape(action.shape)}), but ${odd[0]} is ${formatShape(odd[1].shape)}.`,
      )
}

/** Python: the log-probability of the taken action and the entropy of the choice. */
export const policyHelper = `def policy_of(prediction, action):
    """Log-probability of the taken action and entropy of the choice, from scores."""
    policy = torch.distributions.Categorical(logits=prediction)
    return policy.log_prob(action.long()), policy.entropy()
`
