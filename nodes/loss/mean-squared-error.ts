/** The mean of the squared differences, over every number. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { lossValue, tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'

const helper = `def mse_loss(prediction, target=None, *, constant_target):
    """The mean of the squared differences, to a target or to one number."""
    if target is None:
        target = torch.full_like(prediction, constant_target)
    return F.mse_loss(prediction, target.to(prediction.dtype).reshape(prediction.shape), reduction="mean")
`

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

export const meanSquaredError = defineNode({
  role: 'loss',
  type: 'mean-squared-error',
  version: 1,
  title: 'Mean squared error',
  family: 'loss',
  doc: 'The mean of the squared differences between prediction and target. Large misses count far more than small ones.',
  synonyms: ['mse', 'l2', 'least squares', 'regression'],
  fields: {
    constantTarget: real({ initial: 1, doc: 'The number wanted everywhere, where no target is wired.' }),
  },
  inputs: {
    prediction: { doc: 'Any numbers.', prediction: true },
    target: { doc: 'What they should be; may stay open.', accepts: ['target', 'tensor'], optional: true },
  },
  outputs: { loss: { doc: 'Mean over all numbers of (prediction - target)².' } },
  summary: () => '',
  infer: ({ prediction, target }) =>
    elementwiseRefusal('Mean squared error', prediction, target) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const wanted =
        target === undefined
          ? tf.scalar(p.constantTarget)
          : tf.reshape(tf.cast(target, 'float32'), prediction.shape)
      return tf.mean<Tf.Scalar>(tf.square(tf.sub(prediction, wanted)))
    }),
  idle: (field, _p, _backEnd, inputs) =>
    field === 'constantTarget' && inputs['target'] !== undefined ? 'a wired target comes first' : null,
  emit: {
    torch: (p, { target }) => ({
      call: 'wiregrad.mse_loss',
      args: { constant_target: target === undefined ? p.constantTarget : null },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 2]), target: target([null, 2]) } },
    { inputs: { prediction: tensor([null, 4, 4, 1]), target: tensor([null, 4, 4, 1]) } },
    { inputs: { prediction: tensor([null, 1]), target: target([null]) } },
    { inputs: { prediction: tensor([null, 'T', 2]) }, params: { constantTarget: -1 } },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 1]) }, refused: 'number by number' },
    { inputs: { prediction: tensor([]) }, refused: 'has a scalar' },
  ],
  migrations: [],
})
