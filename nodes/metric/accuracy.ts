/** The share of right answers: of classes by number, of classes by column, or of yes and no. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { tensor, type Spec } from '../kit/spec'
import { question, questionRefusal } from '../kit/targets'
import { questionHelper } from '../kit/torch-losses'

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

const helper = `def accuracy(prediction, target, *, threshold):
    """Share of right answers: class numbers, one column a class, or yes and no."""
    if is_yes_or_no(prediction, target):
        right = (prediction > threshold) == (target.reshape(prediction.shape) > 0.5)
    else:
        right = prediction.argmax(-1) == class_numbers(prediction, target)
    return right.to(prediction.dtype).mean()
`

export const accuracy = defineNode({
  role: 'metric',
  type: 'accuracy',
  version: 1,
  title: 'Accuracy',
  family: 'metric',
  doc: 'The share of right answers: the class with the highest score, or yes where the score is above the threshold.',
  synonyms: ['right', 'correct', 'hits', 'percentage'],
  fields: {
    threshold: real({
      initial: 0,
      doc: 'Scores above it mean yes, where the answer is yes or no. 0 suits logits, 0.5 suits what comes out of a sigmoid.',
    }),
  },
  inputs: {
    prediction: { doc: 'One score a class on the last axis, or one score for yes.' },
    target: {
      doc: 'Class numbers, one column a class, or 0 and 1.',
      accepts: ['target', 'tokens', 'tensor'],
    },
  },
  outputs: {},
  summary: () => '',
  infer: ({ prediction, target }) => questionRefusal('Accuracy', prediction, target) ?? {},
  weights: () => ({}),
  /** [right answers, answers] */
  sums: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const asked = question(prediction.shape, target.shape)
      const given =
        asked === 'yes or no'
          ? tf.cast(tf.greater(prediction, p.threshold), 'int32')
          : tf.cast(tf.argMax(prediction, -1), 'int32')
      const wanted =
        asked === 'yes or no'
          ? tf.cast(tf.greater(tf.reshape(tf.cast(target, 'float32'), prediction.shape), 0.5), 'int32')
          : tf.cast(asked === 'class column' ? tf.argMax(target, -1) : target, 'int32')
      const right = tf.sum(tf.cast(tf.equal(given, wanted), 'float32'))
      return tf.stack([right, tf.scalar(given.size)]) as Tf.Tensor1D
    }),
  value: ([right = 0, answers = 0]) => (answers === 0 ? 0 : right / answers),
  larger: true,
  idle: (field, _p, backEnd, inputs) => {
    const { prediction, target } = inputs as Readonly<Record<string, Spec>>
    const classes = question(prediction!.shape, target!.shape) !== 'yes or no'
    return field === 'threshold' && backEnd === 'run' && classes
      ? 'the highest score is the answer, whatever the threshold'
      : null
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.accuracy',
      args: { threshold: p.threshold },
      tensors: [],
      helpers: [questionHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) } },
    { inputs: { prediction: tensor([null, 'T', 3]), target: target('int32', [null, 'T']) } },
    { inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 3]) } },
    {
      inputs: { prediction: tensor([null, 1]), target: target('float32', [null, 1]) },
      params: { threshold: 0.5 },
    },
    { inputs: { prediction: tensor([null, 1]), target: target('int32', [null]) } },
    {
      inputs: { prediction: tensor([null, 8]), target: target('float32', [null, 1]) },
      refused: 'Make the prediction B × 1',
    },
    {
      inputs: { prediction: tensor([null, 4, 3]), target: target('int32', [null]) },
      refused: 'one row of scores',
    },
  ],
  migrations: [],
})
