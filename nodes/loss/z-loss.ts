/** Holds scores near zero: the mean of the squared log-sum of exponentials (de Brébisson & Vincent 2016; PaLM, Chowdhery et al. 2022). */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { featureCount } from '../kit/features'
import { real } from '../kit/fields'
import { isRefusal, lossValue, tensor } from '../kit/spec'

const helper = `def z_loss(x, *, strength):
    """strength * the mean of logsumexp(x)^2 over the last axis."""
    return strength * torch.logsumexp(x, dim=-1).square().mean()
`

export const zLoss = defineNode({
  role: 'loss',
  type: 'z-loss',
  version: 1,
  title: 'Z-loss',
  family: 'loss',
  doc: 'Keeps scores from drifting far from zero, where softmax would lose its precision. Added beside a cross-entropy, or beside the router of a mixture of experts.',
  synonyms: ['logits', 'router', 'palm', 'mixture of experts', 'stability'],
  fields: {
    strength: real({ initial: 1e-4, min: 0, doc: 'How much it counts beside the other losses.' }),
  },
  inputs: { x: { doc: 'Scores (logits) with the classes on the last axis.' } },
  outputs: { loss: { doc: 'strength × mean over all rows of log(sum(exp(scores)))².' } },
  summary: (p) => String(p.strength),
  infer: ({ x }) => {
    const features = featureCount('Z-loss', 'x', x)
    return typeof features !== 'number' && isRefusal(features) ? features : { loss: lossValue() }
  },
  weights: () => ({}),
  run: ({ tf, inputs: { x }, p }) =>
    tf.tidy(() => tf.mul(tf.mean<Tf.Scalar>(tf.square(tf.logSumExp(x, -1))), p.strength)),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.z_loss',
      args: { strength: p.strength },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 4]) }, params: { strength: 0.3 } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { strength: 0.1 } },
    { inputs: { x: tensor([null]) }, refused: 'axis of features' },
  ],
  migrations: [],
})
