/** What is known of a loss from its targets alone: what guessing costs, and what perfection does. */
import type { Plan, PlanStep } from '../analyse/plan'
import { judged } from '../diagnose/net'
import type { LossFacts } from '../diagnose/signals'
import type { Dataset } from '../../nodes/kit/dataset'
import type { Column, LoadedData } from './load-data'
import { mostNumbers, sizeOf, some, byPlace, largest } from './columns'

const entropy = (shares: readonly number[]): number =>
  shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0)

/** Smoothed shares: (1 - ε) share + ε / K. */
const smooth = (shares: readonly number[], by: number): number[] =>
  shares.map((share) => (1 - by) * share + by / shares.length)

/** Loss of the best constant answer for classes, and the smallest there can be, with smoothing and weights of classes. */
function classLoss(
  counts: readonly number[],
  loss: PlanStep,
): { chance: number; floor: number; majority: number } {
  const weights = (loss.params['classWeights'] ?? []) as readonly number[]
  const by = Number(loss.params['labelSmoothing'] ?? 0)
  const weighed = counts.map((count, k) => count * (weights[k] ?? 1))
  const total = weighed.reduce((sum, count) => sum + count, 0)
  const shares = weighed.map((count) => count / total)
  const sure = shares.map((_, k) => (k === 0 ? 1 : 0))
  return {
    chance: entropy(smooth(shares, by)),
    floor: by === 0 ? 0 : entropy(smooth(sure, by)),
    majority: largest(counts) / counts.reduce((sum, count) => sum + count, 0),
  }
}

/** Mean over the places of a sample of the loss of that place's best constant answer. */
function meanByPlace(column: Column, rows: Int32Array, chance: (values: Float64Array) => number): number {
  const size = sizeOf(column)
  let sum = 0
  for (let place = 0; place < size; place++)
    sum += chance(Float64Array.from(rows, (row) => column.values[row * size + place] ?? 0))
  return sum / size
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

function valueChance(loss: PlanStep, column: Column, rows: Int32Array): number | null {
  const around = (centre: (values: Float64Array) => number, cost: (off: number) => number) =>
    meanByPlace(column, rows, (values) => {
      const middle = centre(values)
      return meanOf(values.map((value) => cost(value - middle)))
    })
  const middleOf = (values: Float64Array) => values.toSorted()[values.length >> 1] ?? 0
  const delta = Number(loss.params['delta'] ?? 1)
  switch (loss.definition.type) {
    case 'mean-squared-error':
      return around(meanOf, (off) => off ** 2)
    case 'absolute-error':
      return around(middleOf, Math.abs)
    case 'huber':
      return around(meanOf, (off) =>
        Math.abs(off) <= delta ? off ** 2 / 2 : delta * (Math.abs(off) - delta / 2),
      )
    case 'log-cosh':
      return around(meanOf, (off) => Math.abs(off) + Math.log1p(Math.exp(-2 * Math.abs(off))) - Math.LN2)
    default:
      return null
  }
}

/** How often each whole number comes up among the targets. */
function countsOf(values: Int32Array, rows: Int32Array, size: number, ignore: number): number[] {
  const counts: number[] = []
  for (const row of rows)
    for (let at = row * size; at < (row + 1) * size; at++) {
      const value = values[at] ?? 0
      if (value === ignore || value < 0 || value > 100_000) continue
      while (counts.length <= value) counts.push(0)
      counts[value] = (counts[value] ?? 0) + 1
    }
  return counts
}

/** How many classes the dataset names. */
function classCount(step: PlanStep): number | null {
  const dataset = step.params['dataset'] as Dataset
  if (dataset.kind === 'table') return dataset.task === 'classes' ? dataset.classes.length : null
  return dataset.kind === 'recall' || dataset.kind === 'reverse' ? dataset.symbols : null
}

export function lossFacts(plan: Plan, loss: PlanStep, data: LoadedData): LossFacts | null {
  const { target } = judged(loss)
  const node = target === null ? undefined : data.nodes.find(({ path }) => path === target.path)
  const source = target === null ? undefined : plan.byPath.get(target.path)
  const column = node === undefined ? null : target?.port === 'x' ? node.x : node.y
  if (column === null || source === undefined) return null
  const size = sizeOf(column)
  const rows = some(data.rows.train, Math.max(1, Math.floor(mostNumbers / size)))
  const looked = rows.length === 0 ? [] : [...rows.subarray(0, Math.max(1, Math.floor(200_000 / size)))]
  const seen = looked.flatMap((row) => [...column.values.subarray(row * size, (row + 1) * size)])
  const base = { path: loss.path, least: -largest(seen.map((one) => -one)), most: largest(seen) }
  const { type } = loss.definition
  const classes = column.values instanceof Int32Array ? classCount(source) : null
  const plain = { ...base, chance: null, floor: 0, majority: null, classes }
  if (type === 'sparse-categorical-crossentropy') {
    if (!(column.values instanceof Int32Array)) return null
    const ignore = Number(loss.params['ignoreClass'] ?? -1)
    const counts = countsOf(column.values, rows, size, ignore)
    const padded = Array.from({ length: Math.max(counts.length, classes ?? 0) }, (_, k) => counts[k] ?? 0)
    return { ...base, task: 'classes', ...classLoss(padded, loss), classes }
  }
  if (type === 'categorical-crossentropy') {
    const width = column.shape.at(-1) ?? 1
    const counts = new Array<number>(width).fill(0)
    for (const row of rows)
      for (let k = 0; k < size; k++)
        counts[k % width] = (counts[k % width] ?? 0) + (column.values[row * size + k] ?? 0)
    return { ...base, task: 'classes', ...classLoss(counts, loss), classes: null }
  }
  if (type === 'binary-crossentropy') {
    const means = byPlace(column, rows).map(({ mean }) => mean)
    const by = means.map((mean) => classLoss([1 - mean, mean], loss))
    const over = (of: 'chance' | 'floor' | 'majority') =>
      by.reduce((sum, one) => sum + one[of], 0) / by.length
    const binary = means.every((mean) => mean >= 0 && mean <= 1)
    if (!binary) return { ...plain, task: 'binary' }
    return {
      ...base,
      task: 'binary',
      chance: over('chance'),
      floor: over('floor'),
      majority: over('majority'),
      classes,
    }
  }
  return { ...plain, task: 'values', chance: valueChance(loss, column, rows) }
}
