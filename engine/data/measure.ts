/**
 * Facts of the samples for the diagnosis, from the arrays that a training would upload. Large data are looked at in part
 * (every n-th sample), always the same part.
 */
import type { Plan, PlanStep } from '../analyse/plan'
import type { DataFacts, NotFinite, SampleFacts, ValueFacts } from '../diagnose/signals'
import { columnsOf, type Dataset } from '../../nodes/kit/dataset'
import type { Column, LoadedData, NodeData } from './load-data'
import { mostNumbers, sizeOf, some, type Moments, byPlace, largest } from './columns'
import { lossFacts } from './measure-losses'

/** Rows looked at for correlations, and for repeats. */
const mostRows = 2000
const mostCompared = 20_000

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

function columnNames(step: PlanStep): readonly string[] | null {
  const dataset = step.params['dataset'] as Dataset
  return dataset.kind === 'table' ? columnsOf(dataset) : null
}

function firstNotFinite(step: PlanStep, { x, y }: NodeData): NotFinite | null {
  let first: Omit<NotFinite, 'count'> | null = null
  let count = 0
  for (const [column, target] of [[x, false] as const, ...(y === null ? [] : [[y, true] as const])]) {
    if (column.values instanceof Int32Array) continue
    const size = sizeOf(column)
    const { values } = column
    // Millions of numbers: an iterator would take seconds.
    for (let at = 0; at < values.length; at++) {
      if (Number.isFinite(values[at])) continue
      count++
      const place = at % size
      const name = target ? null : columnNames(step)?.[place]
      first ??= { row: Math.floor(at / size) + 1, column: name ?? String(place + 1), target }
    }
  }
  return first === null ? null : { count, ...first }
}

function amounts(y: Column | null, classes: boolean): y is Column {
  return y !== null && !classes && !(y.values instanceof Int32Array)
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
    y: amounts(node.y, classes !== null) && bad === null ? valueFacts(node.y, rows.train) : null,
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
