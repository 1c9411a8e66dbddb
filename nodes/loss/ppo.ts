/**
 * Proximal policy optimisation (Schulman et al. 2017, equation 9): -mean(min(r A, clip(r, 1 - ε, 1 + ε) A)) with r the
 * ratio of new to old probability, plus c₁ mean((value - return)²), minus c₂ mean(entropy). The logarithm of the ratio is
 * held within ±20, where the exponential is finite in single precision.
 */
import type * as Tf from '@tensorflow/tfjs'
import { meanOfWhatCounts, weightsPort } from '../kit/cross-entropy'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { entropyBonus, policyHelper, policyOf, policyPorts, policyRefusal } from '../kit/policy'
import { lossValue, refuse, tensor, tokens, type Shape } from '../kit/spec'
import { weightsRefusal } from '../kit/targets'
import { meanOfWhatCountsHelper } from '../kit/torch-losses'

const helper = `def ppo_loss(prediction, action, old_log_probability, advantage, value=None, returns=None, weights=None,
             *, clip, value_weight, entropy_bonus):
    """Proximal policy optimisation with a clipped ratio (Schulman et al. 2017, equation 9)."""
    log_probability, entropy = policy_of(prediction, action)
    ratio = torch.exp((log_probability - old_log_probability.reshape(action.shape)).clamp(-20, 20))
    advantage = advantage.reshape(action.shape)
    gain = torch.minimum(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage)
    each = -gain - entropy_bonus * entropy
    if value is not None:
        each = each + value_weight * (value - returns.reshape(value.shape)).square().reshape(action.shape)
    return mean_of_what_counts(each, None, weights)
`

const steps = (shape: Shape) => ({
  prediction: tensor([...shape, 3]),
  action: tokens(shape),
  old_log_probability: tensor(shape),
  advantage: tensor(shape),
})

export const ppo = defineNode({
  role: 'loss',
  type: 'ppo',
  version: 1,
  title: 'PPO',
  family: 'loss',
  doc: 'A policy gradient that can be followed for several steps on the same samples: once an action has become much likelier or rarer than when it was taken, nothing pulls it further.',
  synonyms: ['proximal policy optimization', 'reinforcement learning', 'rlhf', 'clipped', 'actor critic'],
  fields: {
    clip: real({
      initial: 0.2,
      min: 0.001,
      max: 0.999,
      doc: 'How far the probability of an action may move (as a share) before nothing pulls it further.',
    }),
    valueWeight: real({
      initial: 0.5,
      min: 0,
      doc: 'How much the misses of the critic count, where its value is wired.',
    }),
    entropyBonus,
  },
  inputs: {
    ...policyPorts,
    old_log_probability: {
      doc: 'Log-probability of the action when it was taken.',
      accepts: ['target', 'tensor'],
    },
    advantage: {
      doc: 'How much better than expected the action turned out; from a critic only through a stop-gradient.',
      accepts: ['target', 'tensor'],
    },
    value: { doc: 'What the critic expects, together with returns; may stay open.', optional: true },
    returns: { doc: 'What came in truth.', accepts: ['target', 'tensor'], optional: true },
    weights: weightsPort,
  },
  outputs: {
    loss: {
      doc: 'Mean over all actions of -clipped gain + value weight × (value - return)² - bonus × entropy.',
    },
  },
  summary: (p) => `clip ${p.clip}`,
  infer: ({ prediction, action, old_log_probability, advantage, value, returns, weights }) => {
    if ((value === undefined) !== (returns === undefined))
      return refuse(
        'PPO needs both the value of the critic and the returns, or neither; wire the other one too.',
      )
    return (
      policyRefusal('PPO', prediction, action, [
        ['the old log-probability', old_log_probability],
        ['the advantage', advantage],
        ['the value', value],
        ['the return', returns],
      ]) ??
      weightsRefusal('PPO', action.shape, weights) ?? { loss: lossValue() }
    )
  },
  weights: () => ({}),
  run: ({ tf, inputs, p }) =>
    tf.tidy(() => {
      const { prediction, action, value, returns } = inputs
      const flat = (x: Tf.Tensor) => tf.reshape(x, action.shape)
      const { logProbability, entropy } = policyOf(tf, prediction, action)
      const moved = tf.sub(logProbability, flat(inputs.old_log_probability))
      const ratio = tf.exp(tf.clipByValue(moved, -20, 20))
      const advantage = flat(inputs.advantage)
      const held = tf.clipByValue(ratio, 1 - p.clip, 1 + p.clip)
      const gain = tf.minimum(tf.mul(ratio, advantage), tf.mul(held, advantage))
      const each = tf.neg(tf.add(gain, tf.mul(entropy, p.entropyBonus)))
      if (value === undefined || returns === undefined)
        return meanOfWhatCounts(tf, each, undefined, inputs.weights)
      const missed = tf.square(tf.sub(flat(value), flat(returns)))
      return meanOfWhatCounts(tf, tf.add(each, tf.mul(missed, p.valueWeight)), undefined, inputs.weights)
    }),
  idle: (field, _p, backEnd, inputs) =>
    field === 'valueWeight' && backEnd === 'run' && inputs['value'] === undefined
      ? 'without a critic there is no value'
      : null,
  emit: {
    torch: (p) => ({
      call: 'wiregrad.ppo_loss',
      args: { clip: p.clip, value_weight: p.valueWeight, entropy_bonus: p.entropyBonus },
      tensors: [],
      helpers: [meanOfWhatCountsHelper, policyHelper, helper],
    }),
  },
  cases: [
    { inputs: steps([null]) },
    {
      inputs: { ...steps([null]), value: tensor([null, 1]), returns: tensor([null]) },
      params: { clip: 0.3, entropyBonus: 0.2 },
    },
    {
      inputs: {
        ...steps([null, 'T']),
        value: tensor([null, 'T']),
        returns: tensor([null, 'T']),
        weights: tensor([null, 'T']),
      },
      numbers: { weights: 'positive' },
      params: { valueWeight: 0.25 },
    },
    { inputs: { ...steps([null]), value: tensor([null]) }, refused: 'or neither' },
    { inputs: { ...steps([null]), advantage: tensor([null, 3]) }, refused: 'one number for each action' },
  ],
  migrations: [],
})
