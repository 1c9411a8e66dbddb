/** The mean distance between prediction and target, in the target's own unit. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { likeHelper } from '../kit/torch-losses'

const helper = `def mean_absolute_error(prediction, target):
    """The mean distance between prediction and target."""
    return F.l1_loss(prediction, like(target, prediction))
`

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

export const meanAbsoluteError = defineNode({
  role: 'metric',
  type: 'mean-absolute-error',
  version: 1,
  title: 'Mean absolute error',
  family: 'metric',
  doc: 'How far the prediction is off on average, in the unit of the target.',
  synonyms: ['mae', 'l1', 'distance', 'regression'],
  fields: {},
  inputs: {
    prediction: { doc: 'Any numbers.' },
    target: { doc: 'What they should be.', accepts: ['target', 'tensor'] },
  },
  outputs: {},
  summary: () => '',
  infer: ({ prediction, target }) => elementwiseRefusal('Mean absolute error', prediction, target) ?? {},
  weights: () => ({}),
  /** [summed distances, numbers] */
  sums: ({ tf, inputs: { prediction, target } }) =>
    tf.tidy(() => {
      const off = tf.sum(tf.abs(tf.sub(prediction, tf.reshape(tf.cast(target, 'float32'), prediction.shape))))
      return tf.stack([off, tf.scalar(prediction.size)]) as Tf.Tensor1D
    }),
  value: ([off = 0, numbers = 0]) => (numbers === 0 ? 0 : off / numbers),
  larger: false,
  emit: {
    torch: () => ({
      call: 'wiregrad.mean_absolute_error',
      args: {},
      tensors: [],
      helpers: [likeHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 2]), target: target([null, 2]) } },
    { inputs: { prediction: tensor([null, 1]), target: target([null]) } },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 1]) }, refused: 'number by number' },
  ],
  migrations: [],
})
