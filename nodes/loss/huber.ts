/**
 * Squares near the target, distances far from it (Huber 1964): d²/2 where |d| <= δ, δ (|d| - δ/2) beyond. Written as
 * q (|d| - q/2) with q = min(|d|, δ), which needs no comparison.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { lossValue, tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { likeHelper } from '../kit/torch-losses'

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

const helper = `def huber_loss(prediction, target, *, delta):
    """Squares within delta of the target, distances beyond (Huber 1964)."""
    return F.huber_loss(prediction, like(target, prediction), reduction="mean", delta=delta)
`

export const huber = defineNode({
  role: 'loss',
  type: 'huber',
  version: 1,
  title: 'Huber',
  family: 'loss',
  doc: 'Counts small misses as squares and large ones as distances: smooth at the target like squares, calm about outliers like the absolute error.',
  synonyms: ['smooth l1', 'robust', 'regression', 'outliers'],
  fields: {
    delta: real({
      initial: 1,
      min: 1e-6,
      doc: 'Distance, in the unit of the target, at which squares turn into a straight line.',
    }),
  },
  inputs: {
    prediction: { doc: 'Any numbers.', prediction: true },
    target: { doc: 'What they should be.', accepts: ['target', 'tensor'] },
  },
  outputs: {
    loss: { doc: 'Mean over all numbers of d²/2, or of delta × (|d| - delta/2) where |d| is above delta.' },
  },
  summary: (p) => `delta ${p.delta}`,
  infer: ({ prediction, target }) => elementwiseRefusal('Huber', prediction, target) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const off = tf.abs(tf.sub(prediction, tf.reshape(tf.cast(target, 'float32'), prediction.shape)))
      const near = tf.sub(off, tf.relu(tf.sub(off, p.delta)))
      return tf.mean<Tf.Scalar>(tf.mul(near, tf.sub(off, tf.mul(near, 0.5))))
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.huber_loss',
      args: { delta: p.delta },
      tensors: [],
      helpers: [likeHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: target([null, 3]) } },
    {
      inputs: { prediction: tensor([null, 'T', 2]), target: tensor([null, 'T', 2]) },
      params: { delta: 0.4 },
    },
    { inputs: { prediction: tensor([null, 1]), target: target([null]) }, params: { delta: 0.2 } },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 1]) }, refused: 'number by number' },
  ],
  migrations: [],
})
