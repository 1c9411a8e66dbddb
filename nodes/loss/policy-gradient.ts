/**
 * The score function estimator (Williams 1992, REINFORCE; with an advantage, Sutton et al. 2000):
 * -mean(log π(action) × advantage) - bonus × mean(entropy).
 */
import { meanOfWhatCounts, weightsPort } from '../kit/cross-entropy'
import { defineNode } from '../kit/define'
import { entropyBonus, policyHelper, policyOf, policyPorts, policyRefusal } from '../kit/policy'
import { lossValue, tensor, tokens } from '../kit/spec'
import { weightsRefusal } from '../kit/targets'
import { meanOfWhatCountsHelper } from '../kit/torch-losses'

const helper = `def policy_gradient_loss(prediction, action, advantage, weights=None, *, entropy_bonus):
    """-log p(action) * advantage - bonus * entropy, on average (Williams 1992)."""
    log_probability, entropy = policy_of(prediction, action)
    each = -log_probability * advantage.reshape(action.shape) - entropy_bonus * entropy
    return mean_of_what_counts(each, None, weights)
`

export const policyGradient = defineNode({
  role: 'loss',
  type: 'policy-gradient',
  version: 1,
  title: 'Policy gradient',
  family: 'loss',
  doc: 'Makes actions likelier that turned out better than expected, and the others less likely. The gradient of expected reward, from samples.',
  synonyms: ['reinforce', 'reinforcement learning', 'actor critic', 'a2c', 'advantage', 'policy'],
  fields: { entropyBonus },
  inputs: {
    ...policyPorts,
    advantage: {
      doc: 'How much better than expected the action turned out, or its return; from a critic only through a stop-gradient.',
      accepts: ['target', 'tensor'],
    },
    weights: weightsPort,
  },
  outputs: { loss: { doc: 'Mean over all actions of -log p(action) × advantage - bonus × entropy.' } },
  summary: (p) => (p.entropyBonus === 0 ? '' : `entropy ${p.entropyBonus}`),
  infer: ({ prediction, action, advantage, weights }) =>
    policyRefusal('Policy gradient', prediction, action, [['the advantage', advantage]]) ??
    weightsRefusal('Policy gradient', action.shape, weights) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, action, advantage, weights }, p }) =>
    tf.tidy(() => {
      const { logProbability, entropy } = policyOf(tf, prediction, action)
      const gain = tf.mul(logProbability, tf.reshape(advantage, action.shape))
      const each = tf.neg(tf.add(gain, tf.mul(entropy, p.entropyBonus)))
      return meanOfWhatCounts(tf, each, undefined, weights)
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.policy_gradient_loss',
      args: { entropy_bonus: p.entropyBonus },
      tensors: [],
      helpers: [meanOfWhatCountsHelper, policyHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), action: tokens([null]), advantage: tensor([null]) } },
    {
      inputs: {
        prediction: tensor([null, 'T', 3]),
        action: tokens([null, 'T']),
        advantage: tensor([null, 'T', 1]),
        weights: tensor([null, 'T']),
      },
      numbers: { weights: 'positive' },
      params: { entropyBonus: 0.5 },
    },
    {
      inputs: { prediction: tensor([null, 3]), action: tensor([null]), advantage: tensor([null]) },
      refused: 'needs action numbers',
    },
    {
      inputs: { prediction: tensor([null, 3]), action: tokens([null]), advantage: tensor([null, 3]) },
      refused: 'one number for each action',
    },
    {
      inputs: { prediction: tensor([null, 4, 3]), action: tokens([null]), advantage: tensor([null]) },
      refused: 'one row of scores',
    },
  ],
  migrations: [],
})
