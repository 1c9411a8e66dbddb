/** Cross-entropy from logits against class numbers. */
import {
  addSmoothingAndWeights,
  classSurprise,
  classWeights,
  labelSmoothing,
  meanOfWhatCounts,
  weightsPort,
} from '../kit/cross-entropy'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { oneHot } from '../kit/one-hot'
import {
  formatShape,
  lossValue,
  refuse,
  sameShape,
  tensor,
  tokens,
  type Refusal,
  type Spec,
} from '../kit/spec'
import { classScoresRefusal, classWeightsRefusal, weightsRefusal } from '../kit/targets'
import { crossEntropyHelper, meanOfWhatCountsHelper } from '../kit/torch-losses'

const classes = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'int32', shape })
const title = 'Sparse categorical cross-entropy'

/** Why a target of one column a class is for another loss, or null. */
function columnsRefusal(prediction: Spec, target: Spec): Refusal | null {
  if (target.dtype === 'int32' || !sameShape(prediction.shape, target.shape)) return null
  return refuse(
    `${title} needs class numbers as its target, but the target is one column a class ${formatShape(target.shape)}. ` +
      'Set encoding to index on the data node, or use categorical cross-entropy.',
  )
}

export const sparseCategoricalCrossentropy = defineNode({
  role: 'loss',
  type: 'sparse-categorical-crossentropy',
  version: 2,
  title,
  family: 'loss',
  doc: 'How surprised the net is by the right class, on average. Takes scores (logits), so put no softmax before it; targets are class numbers.',
  synonyms: ['cross entropy', 'softmax loss', 'negative log likelihood', 'classification', 'nll', 'language'],
  fields: {
    labelSmoothing,
    classWeights,
    ignoreClass: int({
      initial: -1,
      min: -1,
      doc: 'Targets of this number do not count at all, such as the padding of a text; -1: all count.',
    }),
  },
  inputs: {
    prediction: { doc: 'One score a class on the last axis (logits).', prediction: true },
    target: { doc: 'The number of the right class.', accepts: ['target', 'tokens'] },
    weights: weightsPort,
  },
  outputs: {
    loss: { doc: 'Mean over the batch (and time) of -log softmax(scores) of the right class, in nats.' },
  },
  summary: (p) => (p.labelSmoothing === 0 ? '' : `smoothing ${p.labelSmoothing}`),
  infer: ({ prediction, target, weights }, p) =>
    columnsRefusal(prediction, target) ??
    classScoresRefusal(title, prediction, target) ??
    classWeightsRefusal(title, p.classWeights, Number(prediction.shape.at(-1))) ??
    weightsRefusal(title, target.shape, weights) ?? { loss: lossValue() },
  weights: () => ({}),
  // One-hot rather than gather: gather's gradient is missing on one backend.
  run: ({ tf, inputs: { prediction, target, weights }, p }) =>
    tf.tidy(() => {
      const numbers = tf.cast(target, 'int32')
      const right = oneHot(tf, target, prediction.shape.at(-1) ?? 1) // (…, K)
      const { each, counts } = classSurprise(tf, prediction, right, p)
      if (p.ignoreClass < 0) return meanOfWhatCounts(tf, each, counts, weights)
      const kept = tf.cast(tf.notEqual(numbers, p.ignoreClass), 'float32')
      const counted = counts === undefined ? kept : tf.mul(counts, kept)
      return meanOfWhatCounts(tf, tf.mul(each, kept), counted, weights)
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.cross_entropy',
      args: {
        class_weights: p.classWeights.length === 0 ? null : p.classWeights,
        label_smoothing: p.labelSmoothing,
        ignore_index: p.ignoreClass < 0 ? -100 : p.ignoreClass,
      },
      tensors: [],
      helpers: [meanOfWhatCountsHelper, crossEntropyHelper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: classes([null]) } },
    { inputs: { prediction: tensor([null, 'T', 4]), target: classes([null, 'T']) } },
    { inputs: { prediction: tensor([null, 5, 4]), target: tokens([null, 5]) } },
    {
      inputs: { prediction: tensor([null, 5, 3]), target: classes([null, 5]) },
      params: { labelSmoothing: 0.1, classWeights: [0.5, 2, 1] },
    },
    {
      inputs: { prediction: tensor([null, 5, 3]), target: tokens([null, 5]), weights: tensor([null, 5]) },
      numbers: { weights: 'positive' },
      params: { classWeights: [1, 3, 0.5], ignoreClass: 1, labelSmoothing: 0.2 },
    },
    {
      inputs: { prediction: tensor([null, 5, 3]), target: tokens([null, 5]), weights: tensor([null, 5]) },
      numbers: { weights: 'binary' },
    },
    {
      inputs: { prediction: tensor([null, 'T', 3]), target: tokens([null, 'T']), weights: tensor([null]) },
      numbers: { weights: 'positive' },
    },
    { inputs: { prediction: tensor([null]), target: classes([null]) }, refused: 'one score a class' },
    { inputs: { prediction: tensor([null, 5, 4]), target: classes([null]) }, refused: 'one row of scores' },
    {
      inputs: {
        prediction: tensor([null, 4]),
        target: { kind: 'target', dtype: 'float32', shape: [null, 4] },
      },
      refused: 'use categorical cross-entropy',
    },
    {
      inputs: {
        prediction: tensor([null, 4]),
        target: { kind: 'target', dtype: 'float32', shape: [null, 1] },
      },
      refused: 'the target is real numbers',
    },
    {
      inputs: { prediction: tensor([null, 4]), target: classes([null]) },
      params: { classWeights: [1, 2] },
      refused: 'needs 4 class weights',
    },
    {
      inputs: { prediction: tensor([null, 2]), target: classes([null]) },
      params: { classWeights: [1, -2] },
      refused: '0 and more',
    },
    {
      inputs: { prediction: tensor([null, 5, 4]), target: tokens([null, 5]), weights: tensor([null, 4]) },
      refused: 'one weight for each answer',
    },
  ],
  migrations: [(params) => ({ ...addSmoothingAndWeights(params), ignoreClass: -1 })],
})
