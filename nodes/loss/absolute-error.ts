/** The mean distance between prediction and target, to be minimised. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { lossValue, tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { likeHelper } from '../kit/torch-losses'

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

const helper = `def absolute_error_loss(prediction, target):
    """The mean of the absolute differences."""
    return F.l1_loss(prediction, like(target, prediction), reduction="mean")
`

export const absoluteError = defineNode({
  role: 'loss',
  type: 'absolute-error',
  version: 1,
  title: 'Absolute error',
  family: 'loss',
  doc: 'The mean distance between prediction and target. A far miss counts no more than its distance, so outliers pull less than with squares; the best guess is the median.',
  synonyms: ['mae', 'l1', 'mean absolute error', 'laplace', 'regression', 'robust'],
  fields: {},
  inputs: {
    prediction: { doc: 'Any numbers.', prediction: true },
    target: { doc: 'What they should be.', accepts: ['target', 'tensor'] },
  },
  outputs: { loss: { doc: 'Mean over all numbers of |prediction - target|.' } },
  summary: () => '',
  infer: ({ prediction, target }) =>
    elementwiseRefusal('Absolute error', prediction, target) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target } }) =>
    tf.tidy(() => {
      const wanted = tf.reshape(tf.cast(target, 'float32'), prediction.shape)
      return tf.mean<Tf.Scalar>(tf.abs(tf.sub(prediction, wanted)))
    }),
  emit: {
    torch: () => ({
      call: 'wiregrad.absolute_error_loss',
      args: {},
      tensors: [],
      helpers: [likeHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: target([null, 3]) } },
    {
      inputs: { prediction: tensor([null, 'T', 3]), target: tensor([null, 'T', 3]) },
      numbers: { target: { below: 3 } },
    },
    {
      inputs: { prediction: tensor([null, 1]), target: target([null]) },
      numbers: { target: { below: 2 } },
    },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 1]) }, refused: 'number by number' },
    { inputs: { prediction: tensor([]), target: tensor([]) }, refused: 'has a scalar' },
  ],
  migrations: [],
})
