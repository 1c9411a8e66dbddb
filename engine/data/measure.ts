/**
 * Facts of the samples for the diagnosis, from the arrays that a training would upload. Large data are looked at in part
 * (every n-th sample), always the same part.
 */
import type { Plan, PlanStep } from '../analyse/plan'
import { judged } from '../diagnose/net'
import type { DataFacts, LossFacts, NotFinite, SampleFacts, ValueFacts } from '../diagnose/signals'
import type { Dataset } from '../../nodes/kit/dataset'
import type { Column, LoadedData, NodeData } from './load-data'

/** Numbers looked at for means, and rows for correlations and repeats. */
const mostNumbers = 2_000_000
const mostRows = 2000
const mostCompared = 20_000

const sizeOf = (column: Column): number => column.shape.reduce((size, n) => size * n, 1)

/** Every n-th of the rows, at most so many. */
function some(rows: Int32Array, most: number): Int32Array {
  const stride = Math.ceil(rows.length / Math.max(1, most))
  return stride <= 1 ? rows : rows.filter((_, at) => at % stride === 0)
}

interface Moments {
  readonly mean: number
  readonly deviation: number
}

function momentsOf(column: Column, rows: Int32Array): Moments {
  const size = sizeOf(column)
  let sum = 0
  let squares = 0
  for (const row of rows) for (let at = row * size; at < (row + 1) * size; at++) sum += column.values[at] ?? 0
  const mean = sum / Math.max(1, rows.length * size)
  for (const row of rows)
    for (let at = row * size; at < (row + 1) * size; at++) squares += ((column.values[at] ?? 0) - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / Math.max(1, rows.length * size)) }
}

/** Mean and deviation of each number of a sample. */
function byPlace(column: Column, rows: Int32Array): Moments[] {
  const size = sizeOf(column)
  return Array.from({ length: size }, (_, place) => {
    let sum = 0
    let squares = 0
    for (const row of rows) sum += column.values[row * size + place] ?? 0
    const mean = sum / Math.max(1, rows.length)
    for (const row of rows) squares += ((column.values[row * size + place] ?? 0) - mean) ** 2
    return { mean, deviation: Math.sqrt(squares / Math.max(1, rows.length)) }
  })
}

function valueFacts(column: Column, train: Int32Array): ValueFacts {
  const size = sizeOf(column)
  const rows = some(train, Math.max(1, Math.floor(mostNumbers / size)))
  const sizes = new Float64Array(rows.length * size)
  let least = Infinity
  let most = -Infinity
  let index = 0
  for (const row of rows)
    for (let at = row * size; at < (row + 1) * size; at++) {
      const value = column.values[at] ?? 0
      sizes[index++] = Math.abs(value)
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
  sizes.sort()
  const deviations = byPlace(column, rows)
    .map(({ deviation }) => deviation)
    .filter((deviation) => deviation > 0)
  return {
    size,
    ...momentsOf(column, rows),
    least,
    most,
    large: sizes[Math.min(sizes.length - 1, Math.floor(0.995 * sizes.length))] ?? 0,
    deviationRatio: deviations.length < 2 ? 1 : largest(deviations) / -largest(deviations.map((one) => -one)),
  }
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}

function columnNames(step: PlanStep): readonly string[] | null {
  const dataset = step.params['dataset'] as Dataset
  return dataset.kind === 'table' ? dataset.features : null
}

function firstNotFinite(step: PlanStep, { x, y }: NodeData): NotFinite | null {
  let first: Omit<NotFinite, 'count'> | null = null
  let count = 0
  for (const [column, target] of [[x, false] as const, ...(y === null ? [] : [[y, true] as const])]) {
    if (column.values instanceof Int32Array) continue
    const size = sizeOf(column)
    for (const [at, value] of column.values.entries()) {
      if (Number.isFinite(value)) continue
      count++
      const place = at % size
      const name = target ? null : columnNames(step)?.[place]
      first ??= { row: Math.floor(at / size) + 1, column: name ?? String(place + 1), target }
    }
  }
  return first === null ? null : { count, ...first }
}

/** Class of each sample: the number, or the place of the 1; null where the target is neither. */
function classNumbers(
  step: PlanStep,
  y: Column | null,
): { readonly of: (row: number) => number; readonly count: number } | null {
  const dataset = step.params['dataset'] as Dataset
  if (y === null) return null
  const count =
    dataset.kind === 'table' && dataset.task === 'classes'
      ? dataset.classes.length
      : dataset.kind === 'recall'
        ? dataset.symbols
        : null
  if (count !== null && y.values instanceof Int32Array && sizeOf(y) === 1) {
    const { values } = y
    return { count, of: (row) => values[row] ?? 0 }
  }
  if (count !== null && sizeOf(y) === count) {
    const { values } = y
    return {
      count,
      of: (row) => {
        for (let k = 0; k < count; k++) if (values[row * count + k] === 1) return k
        return 0
      },
    }
  }
  return answers(y)
}

/** A written target of 0 and 1 is a class of two; one-hot columns are classes too. */
function answers(y: Column): { readonly of: (row: number) => number; readonly count: number } | null {
  const size = sizeOf(y)
  const { values } = y
  if (values instanceof Int32Array || !values.every((value) => value === 0 || value === 1)) return null
  if (size === 1) return { count: 2, of: (row) => values[row] ?? 0 }
  const rows = values.length / size
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let k = 0; k < size; k++) sum += values[row * size + k] ?? 0
    if (sum !== 1) return null
  }
  return { count: size, of: (row) => values.subarray(row * size, (row + 1) * size).indexOf(1) }
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  let ab = 0
  let aa = 0
  let bb = 0
  for (const [at, value] of a.entries()) {
    const other = (b[at] ?? 0) - mb
    ab += (value - ma) * other
    aa += (value - ma) ** 2
    bb += other ** 2
  }
  return aa === 0 || bb === 0 ? 0 : Math.abs(ab) / Math.sqrt(aa * bb)
}

/** The columns that tell most of the target by themselves. */
function leakOf(step: PlanStep, { x, y }: NodeData, train: Int32Array): DataFacts['leak'] {
  const size = sizeOf(x)
  if (y === null || x.shape.length !== 1 || size < 2 || size > 4096 || train.length < 20) return null
  const rows = some(train, Math.min(mostRows, Math.max(100, Math.floor(mostNumbers / size))))
  const classes = classNumbers(step, y)
  const targets: Float64Array[] = []
  if (classes === null) {
    if (sizeOf(y) !== 1) return null
    targets.push(Float64Array.from(rows, (row) => y.values[row] ?? 0))
  } else {
    targets.push(Float64Array.from(rows, (row) => classes.of(row)))
    if (classes.count > 2 && classes.count <= 20)
      for (let k = 0; k < classes.count; k++)
        targets.push(Float64Array.from(rows, (row) => (classes.of(row) === k ? 1 : 0)))
  }
  const names = columnNames(step)
  const found = Array.from({ length: size }, (_, place) => {
    const values = Float64Array.from(rows, (row) => x.values[row * size + place] ?? 0)
    return {
      column: names?.[place] ?? String(place + 1),
      value: largest(targets.map((one) => correlation(values, one))),
    }
  }).sort((a, b) => b.value - a.value)
  const [best, next] = found
  return best === undefined ? null : { column: best.column, correlation: best.value, next: next?.value ?? 0 }
}

/** A sample's numbers as a key, for finding repeats. */
function keyOf(column: Column, row: number): string {
  const size = sizeOf(column)
  const words = new Uint32Array(column.values.buffer, column.values.byteOffset + row * size * 4, size)
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (const word of words) {
    a = Math.imul(a ^ word, 0x01000193)
    b = Math.imul((b << 5) ^ (b >>> 27) ^ word, 0x85ebca6b)
  }
  return `${a >>> 0} ${b >>> 0}`
}

function repeatsOf(x: Column, rows: LoadedData['rows']): DataFacts['repeats'] {
  if (rows.validation.length === 0 || rows.train.length > mostCompared || sizeOf(x) < 2) return null
  const seen = new Set(Array.from(rows.train, (row) => keyOf(x, row)))
  const shared = rows.validation.filter((row) => seen.has(keyOf(x, row))).length
  return {
    rows: shared,
    share: shared / rows.validation.length,
    own: 1 - seen.size / rows.train.length,
  }
}

/** Mean number of classes in the first batches of the order of the file. */
function classesInBatch(of: (row: number) => number, train: Int32Array, batchSize: number): number {
  const counts: number[] = []
  for (let start = 0; start + batchSize <= train.length && counts.length < 200; start += batchSize)
    counts.push(new Set(Array.from(train.subarray(start, start + batchSize), of)).size)
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}

function dataFacts(step: PlanStep, node: NodeData, data: LoadedData, batchSize: number): DataFacts {
  const { rows } = data
  const real = !(node.x.values instanceof Int32Array)
  const bad = firstNotFinite(step, node)
  const classes = classNumbers(step, node.y)
  const counts = classes === null ? null : new Array<number>(classes.count).fill(0)
  if (counts !== null)
    for (const row of rows.train) counts[classes?.of(row) ?? 0] = (counts[classes?.of(row) ?? 0] ?? 0) + 1
  const sound = real && bad === null
  return {
    path: node.path,
    samples: {
      train: rows.train.length,
      validation: rows.validation.length,
      test: rows.test.length,
    },
    x: sound ? valueFacts(node.x, rows.train) : null,
    notFinite: bad,
    validation:
      sound && rows.validation.length > 0
        ? momentsOf(node.x, some(rows.validation, Math.max(1, Math.floor(mostNumbers / sizeOf(node.x)))))
        : null,
    classes: counts,
    classesInBatch:
      data.shuffle || classes === null || rows.train.length < 2 * batchSize
        ? null
        : classesInBatch(classes.of, rows.train, batchSize),
    leak: sound ? leakOf(step, node, rows.train) : null,
    repeats: repeatsOf(node.x, rows),
  }
}

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

function lossFacts(plan: Plan, loss: PlanStep, data: LoadedData): LossFacts | null {
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

/** Facts of everything that the plan's data nodes gave. */
export function measureSamples(plan: Plan, data: LoadedData, batchSize: number): SampleFacts {
  return {
    data: data.nodes.flatMap((node) => {
      const step = plan.byPath.get(node.path)
      return step === undefined ? [] : [dataFacts(step, node, data, batchSize)]
    }),
    losses: plan.losses.flatMap((path) => {
      const loss = plan.byPath.get(path)
      const facts = loss === undefined ? null : lossFacts(plan, loss, data)
      return facts === null ? [] : [facts]
    }),
  }
}
