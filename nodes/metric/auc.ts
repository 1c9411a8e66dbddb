/**
 * Area under the receiver operating characteristic, from fixed thresholds as in Keras: i / (n - 1) for i = 0 ... n - 1,
 * the outer two a little outside. The trapezoids between them count a pair of a yes and a no in the same interval as half
 * right, so the figure is off by at most half the share of such pairs.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { choice, int } from '../kit/fields'
import { tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { likeHelper } from '../kit/torch-losses'

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

const helper = `def auc(prediction, target, *, scores, thresholds):
    """Area under the ROC curve: how often a yes scores above a no, ties (within an interval) counting half."""
    wanted = like(target, prediction).flatten() > 0.5
    chance = (torch.sigmoid(prediction) if scores == "logits" else prediction).flatten()
    inner = torch.arange(1, thresholds - 1, dtype=chance.dtype, device=chance.device) / (thresholds - 1)
    interval = (chance.unsqueeze(1) > inner).sum(1)
    yes, no = interval[wanted].unsqueeze(1), interval[~wanted]
    if yes.numel() == 0 or no.numel() == 0:
        return torch.tensor(0.5, dtype=prediction.dtype)
    return ((yes > no).to(prediction.dtype) + 0.5 * (yes == no)).mean()
`

export const auc = defineNode({
  role: 'metric',
  type: 'auc',
  version: 1,
  title: 'AUC',
  family: 'metric',
  doc: 'How often a yes scores above a no, whatever the threshold: 1 is perfect, 0.5 is guessing (and is given where one of the two is missing).',
  synonyms: ['roc', 'area under the curve', 'receiver operating characteristic', 'ranking', 'imbalance'],
  fields: {
    scores: choice(['logits', 'probabilities'], {
      initial: 'logits',
      doc: 'What the prediction holds. Logits go through a sigmoid first.',
    }),
    thresholds: int({
      initial: 200,
      min: 2,
      max: 10_000,
      doc: 'How many thresholds between 0 and 1 are tried. The figure is off by at most half the share of pairs that no threshold tells apart.',
    }),
  },
  inputs: {
    prediction: { doc: 'One score for each answer.' },
    target: { doc: '0 or 1 for each.', accepts: ['target', 'tensor', 'tokens'] },
  },
  outputs: {},
  summary: () => '',
  infer: ({ prediction, target }) => elementwiseRefusal('AUC', prediction, target) ?? {},
  weights: () => ({}),
  /** [yes above each threshold, no above each threshold], the first threshold below all */
  sums: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const chance = tf.reshape(p.scores === 'logits' ? tf.sigmoid(prediction) : prediction, [1, -1])
      const yes = tf.cast(tf.greater(tf.reshape(tf.cast(target, 'float32'), [1, -1]), 0.5), 'float32')
      const last = p.thresholds - 1
      const limits = Array.from({ length: p.thresholds }, (_, at) =>
        at === 0 ? -1e-7 : at === last ? 1 + 1e-7 : at / last,
      )
      const above = tf.cast(tf.greater(chance, tf.tensor2d(limits, [p.thresholds, 1])), 'float32') // (n, answers)
      const hits = tf.sum(tf.mul(above, yes), 1)
      return tf.concat([hits, tf.sub(tf.sum(above, 1), hits)]) as Tf.Tensor1D
    }),
  value: (sums) => {
    const thresholds = sums.length / 2
    const [allYes = 0, allNo = 0] = [sums[0], sums[thresholds]]
    if (allYes === 0 || allNo === 0) return 0.5
    let area = 0
    for (let at = 1; at < thresholds; at++) {
      const [yes, no] = [sums[at] ?? 0, sums[thresholds + at] ?? 0]
      const [yesBefore, noBefore] = [sums[at - 1] ?? 0, sums[thresholds + at - 1] ?? 0]
      area += ((noBefore - no) * (yesBefore + yes)) / 2
    }
    return area / (allYes * allNo)
  },
  larger: true,
  emit: {
    torch: (p) => ({
      call: 'wiregrad.auc',
      args: { scores: p.scores, thresholds: p.thresholds },
      tensors: [],
      helpers: [likeHelper, helper],
    }),
  },
  cases: [
    {
      inputs: { prediction: tensor([null, 5]), target: target('float32', [null, 5]) },
      numbers: { target: 'binary' },
    },
    {
      inputs: { prediction: tensor([null, 6, 1]), target: target('float32', [null, 6]) },
      numbers: { target: 'binary', prediction: 'probability' },
      params: { scores: 'probabilities', thresholds: 7 },
    },
    {
      inputs: { prediction: tensor([null, 'T', 3]), target: tensor([null, 'T', 3]) },
      numbers: { target: 'binary' },
      params: { thresholds: 4 },
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) },
      refused: 'number by number',
    },
  ],
  migrations: [],
})
