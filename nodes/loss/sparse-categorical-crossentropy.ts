/** Cross-entropy from logits against class numbers. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { lossValue, tensor, tokens, type Spec } from '../kit/spec'
import { classScoresRefusal } from '../kit/targets'

const helper = `def sparse_cross_entropy(scores, target):
    """Mean of -log softmax(scores) of the right class; the classes lie on the last axis."""
    return F.cross_entropy(scores.flatten(0, -2), target.flatten())
`

const classes = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'int32', shape })

export const sparseCategoricalCrossentropy = defineNode({
  role: 'loss',
  type: 'sparse-categorical-crossentropy',
  version: 1,
  title: 'Sparse categorical cross-entropy',
  family: 'loss',
  doc: 'How surprised the net is by the right class, on average. Takes scores (logits), so put no softmax before it; targets are class numbers.',
  synonyms: ['cross entropy', 'softmax loss', 'negative log likelihood', 'classification', 'nll'],
  fields: {},
  inputs: {
    prediction: { doc: 'One score a class on the last axis (logits).', prediction: true },
    target: { doc: 'The number of the right class.', accepts: ['target', 'tokens'] },
  },
  outputs: {
    loss: { doc: 'Mean over the batch (and time) of -log softmax(scores) of the right class, in nats.' },
  },
  summary: () => '',
  infer: ({ prediction, target }) =>
    classScoresRefusal('Sparse categorical cross-entropy', prediction, target) ?? { loss: lossValue() },
  weights: () => ({}),
  // One-hot rather than gather: gather's gradient is missing on one backend.
  run: ({ tf, inputs: { prediction, target } }) =>
    tf.tidy(() => {
      const count = prediction.shape.at(-1) ?? 1
      const right = tf.cast(tf.oneHot(tf.cast(target, 'int32'), count), 'float32') // (…, K)
      const surprise = tf.sum(tf.mul(right, tf.logSoftmax(prediction)), -1) // (…)
      return tf.mean<Tf.Scalar>(tf.neg(surprise))
    }),
  emit: {
    torch: () => ({ call: 'wiregrad.sparse_cross_entropy', args: {}, tensors: [], helpers: [helper] }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: classes([null]) } },
    { inputs: { prediction: tensor([null, 'T', 4]), target: classes([null, 'T']) } },
    { inputs: { prediction: tensor([null, 5, 4]), target: tokens([null, 5]) } },
    { inputs: { prediction: tensor([null]), target: classes([null]) }, refused: 'one score a class' },
    { inputs: { prediction: tensor([null, 5, 4]), target: classes([null]) }, refused: 'one row of scores' },
    {
      inputs: {
        prediction: tensor([null, 4]),
        target: { kind: 'target', dtype: 'float32', shape: [null, 4] },
      },
      refused: 'needs class numbers',
    },
  ],
  migrations: [],
})
