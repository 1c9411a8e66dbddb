/** log cosh d = d + softplus(-2d) - log 2, which is finite for every d: the right side is even, as the left is. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { lossValue, tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { likeHelper } from '../kit/torch-losses'

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

const helper = `def log_cosh_loss(prediction, target):
    """The mean of log(cosh(difference)), without overflow."""
    off = (prediction - like(target, prediction)).abs()
    return (off + F.softplus(-2 * off) - math.log(2)).mean()
`

export const logCosh = defineNode({
  role: 'loss',
  type: 'log-cosh',
  version: 1,
  title: 'Log-cosh',
  family: 'loss',
  doc: 'The logarithm of the hyperbolic cosine of the miss: half a square near the target, a distance far from it, and smooth everywhere.',
  synonyms: ['logcosh', 'smooth', 'robust', 'regression'],
  fields: {},
  inputs: {
    prediction: { doc: 'Any numbers.', prediction: true },
    target: { doc: 'What they should be.', accepts: ['target', 'tensor'] },
  },
  outputs: { loss: { doc: 'Mean over all numbers of log(cosh(prediction - target)).' } },
  summary: () => '',
  infer: ({ prediction, target }) =>
    elementwiseRefusal('Log-cosh', prediction, target) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target } }) =>
    tf.tidy(() => {
      const off = tf.sub(prediction, tf.reshape(tf.cast(target, 'float32'), prediction.shape))
      return tf.mean<Tf.Scalar>(tf.sub(tf.add(off, tf.softplus(tf.mul(off, -2))), Math.LN2))
    }),
  emit: {
    torch: () => ({ call: 'wiregrad.log_cosh_loss', args: {}, tensors: [], helpers: [likeHelper, helper] }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 2]), target: target([null, 2]) } },
    { inputs: { prediction: tensor([null, 1]), target: target([null]) } },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 1]) }, refused: 'number by number' },
  ],
  migrations: [],
})
