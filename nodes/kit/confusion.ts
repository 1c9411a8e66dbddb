/**
 * What precision, recall and F1 are made of: for each class how often it was given rightly, given, and wanted. The counts
 * of a split are the sums of its batches' counts, so the figure does not depend on how it was cut into batches.
 */
import type * as Tf from '@tensorflow/tfjs'
import { choice, real } from './fields'
import { oneHot } from './one-hot'
import { tensor, type Spec } from './spec'
import { question } from './targets'

export const threshold = real({
  initial: 0,
  doc: 'Scores above it mean yes, where the answer is yes or no. 0 suits logits, 0.5 suits what comes out of a sigmoid.',
})

export const average = choice(['macro', 'micro'], {
  initial: 'macro',
  doc: 'Of several classes. macro: the mean over the classes that occur, each counting alike. micro: all answers in one pot.',
})

export const answerPorts = {
  prediction: { doc: 'One score a class on the last axis, or one score for yes.' },
  target: { doc: 'Class numbers, one column a class, or 0 and 1.', accepts: ['target', 'tokens', 'tensor'] },
} as const

/**
 * [given rightly, given, wanted], each of as many numbers as there are classes: one for a yes or no (the yes), and one
 * for the pot of all classes.
 */
export function answerCounts(
  tf: typeof Tf,
  prediction: Tf.Tensor,
  target: Tf.Tensor,
  p: { readonly threshold: number; readonly average: 'macro' | 'micro' },
): Tf.Tensor1D {
  const asked = question(prediction.shape, target.shape)
  if (asked === 'yes or no') {
    const given = tf.cast(tf.greater(prediction, p.threshold), 'float32')
    const wanted = tf.cast(
      tf.greater(tf.reshape(tf.cast(target, 'float32'), prediction.shape), 0.5),
      'float32',
    )
    return tf.stack([tf.sum(tf.mul(given, wanted)), tf.sum(given), tf.sum(wanted)]) as Tf.Tensor1D
  }
  const classes = prediction.shape.at(-1) ?? 1
  const numbers = asked === 'class column' ? tf.argMax(target, -1) : target
  const rows = (x: Tf.Tensor) => tf.reshape(oneHot(tf, x, classes), [-1, classes])
  const [given, wanted] = [rows(tf.argMax(prediction, -1)), rows(numbers)]
  const counts = [tf.mul(given, wanted), given, wanted].map((x) => tf.sum(x, 0)) // 3 × (K)
  return p.average === 'micro'
    ? (tf.stack(counts.map((x) => tf.sum(x))) as Tf.Tensor1D)
    : (tf.concat(counts) as Tf.Tensor1D)
}

/** The mean of a figure over the classes that were given or wanted at all; 0 where there is none. */
export function meanOverClasses(
  sums: readonly number[],
  figure: (right: number, given: number, wanted: number) => number,
): number {
  const classes = sums.length / 3
  const [right, given, wanted] = [0, 1, 2].map((part) => sums.slice(part * classes, (part + 1) * classes))
  const figures = (right ?? []).flatMap((hits, at) => {
    const [gave, want] = [given?.[at] ?? 0, wanted?.[at] ?? 0]
    return gave + want === 0 ? [] : [figure(hits, gave, want)]
  })
  return figures.length === 0 ? 0 : figures.reduce((sum, x) => sum + x, 0) / figures.length
}

/** a / b, and 0 of nothing. */
export function share(a: number, b: number): number {
  return b === 0 ? 0 : a / b
}

/** Why a setting changes nothing: a threshold is for yes or no, an average for classes. */
export function idleOfAnswers(
  field: string,
  backEnd: string,
  inputs: Readonly<Record<string, Spec | readonly Spec[]>>,
): string | null {
  if (backEnd !== 'run') return null
  const { prediction, target } = inputs as Readonly<Record<string, Spec>>
  const yesOrNo = question(prediction?.shape ?? [], target?.shape ?? []) === 'yes or no'
  if (field === 'threshold' && !yesOrNo) return 'the highest score is the answer, whatever the threshold'
  return field === 'average' && yesOrNo ? 'there is one class only, the yes' : null
}

/** Python: the counts and the mean over classes, as above; `figure` makes a number of right, given and wanted. */
export const answersHelper = `def figure_of_answers(prediction, target, threshold, average, figure):
    """The mean of a figure of (right, given, wanted) over the classes that occur."""
    if is_yes_or_no(prediction, target):
        given, wanted = prediction.flatten() > threshold, target.flatten() > 0.5
        classes = [(given, wanted)]
    else:
        given, wanted = prediction.argmax(-1).flatten(), class_numbers(prediction, target).flatten()
        classes = [(given == k, wanted == k) for k in range(prediction.shape[-1])]
    counts = [tuple(x.sum().item() for x in (a & b, a, b)) for a, b in classes]
    if average == "micro":
        counts = [tuple(sum(column) for column in zip(*counts))]
    figures = [figure(*each) for each in counts if each[1] + each[2] > 0]
    return torch.tensor(sum(figures) / max(1, len(figures)), dtype=prediction.dtype)
`

const numbers = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

/** The cases that every figure of answers is tried with. */
export const answerCases = [
  { inputs: { prediction: tensor([null, 7, 3]), target: numbers('int32', [null, 7]) } },
  {
    inputs: { prediction: tensor([null, 'T', 3]), target: numbers('int32', [null, 'T']) },
    params: { average: 'micro' },
  },
  {
    inputs: { prediction: tensor([null, 6, 4]), target: numbers('float32', [null, 6, 4]) },
    numbers: { target: 'one-hot' },
  },
  {
    inputs: { prediction: tensor([null, 5, 1]), target: numbers('float32', [null, 5]) },
    numbers: { target: 'binary' },
  },
  {
    inputs: { prediction: tensor([null, 'T', 1]), target: numbers('float32', [null, 'T', 1]) },
    numbers: { target: 'binary', prediction: 'probability' },
    params: { threshold: 0.5 },
  },
  {
    inputs: { prediction: tensor([null, 3]), target: numbers('float32', [null, 4]) },
    refused: 'one score for each number of the target',
  },
  { inputs: { prediction: tensor([]), target: tensor([]) }, refused: 'has a scalar' },
] as const
