/** Cross-entropy of yes-or-no answers, from logits. */
import {
  addSmoothingAndWeights,
  classWeights,
  labelSmoothing,
  meanOfWhatCounts,
  weightsPort,
} from '../kit/cross-entropy'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { lossValue, tensor, type Spec } from '../kit/spec'
import { classWeightsRefusal, elementwiseRefusal, weightsRefusal } from '../kit/targets'
import { meanOfWhatCountsHelper } from '../kit/torch-losses'

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })
const title = 'Binary cross-entropy'

const helper = `def binary_cross_entropy(prediction, target=None, weights=None, *, constant_target, class_weights, label_smoothing):
    """Cross-entropy of yes or no from scores; the mean is taken over what counts (class_weights: no, yes)."""
    if target is None:
        target = torch.full_like(prediction, constant_target)
    wanted = target.to(prediction.dtype).reshape(prediction.shape)
    smooth = wanted * (1 - label_smoothing) + label_smoothing / 2
    if class_weights is None:
        each = F.binary_cross_entropy_with_logits(prediction, smooth, reduction="none")
        return mean_of_what_counts(each, None, weights)
    no, yes = class_weights
    each = -yes * smooth * F.logsigmoid(prediction) - no * (1 - smooth) * F.logsigmoid(-prediction)
    return mean_of_what_counts(each, yes * wanted + no * (1 - wanted), weights)
`

export const binaryCrossentropy = defineNode({
  role: 'loss',
  type: 'binary-crossentropy',
  version: 2,
  title,
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
    labelSmoothing: { ...labelSmoothing, doc: 'How far the wanted answers are drawn from 0 and 1 to 0.5.' },
    classWeights: {
      ...classWeights,
      doc: 'How much a no and a yes count, two numbers; empty: alike. The loss is divided by the sum of what counted, so their scale does not matter.',
    },
  },
  inputs: {
    prediction: { doc: 'One score for each answer (logits).', prediction: true },
    target: {
      doc: '0 or 1 (or between) for each; may stay open.',
      accepts: ['target', 'tensor'],
      optional: true,
    },
    weights: weightsPort,
  },
  outputs: { loss: { doc: 'Mean over all answers, in nats.' } },
  summary: () => '',
  infer: ({ prediction, target, weights }, p) =>
    elementwiseRefusal(title, prediction, target) ??
    classWeightsRefusal(title, p.classWeights, 2, 'of no and of yes') ??
    weightsRefusal(title, prediction.shape, weights) ?? { loss: lossValue() },
  weights: () => ({}),
  // softplus(x) - x z with softplus(x) = max(x, 0) + log(1 + exp(-|x|)): the same as -z log s - (1 - z) log(1 - s), and
  // finite for every x.
  run: ({ tf, inputs: { prediction: x, target, weights }, p }) =>
    tf.tidy(() => {
      const wanted =
        target === undefined
          ? tf.fill(x.shape, p.constantTarget)
          : tf.reshape(tf.cast(target, 'float32'), x.shape)
      const z =
        p.labelSmoothing === 0 ? wanted : tf.add(tf.mul(wanted, 1 - p.labelSmoothing), p.labelSmoothing / 2)
      const rest = tf.softplus(tf.neg(tf.abs(x)))
      const [no, yes] = p.classWeights
      if (no === undefined || yes === undefined)
        return meanOfWhatCounts(tf, tf.add(tf.sub(tf.relu(x), tf.mul(x, z)), rest), undefined, weights)
      const forYes = tf.mul(z, yes)
      const both = tf.add(forYes, tf.mul(tf.sub(1, z), no))
      const each = tf.sub(tf.mul(both, tf.add(tf.relu(x), rest)), tf.mul(forYes, x))
      const counts = tf.add(tf.mul(wanted, yes), tf.mul(tf.sub(1, wanted), no))
      return meanOfWhatCounts(tf, each, counts, weights)
    }),
  idle: (field, p, backEnd, inputs) => {
    const wired = inputs['target'] !== undefined
    if (field === 'constantTarget' && wired) return 'a wired target comes first'
    const alike = !wired && [0, 1].includes(p.constantTarget) && p.labelSmoothing === 0
    return field === 'classWeights' && backEnd === 'run' && alike
      ? 'where every answer is the same, its weight is divided away again'
      : null
  },
  emit: {
    torch: (p, { target }) => ({
      call: 'wiregrad.binary_cross_entropy',
      args: {
        constant_target: target === undefined ? p.constantTarget : null,
        class_weights: p.classWeights.length === 0 ? null : p.classWeights,
        label_smoothing: p.labelSmoothing,
      },
      tensors: [],
      helpers: [meanOfWhatCountsHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 1]), target: target('float32', [null, 1]) } },
    { inputs: { prediction: tensor([null, 1]), target: target('int32', [null]) } },
    { inputs: { prediction: tensor([null, 'T', 3]), target: tensor([null, 'T', 3]) } },
    { inputs: { prediction: tensor([null, 1]) } },
    { inputs: { prediction: tensor([null, 1]) }, params: { constantTarget: 0 } },
    {
      inputs: { prediction: tensor([null, 3]), target: tensor([null, 3]) },
      numbers: { target: 'binary' },
      params: { labelSmoothing: 0.1, classWeights: [1, 4] },
    },
    {
      inputs: { prediction: tensor([null, 3]), target: tensor([null, 3]), weights: tensor([null]) },
      numbers: { target: 'probability', weights: 'positive' },
      params: { classWeights: [0.5, 2] },
    },
    {
      inputs: { prediction: tensor([null, 1]), target: tensor([null]), weights: tensor([null]) },
      numbers: { target: 'binary', weights: 'positive' },
    },
    {
      inputs: { prediction: tensor([null, 'T']), weights: tensor([null, 'T']) },
      numbers: { weights: 'positive' },
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) },
      refused: 'number by number',
    },
    { inputs: { prediction: tensor([]) }, refused: 'has a scalar' },
    { inputs: { prediction: tensor([null, 1]) }, params: { classWeights: [1] }, refused: 'of no and of yes' },
  ],
  migrations: [addSmoothingAndWeights],
})
