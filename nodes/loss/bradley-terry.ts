/**
 * How surprised a reward model is by a choice (Bradley & Terry 1952; Ouyang et al. 2022):
 * -log sigmoid(chosen - rejected - margin) = softplus(rejected + margin - chosen).
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { lossValue, tensor } from '../kit/spec'
import { elementwiseRefusal, sameShapeRefusal } from '../kit/targets'

const helper = `def bradley_terry_loss(chosen, rejected, *, margin):
    """-log sigmoid(chosen - rejected - margin), on average."""
    return -F.logsigmoid(chosen - rejected - margin).mean()
`

export const bradleyTerry = defineNode({
  role: 'loss',
  type: 'bradley-terry',
  version: 1,
  title: 'Bradley-Terry',
  family: 'loss',
  doc: 'Teaches a reward model from choices: what was chosen should be rewarded above what was rejected. Only the difference of the two counts.',
  synonyms: ['reward model', 'preference', 'ranking', 'rlhf', 'pairwise', 'ranknet'],
  fields: {
    margin: real({ initial: 0, doc: 'How far above the rejected one the chosen one is wanted.' }),
  },
  inputs: {
    chosen: { doc: 'Reward of what was chosen.', prediction: true },
    rejected: { doc: 'Reward of what was rejected.' },
  },
  outputs: { loss: { doc: 'Mean over all pairs of -log sigmoid(chosen - rejected - margin), in nats.' } },
  summary: () => '',
  infer: ({ chosen, rejected }) =>
    elementwiseRefusal('Bradley-Terry', chosen, undefined) ??
    sameShapeRefusal('Bradley-Terry', ['the chosen', chosen], ['the rejected', rejected]) ?? {
      loss: lossValue(),
    },
  weights: () => ({}),
  run: ({ tf, inputs: { chosen, rejected }, p }) =>
    tf.tidy(() => tf.mean<Tf.Scalar>(tf.softplus(tf.add(tf.sub(rejected, chosen), p.margin)))),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.bradley_terry_loss',
      args: { margin: p.margin },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: { chosen: tensor([null, 1]), rejected: tensor([null, 1]) } },
    { inputs: { chosen: tensor([null]), rejected: tensor([null]) }, params: { margin: 0.5 } },
    { inputs: { chosen: tensor([null, 1]), rejected: tensor([null]) }, refused: 'of one shape' },
    { inputs: { chosen: tensor([]), rejected: tensor([]) }, refused: 'has a scalar' },
  ],
  migrations: [],
})
