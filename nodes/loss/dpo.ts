/**
 * Direct preference optimisation (Rafailov et al. 2023): -log sigmoid(β h), where h is how much more the policy has moved
 * towards the chosen answer than towards the rejected one, seen from the reference. Smoothed labels are conservative DPO
 * (Mitchell 2023): -(1 - ε) log sigmoid(β h) - ε log sigmoid(-β h).
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { lossValue, tensor } from '../kit/spec'
import { elementwiseRefusal, sameShapeRefusal } from '../kit/targets'

const helper = `def dpo_loss(chosen, rejected, chosen_reference, rejected_reference, *, beta, label_smoothing):
    """Direct preference optimisation (Rafailov et al. 2023), with smoothed labels (Mitchell 2023)."""
    h = beta * ((chosen - rejected) - (chosen_reference - rejected_reference))
    return (-(1 - label_smoothing) * F.logsigmoid(h) - label_smoothing * F.logsigmoid(-h)).mean()
`

export const dpo = defineNode({
  role: 'loss',
  type: 'dpo',
  version: 1,
  title: 'DPO',
  family: 'loss',
  doc: 'Teaches a language model from choices without a reward model: chosen answers become likelier than rejected ones, measured against a frozen reference.',
  synonyms: ['direct preference optimization', 'rlhf', 'alignment', 'preference', 'language'],
  fields: {
    beta: real({
      initial: 0.1,
      min: 1e-4,
      doc: 'How closely the policy is held to the reference: the larger, the less it needs to move.',
    }),
    labelSmoothing: real({
      initial: 0,
      min: 0,
      max: 0.5,
      doc: 'How often a choice is thought to be the wrong way round.',
    }),
  },
  inputs: {
    chosen: { doc: 'Log-probability of the chosen answer under the policy that learns.', prediction: true },
    rejected: { doc: 'Log-probability of the rejected answer under it.' },
    chosen_reference: { doc: 'Log-probability of the chosen answer under the reference (freeze it).' },
    rejected_reference: { doc: 'Log-probability of the rejected answer under the reference.' },
  },
  outputs: { loss: { doc: 'Mean over all pairs, in nats.' } },
  summary: (p) => `beta ${p.beta}`,
  infer: ({ chosen, rejected, chosen_reference, rejected_reference }) => {
    const first = ['the chosen', chosen] as const
    return (
      elementwiseRefusal('DPO', chosen, undefined) ??
      sameShapeRefusal('DPO', first, ['the rejected', rejected]) ??
      sameShapeRefusal('DPO', first, ['the chosen of the reference', chosen_reference]) ??
      sameShapeRefusal('DPO', first, ['the rejected of the reference', rejected_reference]) ?? {
        loss: lossValue(),
      }
    )
  },
  weights: () => ({}),
  run: ({ tf, inputs: { chosen, rejected, chosen_reference, rejected_reference }, p }) =>
    tf.tidy(() => {
      const own = tf.sub(chosen, rejected)
      const h = tf.mul(tf.sub(own, tf.sub(chosen_reference, rejected_reference)), p.beta)
      // softplus(-h) is -log sigmoid(h), and softplus(h) = softplus(-h) + h.
      return tf.mean<Tf.Scalar>(tf.add(tf.softplus(tf.neg(h)), tf.mul(h, p.labelSmoothing)))
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.dpo_loss',
      args: { beta: p.beta, label_smoothing: p.labelSmoothing },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    ...[{ beta: 0.7 }, { labelSmoothing: 0.1, beta: 0.3 }].map((params, index) => {
      const each = tensor(index === 0 ? [null] : [null, 1])
      return {
        inputs: { chosen: each, rejected: each, chosen_reference: each, rejected_reference: each },
        params,
      }
    }),
    {
      inputs: {
        chosen: tensor([null]),
        rejected: tensor([null]),
        chosen_reference: tensor([null]),
        rejected_reference: tensor([null, 1]),
      },
      refused: 'of one shape',
    },
  ],
  migrations: [],
})
