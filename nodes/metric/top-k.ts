/** How often the right class is among the k with the highest scores. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { oneHot } from '../kit/one-hot'
import { refuse, tensor, tokens, type Spec } from '../kit/spec'
import { question, questionRefusal } from '../kit/targets'
import { questionHelper } from '../kit/torch-losses'

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

const helper = `def top_k(prediction, target, *, k):
    """Share of answers whose right class is among the k highest scores."""
    wanted = class_numbers(prediction, target).unsqueeze(-1)
    best = prediction.topk(min(k, prediction.shape[-1]), dim=-1).indices
    return (best == wanted).any(-1).to(prediction.dtype).mean()
`

export const topK = defineNode({
  role: 'metric',
  type: 'top-k',
  version: 1,
  title: 'Top-k accuracy',
  family: 'metric',
  doc: 'The share of answers whose right class is among the k with the highest scores. A class that scores as high as the last of them counts too.',
  synonyms: ['top-5', 'top 5 accuracy', 'hits', 'ranking', 'imagenet'],
  fields: { k: int({ initial: 5, min: 1, doc: 'How many of the highest scores are looked at.' }) },
  inputs: {
    prediction: { doc: 'One score a class on the last axis.' },
    target: { doc: 'Class numbers, or one column a class.', accepts: ['target', 'tokens', 'tensor'] },
  },
  outputs: {},
  summary: (p) => `k ${p.k}`,
  infer: ({ prediction, target }) => {
    const refusal = questionRefusal('Top-k accuracy', prediction, target)
    if (refusal !== null) return refusal
    return question(prediction.shape, target.shape) === 'yes or no'
      ? refuse('Top-k accuracy needs several classes, but the answer is yes or no; use accuracy.')
      : {}
  },
  weights: () => ({}),
  /** [right answers, answers] */
  sums: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const classes = prediction.shape.at(-1) ?? 1
      const column = question(prediction.shape, target.shape) === 'class column'
      const numbers = column ? tf.argMax(target, -1) : target
      const right = tf.sum(tf.mul(prediction, oneHot(tf, numbers, classes)), -1, true) // (…, 1)
      const above = tf.sum(tf.cast(tf.greater(prediction, right), 'int32'), -1) // (…)
      // A score that is no number compares as neither above nor below: it is not right.
      const sound = tf.cast(tf.isFinite(tf.sum(prediction, -1)), 'float32')
      const hits = tf.sum(tf.mul(tf.cast(tf.less(above, p.k), 'float32'), sound))
      return tf.stack([hits, tf.scalar(above.size)]) as Tf.Tensor1D
    }),
  value: ([right = 0, answers = 0]) => (answers === 0 ? 0 : right / answers),
  larger: true,
  emit: {
    torch: (p) => ({
      call: 'wiregrad.top_k',
      args: { k: p.k },
      tensors: [],
      helpers: [questionHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 6]), target: target('int32', [null]) }, params: { k: 2 } },
    { inputs: { prediction: tensor([null, 'T', 5]), target: tokens([null, 'T']) }, params: { k: 3 } },
    {
      inputs: { prediction: tensor([null, 4, 4]), target: target('float32', [null, 4, 4]) },
      numbers: { target: 'one-hot' },
      params: { k: 2 },
    },
    { inputs: { prediction: tensor([null, 1]), target: target('float32', [null]) }, refused: 'use accuracy' },
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 2]) },
      refused: 'Make the prediction B × 2',
    },
  ],
  migrations: [],
})
