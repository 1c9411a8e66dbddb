/** The root of the mean of the squared differences, in the target's own unit. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { likeHelper } from '../kit/torch-losses'

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

const helper = `def root_mean_squared_error(prediction, target):
    """The root of the mean of the squared differences."""
    return F.mse_loss(prediction, like(target, prediction)).sqrt()
`

export const rootMeanSquaredError = defineNode({
  role: 'metric',
  type: 'root-mean-squared-error',
  version: 1,
  title: 'Root mean squared error',
  family: 'metric',
  doc: 'How far the prediction is off, in the unit of the target; large misses count far more than small ones.',
  synonyms: ['rmse', 'mse', 'l2', 'standard error', 'regression'],
  fields: {},
  inputs: {
    prediction: { doc: 'Any numbers.' },
    target: { doc: 'What they should be.', accepts: ['target', 'tensor'] },
  },
  outputs: {},
  summary: () => '',
  infer: ({ prediction, target }) => elementwiseRefusal('Root mean squared error', prediction, target) ?? {},
  weights: () => ({}),
  /** [summed squares, numbers] */
  sums: ({ tf, inputs: { prediction, target } }) =>
    tf.tidy(() => {
      const off = tf.sub(prediction, tf.reshape(tf.cast(target, 'float32'), prediction.shape))
      return tf.stack([tf.sum(tf.square(off)), tf.scalar(prediction.size)]) as Tf.Tensor1D
    }),
  value: ([squares = 0, numbers = 0]) => (numbers === 0 ? 0 : Math.sqrt(squares / numbers)),
  larger: false,
  emit: {
    torch: () => ({
      call: 'wiregrad.root_mean_squared_error',
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
