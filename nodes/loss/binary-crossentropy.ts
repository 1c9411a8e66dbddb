/** Cross-entropy of yes-or-no answers, from logits. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { lossValue, tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { wantedLike } from '../kit/torch-helpers'

const helper = `def binary_cross_entropy_with_logits(scores, target=None, constant_target=0.0):
    """Mean surprise at yes-or-no answers, from scores (logits)."""
    return F.binary_cross_entropy_with_logits(scores, wanted_like(scores, target, constant_target))
`

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

export const binaryCrossentropy = defineNode({
  role: 'loss',
  type: 'binary-crossentropy',
  version: 1,
  title: 'Binary cross-entropy',
  family: 'loss',
  doc: 'How surprised the net is by yes-or-no answers, on average. Takes scores (logits), so put no sigmoid before it; 1 is yes, 0 is no.',
  synonyms: ['cross entropy', 'log loss', 'logistic', 'sigmoid loss', 'gan'],
  fields: {
    constantTarget: real({
      initial: 1,
      min: 0,
      max: 1,
      doc: 'The answer wanted of every number where no target is wired: 1 for "real", 0 for "fake".',
    }),
  },
  inputs: {
    prediction: { doc: 'One score for each answer (logits).', prediction: true },
    target: {
      doc: '0 or 1 (or between) for each; may stay open.',
      accepts: ['target', 'tensor'],
      optional: true,
    },
  },
  outputs: { loss: { doc: 'Mean over all answers, in nats.' } },
  summary: () => '',
  infer: ({ prediction, target }) =>
    elementwiseRefusal('Binary cross-entropy', prediction, target) ?? { loss: lossValue() },
  weights: () => ({}),
  // max(x, 0) - x z + log(1 + exp(-|x|)): the same as -z log s - (1 - z) log(1 - s), and finite for every x.
  run: ({ tf, inputs: { prediction: x, target }, p }) =>
    tf.tidy(() => {
      const z =
        target === undefined ? tf.scalar(p.constantTarget) : tf.reshape(tf.cast(target, 'float32'), x.shape)
      const surprise = tf.add(tf.sub(tf.relu(x), tf.mul(x, z)), tf.softplus(tf.neg(tf.abs(x))))
      return tf.mean<Tf.Scalar>(surprise)
    }),
  emit: {
    torch: (p, { target }) => ({
      call: 'wiregrad.binary_cross_entropy_with_logits',
      args: { ...(target === undefined ? { constant_target: p.constantTarget } : {}) },
      tensors: [],
      helpers: [wantedLike, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 1]), target: target('float32', [null, 1]) } },
    { inputs: { prediction: tensor([null, 1]), target: target('int32', [null]) } },
    { inputs: { prediction: tensor([null, 'T', 3]), target: tensor([null, 'T', 3]) } },
    { inputs: { prediction: tensor([null, 1]) } },
    { inputs: { prediction: tensor([null, 1]) }, params: { constantTarget: 0 } },
    {
      inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) },
      refused: 'number by number',
    },
    { inputs: { prediction: tensor([]) }, refused: 'has a scalar' },
  ],
  migrations: [],
})
