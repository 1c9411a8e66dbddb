/**
 * Everything a plan's data nodes give, ready to be put on the device: read, split, scaled by the training split alone,
 * and written as the Plan says. The split has its own seed, so that runs with other seeds are judged on the same
 * samples.
 */
import type { Plan, PlanStep } from '../analyse/plan'
import type { DataFacts, SampleFacts } from '../diagnose/signals'
import type { Path } from '../graph/document'
import type { DataFile, Split } from '../session/protocol'
import type { Dataset } from '../../nodes/kit/dataset'
import { isRefusal, refuse, type Refusal } from '../../nodes/kit/spec'
import { stream } from '../random/stream'
import { readSamples, type ReadFile, type Samples } from './samples'
import type { MissingNumber } from './table'

/** Settings of a data node, as nodes/io/data declares them. */
interface DataSettings {
  readonly dataset: Dataset
  readonly scale: 'none' | 'standardise' | 'divide'
  readonly divideBy: number
  readonly scaleTarget: 'none' | 'standardise'
  readonly encoding: 'index' | 'one-hot'
  readonly validation: number
  readonly test: number
  readonly splitSeed: number
  readonly shuffle: boolean
}

/** Row-major values for all samples. */
export interface Column {
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>
}

export interface NodeData {
  readonly path: Path
  readonly x: Column
  readonly y: Column | null
}

export interface LoadedData {
  readonly nodes: readonly NodeData[]
  readonly samples: number
  /** Rows of each split, ascending. */
  readonly rows: Readonly<Record<Split, Int32Array<ArrayBuffer>>>
  readonly shuffle: boolean
}

/** Rows of the three splits: a seeded deal, then each in the order of the file. */
export function splitRows(
  count: number,
  validation: number,
  test: number,
  seed: number,
): Record<Split, Int32Array<ArrayBuffer>> {
  const dealt = stream(seed, 'data:split', 0).permutation(count)
  const testCount = Math.round(count * test)
  const validationCount = Math.round(count * validation)
  const part = (from: number, to: number) => Int32Array.from(dealt.subarray(from, to)).sort()
  return {
    test: part(0, testCount),
    validation: part(testCount, testCount + validationCount),
    train: part(testCount + validationCount, count),
  }
}

/** Mean 0 and deviation 1 for every number of a sample, measured on `rows`; a constant column becomes 0. */
function standardise(x: Float64Array, width: number, rows: Int32Array): void {
  for (let column = 0; column < width; column++) {
    let sum = 0
    for (const row of rows) sum += x[row * width + column] ?? 0
    const mean = sum / rows.length
    let squares = 0
    for (const row of rows) squares += ((x[row * width + column] ?? 0) - mean) ** 2
    const deviation = Math.sqrt(squares / rows.length)
    // Asked of the values: the mean of equal numbers is rounded, and so their deviation need not be 0.
    const first = x[(rows[0] ?? 0) * width + column]
    const constant = rows.every((row) => x[row * width + column] === first)
    const scale = constant || deviation === 0 ? 1 : 1 / deviation
    for (let at = column; at < x.length; at += width) x[at] = ((x[at] ?? 0) - mean) * scale
  }
}

const sizeOfShape = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

function oneHot(y: Float64Array, classes: number): Float32Array<ArrayBuffer> {
  const columns = new Float32Array(y.length * classes)
  for (const [index, value] of y.entries()) columns[index * classes + value] = 1
  return columns
}

function targetColumn(
  samples: Samples,
  { encoding, scaleTarget }: DataSettings,
  train: Int32Array,
): Column | null {
  if (samples.y === null) return null
  if (samples.classes === null) {
    const y = samples.y.slice()
    if (scaleTarget === 'standardise') standardise(y, sizeOfShape(samples.yShape), train)
    return { shape: samples.yShape, values: Float32Array.from(y) }
  }
  return encoding === 'index'
    ? { shape: samples.yShape, values: Int32Array.from(samples.y) }
    : { shape: [...samples.yShape, samples.classes], values: oneHot(samples.y, samples.classes) }
}

function nodeData(step: PlanStep, samples: Samples, settings: DataSettings, train: Int32Array): NodeData {
  const x = samples.x.slice()
  const spec = step.outputs['x']
  if (settings.scale === 'standardise') standardise(x, sizeOfShape(samples.xShape), train)
  if (settings.scale === 'divide') for (const [at, value] of x.entries()) x[at] = value / settings.divideBy
  const shape = (spec?.shape.slice(1) ?? samples.xShape) as readonly number[]
  return {
    path: step.path,
    x: { shape, values: spec?.dtype === 'int32' ? Int32Array.from(x) : Float32Array.from(x) },
    y: targetColumn(samples, settings, train),
  }
}

function fileReader(
  step: PlanStep,
  files: readonly DataFile[],
  readBundled: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
): ReadFile {
  return async (file) => {
    const own = files.find((one) => one.node === step.path)
    if (own !== undefined) return own
    if (!file.startsWith('bundled:')) {
      return refuse(
        `The data node ${step.path} reads the file ${file}, which was not given. Choose the file again, or pass --data ${step.path}=PATH.`,
      )
    }
    const name = file.slice('bundled:'.length)
    try {
      return { name, bytes: await readBundled(name) }
    } catch (error) {
      return refuse(
        `The bundled file ${name} could not be read: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}

/** A refusal because of a missing number, as the facts that the diagnosis knows; null for any other refusal. */
export function missingValue(plan: Plan, refusal: Refusal): SampleFacts | null {
  if (!('row' in refusal && 'column' in refusal)) return null
  const { row, column } = refusal as MissingNumber
  const step = plan.data
    .map((path) => plan.byPath.get(path))
    .find((one) => {
      const dataset = one?.params['dataset'] as Dataset
      return dataset.kind === 'table' && (dataset.features.includes(column) || dataset.target === column)
    })
  if (step === undefined) return null
  const dataset = step.params['dataset'] as Extract<Dataset, { kind: 'table' }>
  const facts: DataFacts = {
    path: step.path,
    samples: { train: 0, validation: 0, test: 0 },
    x: null,
    y: null,
    notFinite: { count: 1, row, column, target: dataset.target === column },
    validation: null,
    classes: null,
    classesInBatch: null,
    leak: null,
    repeats: null,
  }
  return { data: [facts], losses: [] }
}

/** Why two data nodes cannot feed one batch, or null. Their rows belong together, one to one. */
function unpaired(
  a: { step: PlanStep; settings: DataSettings; samples: Samples },
  b: typeof a,
): string | null {
  if (a.samples.count !== b.samples.count) {
    return `${a.step.path} has ${a.samples.count} samples and ${b.step.path} has ${b.samples.count}`
  }
  for (const field of ['validation', 'test', 'splitSeed', 'shuffle'] as const) {
    if (a.settings[field] !== b.settings[field]) return `${a.step.path} and ${b.step.path} differ in ${field}`
  }
  return null
}

/**
 * Reads every data node of the plan. `files` are the user's own, by node; `readBundled` gives the bytes of a file that
 * ships with Wiregrad. Several data nodes are dealt together: sample k of one belongs to sample k of the other.
 */
export async function loadData(
  plan: Plan,
  files: readonly DataFile[],
  readBundled: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<LoadedData | Refusal> {
  const read: { step: PlanStep; settings: DataSettings; samples: Samples }[] = []
  for (const path of plan.data) {
    const step = plan.byPath.get(path)
    if (step === undefined) continue
    const settings = step.params as unknown as DataSettings
    const samples = await readSamples(
      settings.dataset,
      settings.splitSeed,
      fileReader(step, files, readBundled),
    )
    if (isRefusal(samples)) return samples
    read.push({ step, settings, samples })
  }
  const first = read[0]
  if (first === undefined)
    return refuse(
      'There is no data node, so there is nothing to learn from. Add a data node and wire it to the net.',
    )
  for (const other of read.slice(1)) {
    const why = unpaired(first, other)
    if (why !== null)
      return refuse(`The samples of several data nodes must belong together one to one, but ${why}.`)
  }
  const { validation, test, splitSeed, shuffle } = first.settings
  const rows = splitRows(first.samples.count, validation, test, splitSeed)
  if (rows.train.length === 0) {
    return refuse(
      `Of ${first.samples.count} samples, validation and test leave none to train on. Make them smaller on ${first.step.path}.`,
    )
  }
  return {
    nodes: read.map(({ step, samples, settings }) => nodeData(step, samples, settings, rows.train)),
    samples: first.samples.count,
    rows,
    shuffle,
  }
}
