/**
 * Hinge losses: of yes or no (Cortes & Vapnik 1995), max(0, margin - y x) with y of -1 or 1; of classes (Weston & Watkins
 * 1999, as torch.nn.MultiMarginLoss), the sum over the other classes of max(0, margin - s_right + s_k), over K.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { bool, real } from '../kit/fields'
import { oneHot } from '../kit/one-hot'
import { lossValue, tensor, tokens, type Spec } from '../kit/spec'
import { elementwise, questionRefusal } from '../kit/targets'

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

const helper = `def hinge_loss(prediction, target, *, margin, squared):
    """max(0, margin - what was right), of yes or no (0 and 1) or, by class number, against every other class."""
    power = 2 if squared else 1
    if target.shape == prediction.shape or (*target.shape, 1) == tuple(prediction.shape):
        sign = 2 * target.to(prediction.dtype).reshape(prediction.shape) - 1
        return F.relu(margin - sign * prediction).pow(power).mean()
    scores = prediction.flatten(0, -2)
    return F.multi_margin_loss(scores, target.long().flatten(), p=power, margin=margin, reduction="mean")
`

export const hinge = defineNode({
  role: 'loss',
  type: 'hinge',
  version: 1,
  title: 'Hinge',
  family: 'loss',
  doc: 'Wants the right answer ahead by a margin and is then content: nothing is left to learn from it. The loss of support vector machines.',
  synonyms: ['svm', 'max margin', 'multi margin', 'categorical hinge', 'squared hinge'],
  fields: {
    margin: real({ initial: 1, min: 0, doc: 'How far ahead the right answer is wanted.' }),
    squared: bool({ initial: false, doc: 'Square what is missing, so that large misses count far more.' }),
  },
  inputs: {
    prediction: { doc: 'One score for each answer, or for each class on the last axis.', prediction: true },
    target: {
      doc: '0 (no) or 1 (yes) for every number of the prediction, or the number of the right class of each row.',
      accepts: ['target', 'tokens', 'tensor'],
    },
  },
  outputs: {
    loss: {
      doc: 'Mean over all answers of what is missing to the margin; over classes it is divided by their number.',
    },
  },
  summary: (p) => (p.squared ? 'squared' : ''),
  infer: ({ prediction, target }) => questionRefusal('Hinge', prediction, target) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction: x, target }, p }) =>
    tf.tidy(() => {
      const cost = (missing: Tf.Tensor) => (p.squared ? tf.square(tf.relu(missing)) : tf.relu(missing))
      if (elementwise(x.shape, target.shape)) {
        const sign = tf.sub(tf.mul(tf.reshape(tf.cast(target, 'float32'), x.shape), 2), 1)
        return tf.mean<Tf.Scalar>(cost(tf.sub(p.margin, tf.mul(sign, x))))
      }
      const classes = x.shape.at(-1) ?? 1
      const right = oneHot(tf, target, classes) // (…, K)
      const ahead = tf.sub(tf.sum(tf.mul(right, x), -1, true), x) // (…, K): how far each class is behind
      return tf.mean<Tf.Scalar>(tf.mul(cost(tf.sub(p.margin, ahead)), tf.sub(1, right)))
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.hinge_loss',
      args: { margin: p.margin, squared: p.squared },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 3]) },
      numbers: { target: 'binary' },
    },
    {
      inputs: { prediction: tensor([null, 1]), target: target('float32', [null]) },
      numbers: { target: 'binary' },
      params: { squared: true, margin: 2.3 },
    },
    { inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) } },
    {
      inputs: { prediction: tensor([null, 'T', 4]), target: tokens([null, 'T']) },
      params: { squared: true, margin: 0.7 },
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 4]) },
      refused: 'one score for each number of the target',
    },
  ],
  migrations: [],
})
