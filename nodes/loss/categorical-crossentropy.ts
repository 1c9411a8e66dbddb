/** Cross-entropy from logits against a probability for each class. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { formatShape, lossValue, refuse, sameShape, tensor, type Spec } from '../kit/spec'

const helper = `def cross_entropy(scores, target):
    """Mean of -sum(target * log softmax(scores)); the classes lie on the last axis."""
    return F.cross_entropy(scores.flatten(0, -2), target.flatten(0, -2))
`

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

export const categoricalCrossentropy = defineNode({
  role: 'loss',
  type: 'categorical-crossentropy',
  version: 1,
  title: 'Categorical cross-entropy',
  family: 'loss',
  doc: 'How surprised the net is by the right class, on average. Takes scores (logits), so put no softmax before it; targets are one column a class.',
  synonyms: ['cross entropy', 'softmax loss', 'one-hot', 'classification', 'soft labels', 'distillation'],
  fields: {},
  inputs: {
    prediction: { doc: 'One score a class on the last axis (logits).', prediction: true },
    target: { doc: 'A probability for each class: one-hot, or soft.', accepts: ['target', 'tensor'] },
  },
  outputs: {
    loss: { doc: 'Mean over the batch (and time) of -sum(target × log softmax(scores)), in nats.' },
  },
  summary: () => '',
  infer: ({ prediction, target }) => {
    if (prediction.shape.length < 2) {
      return refuse(
        `Categorical cross-entropy needs one score a class on the last axis, but the prediction is ${formatShape(prediction.shape)}.`,
      )
    }
    if (target.dtype !== 'float32') {
      return refuse(
        'Categorical cross-entropy needs one column a class as its target, but the target is class numbers. ' +
          'Set encoding to one-hot on the data node, or use sparse categorical cross-entropy.',
      )
    }
    if (!sameShape(prediction.shape, target.shape)) {
      return refuse(
        `Categorical cross-entropy needs one score for every column of the target, but the prediction is ${formatShape(prediction.shape)} and the target ${formatShape(target.shape)}.`,
      )
    }
    return { loss: lossValue() }
  },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target } }) =>
    tf.tidy(() => tf.mean<Tf.Scalar>(tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(prediction)), -1)))),
  emit: {
    torch: () => ({ call: 'wiregrad.cross_entropy', args: {}, tensors: [], helpers: [helper] }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 3]) } },
    { inputs: { prediction: tensor([null, 'T', 4]), target: tensor([null, 'T', 4]) } },
    { inputs: { prediction: tensor([null]), target: tensor([null]) }, refused: 'one score a class' },
    {
      inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) },
      refused: 'encoding to one-hot',
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 4]) },
      refused: 'every column',
    },
  ],
  migrations: [],
})
