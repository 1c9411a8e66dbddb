/**
 * Coefficient of determination: 1 - Σ(y - ŷ)² / Σ(y - mean y)², of each column, then their mean (scikit-learn's uniform
 * average). A column that never varies gives 1 where it is met exactly, else 0.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { tensor, type Spec } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'
import { likeHelper } from '../kit/torch-losses'

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

const helper = `def r2(prediction, target, *, centre):
    """1 - the share of the variance that is left unexplained, averaged over columns (\`centre\` is for rounding only)."""
    columns = prediction.shape[-1] if prediction.dim() > 1 else 1
    target = (like(target, prediction) - centre).reshape(-1, columns)
    left = (target - (prediction - centre).reshape(-1, columns)).square().sum(0)
    there = (target - target.mean(0)).square().sum(0)
    return torch.where(there > 0, 1 - left / there.clamp_min(1e-300), (left == 0).to(left)).mean()
`

export const r2 = defineNode({
  role: 'metric',
  type: 'r2',
  version: 1,
  title: 'R²',
  family: 'metric',
  doc: 'The share of the spread of the targets that the prediction explains: 1 is perfect, 0 no better than always saying their mean, below 0 worse.',
  synonyms: ['coefficient of determination', 'r squared', 'explained variance', 'regression'],
  fields: {
    centre: real({
      initial: 0,
      doc: 'Taken off the targets before they are squared. It changes nothing but rounding: give a number near their mean where that is large beside their spread.',
    }),
  },
  inputs: {
    prediction: { doc: 'Any numbers, with their columns on the last axis.' },
    target: { doc: 'What they should be.', accepts: ['target', 'tensor'] },
  },
  outputs: {},
  summary: () => '',
  infer: ({ prediction, target }) => elementwiseRefusal('R²', prediction, target) ?? {},
  weights: () => ({}),
  /** [rows, targets, squared targets, squared misses], each of as many numbers as there are columns */
  sums: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const columns = prediction.rank > 1 ? (prediction.shape.at(-1) ?? 1) : 1
      const said = tf.reshape(prediction, [-1, columns])
      const wanted = tf.reshape(tf.cast(target, 'float32'), [-1, columns])
      const y = tf.sub(wanted, p.centre)
      const rows = tf.fill([columns], said.shape[0] ?? 0)
      const sums = [y, tf.square(y), tf.square(tf.sub(wanted, said))].map((x) => tf.sum(x, 0))
      return tf.concat([rows, ...sums]) as Tf.Tensor1D
    }),
  value: (sums) => {
    const columns = sums.length / 4
    let total = 0
    for (let column = 0; column < columns; column++) {
      const [rows = 0, y = 0, squares = 0, left = 0] = [0, 1, 2, 3].map(
        (part) => sums[part * columns + column],
      )
      const there = rows === 0 ? 0 : squares - y ** 2 / rows
      total += there > 0 ? 1 - left / there : left === 0 ? 1 : 0
    }
    return total / columns
  },
  larger: true,
  emit: {
    torch: (p) => ({
      call: 'wiregrad.r2',
      args: { centre: p.centre },
      tensors: [],
      helpers: [likeHelper, helper],
    }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 4, 3]), target: target([null, 4, 3]) } },
    {
      inputs: { prediction: tensor([null, 'T', 2]), target: tensor([null, 'T', 2]) },
      params: { centre: 0.5 },
    },
    { inputs: { prediction: tensor([null, 1]), target: target([null]) } },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 1]) }, refused: 'number by number' },
  ],
  migrations: [],
})
