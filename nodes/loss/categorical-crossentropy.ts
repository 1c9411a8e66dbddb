/** Cross-entropy from logits against a probability for each class. */
import {
  addSmoothingAndWeights,
  classSurprise,
  classWeights,
  labelSmoothing,
  meanOfWhatCounts,
  weightsPort,
} from '../kit/cross-entropy'
import { defineNode } from '../kit/define'
import { formatShape, lossValue, refuse, sameShape, tensor, type Spec } from '../kit/spec'
import { classWeightsRefusal, weightsRefusal } from '../kit/targets'
import { crossEntropyHelper, meanOfWhatCountsHelper } from '../kit/torch-losses'

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })
const title = 'Categorical cross-entropy'

export const categoricalCrossentropy = defineNode({
  role: 'loss',
  type: 'categorical-crossentropy',
  version: 2,
  title,
  family: 'loss',
  doc: 'How surprised the net is by the right class, on average. Takes scores (logits), so put no softmax before it; targets are one column a class.',
  synonyms: ['cross entropy', 'softmax loss', 'one-hot', 'classification', 'soft labels', 'distillation'],
  fields: { labelSmoothing, classWeights },
  inputs: {
    prediction: { doc: 'One score a class on the last axis (logits).', prediction: true },
    target: { doc: 'A probability for each class: one-hot, or soft.', accepts: ['target', 'tensor'] },
    weights: weightsPort,
  },
  outputs: {
    loss: { doc: 'Mean over the batch (and time) of -sum(target × log softmax(scores)), in nats.' },
  },
  summary: (p) => (p.labelSmoothing === 0 ? '' : `smoothing ${p.labelSmoothing}`),
  infer: ({ prediction, target, weights }, p) => {
    const classes = prediction.shape.at(-1)
    if (prediction.shape.length < 2 || typeof classes !== 'number') {
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
    return (
      classWeightsRefusal(title, p.classWeights, classes) ??
      weightsRefusal(title, target.shape.slice(0, -1), weights) ?? { loss: lossValue() }
    )
  },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target, weights }, p }) =>
    tf.tidy(() => {
      const { each, counts } = classSurprise(tf, prediction, target, p)
      return meanOfWhatCounts(tf, each, counts, weights)
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.cross_entropy',
      args: {
        class_weights: p.classWeights.length === 0 ? null : p.classWeights,
        label_smoothing: p.labelSmoothing,
        ignore_index: -100,
      },
      tensors: [],
      helpers: [meanOfWhatCountsHelper, crossEntropyHelper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 3]) } },
    { inputs: { prediction: tensor([null, 'T', 4]), target: tensor([null, 'T', 4]) } },
    {
      inputs: { prediction: tensor([null, 4, 3]), target: tensor([null, 4, 3]) },
      numbers: { target: 'one-hot' },
      params: { labelSmoothing: 0.1, classWeights: [0.5, 2, 1] },
    },
    {
      inputs: {
        prediction: tensor([null, 'T', 3]),
        target: tensor([null, 'T', 3]),
        weights: tensor([null, 'T']),
      },
      numbers: { target: 'probability', weights: 'positive' },
      params: { classWeights: [3, 1, 0.25] },
    },
    {
      inputs: { prediction: tensor([null, 3]), target: tensor([null, 3]), weights: tensor([null, 1]) },
      numbers: { target: 'one-hot', weights: 'positive' },
    },
    { inputs: { prediction: tensor([null]), target: tensor([null]) }, refused: 'one score a class' },
    {
      inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) },
      refused: 'encoding to one-hot',
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 4]) },
      refused: 'every column',
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 3]) },
      params: { classWeights: [0, 0, 0] },
      refused: 'at least one is above 0',
    },
  ],
  migrations: [addSmoothingAndWeights],
})
