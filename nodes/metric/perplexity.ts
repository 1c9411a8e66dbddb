/** The exponential of the mean surprise: among how many equally likely tokens the model seems to choose. */
import type * as Tf from '@tensorflow/tfjs'
import { spreadWeights, weightsPort } from '../kit/cross-entropy'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { oneHot } from '../kit/one-hot'
import { tensor, tokens } from '../kit/spec'
import { classScoresRefusal, weightsRefusal } from '../kit/targets'
import { crossEntropyHelper, meanOfWhatCountsHelper } from '../kit/torch-losses'

const helper = `def perplexity(prediction, target, weights=None, *, ignore_index):
    """exp of the mean cross-entropy over the tokens that count."""
    surprise = cross_entropy(
        prediction, target, weights, class_weights=None, label_smoothing=0.0, ignore_index=ignore_index
    )
    return surprise.exp()
`

export const perplexity = defineNode({
  role: 'metric',
  type: 'perplexity',
  version: 1,
  title: 'Perplexity',
  family: 'metric',
  doc: 'Among how many equally likely tokens a language model seems to choose, on average over the tokens that count: 1 is certainty, the size of the vocabulary is guessing.',
  synonyms: ['language model', 'cross entropy', 'surprise', 'ppl'],
  fields: {
    ignoreClass: int({
      initial: -1,
      min: -1,
      doc: 'Targets of this number do not count at all, such as padding; -1: all count.',
    }),
  },
  inputs: {
    prediction: { doc: 'One score a token of the vocabulary on the last axis (logits).' },
    target: { doc: 'The number of the right token.', accepts: ['target', 'tokens'] },
    weights: weightsPort,
  },
  outputs: {},
  summary: () => '',
  infer: ({ prediction, target, weights }) =>
    classScoresRefusal('Perplexity', prediction, target) ??
    weightsRefusal('Perplexity', target.shape, weights) ??
    {},
  weights: () => ({}),
  /** [summed surprise, tokens that count] */
  sums: ({ tf, inputs: { prediction, target, weights }, p }) =>
    tf.tidy(() => {
      const right = oneHot(tf, target, prediction.shape.at(-1) ?? 1)
      const surprise = tf.neg(tf.sum(tf.mul(right, tf.logSoftmax(prediction)), -1)) // (…)
      const own = weights === undefined ? tf.onesLike(surprise) : spreadWeights(tf, weights, surprise.shape)
      const counts =
        p.ignoreClass < 0
          ? own
          : tf.mul(own, tf.cast(tf.notEqual(tf.cast(target, 'int32'), p.ignoreClass), 'float32'))
      return tf.stack([tf.sum(tf.mul(surprise, counts)), tf.sum(counts)]) as Tf.Tensor1D
    }),
  value: ([surprise = 0, tokensThatCount = 0]) =>
    tokensThatCount === 0 ? 1 : Math.exp(surprise / tokensThatCount),
  larger: false,
  emit: {
    torch: (p) => ({
      call: 'wiregrad.perplexity',
      args: { ignore_index: p.ignoreClass < 0 ? -100 : p.ignoreClass },
      tensors: [],
      helpers: [meanOfWhatCountsHelper, crossEntropyHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 'T', 3]), target: tokens([null, 'T']) } },
    {
      inputs: { prediction: tensor([null, 5, 4]), target: tokens([null, 5]), weights: tensor([null, 5]) },
      numbers: { weights: 'binary' },
      params: { ignoreClass: 1 },
    },
    {
      inputs: {
        prediction: tensor([null, 4]),
        target: { ...tokens([null]), kind: 'target' },
        weights: tensor([null]),
      },
      numbers: { weights: 'positive' },
    },
    { inputs: { prediction: tensor([null, 5, 4]), target: tokens([null]) }, refused: 'one row of scores' },
    {
      inputs: { prediction: tensor([null, 5, 4]), target: tokens([null, 5]), weights: tensor([null, 4]) },
      refused: 'one weight for each answer',
    },
  ],
  migrations: [],
})
