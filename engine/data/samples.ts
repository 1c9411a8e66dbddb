/**
 * The samples of one data node as plain arrays, before scaling and splitting: from a file, from the document, or made
 * up from a seed.
 */
import { columnsOf, type Dataset } from '../../nodes/kit/dataset'
import { isRefusal, refuse, type Refusal } from '../../nodes/kit/spec'
import { textOf } from '../formats/csv'
import { stream } from '../random/stream'
import { readTable } from './table'

/** Row-major values of all samples together; `shape` is that of one. */
export interface Samples {
  readonly count: number
  readonly x: Float64Array<ArrayBuffer>
  readonly xShape: readonly number[]
  /** Real numbers or whole ones (classes, tokens), before one-hot; null where there is no target. */
  readonly y: Float64Array<ArrayBuffer> | null
  readonly yShape: readonly number[]
  /** How many classes the target has; null for real numbers. */
  readonly classes: number | null
}

/** Gives the bytes of a dataset's file and what it is called (the user's own has another name), or says why not. */
export type ReadFile = (
  file: string,
) => Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | Refusal>

function inline(d: Extract<Dataset, { kind: 'inline' }>): Samples {
  return {
    count: d.x.length,
    x: new Float64Array(d.x.flat()),
    xShape: [d.x[0]?.length ?? 0],
    y: new Float64Array(d.y.flat()),
    yShape: [d.y[0]?.length ?? 0],
    classes: null,
  }
}

async function table(d: Extract<Dataset, { kind: 'table' }>, read: ReadFile): Promise<Samples | Refusal> {
  const found = await read(d.file)
  if (isRefusal(found)) return found
  let text: string
  try {
    text = await textOf(found.bytes)
  } catch {
    return refuse(
      `The file ${found.name} begins like a gzip file but cannot be unpacked. It may be cut off; get it again.`,
    )
  }
  const parsed = readTable(text, d, found.name)
  if (isRefusal(parsed)) return parsed
  const isClass = d.task === 'classes'
  return {
    count: parsed.rows,
    x: parsed.features,
    xShape: [columnsOf(d).length],
    y: parsed.target,
    yShape: isClass ? [] : [1],
    classes: isClass ? d.classes.length : null,
  }
}

/** A point of a random Gaussian on the circle. */
function ring(d: Extract<Dataset, { kind: 'ring' }>, seed: number): Samples {
  const mode = stream(seed, 'data:ring:mode', 0).integers(d.samples, d.modes)
  const spread = stream(seed, 'data:ring:spread', 0).normals(d.samples * 2)
  const x = new Float64Array(d.samples * 2)
  for (let i = 0; i < d.samples; i++) {
    const angle = (2 * Math.PI * (mode[i] ?? 0)) / d.modes
    x[2 * i] = d.radius * Math.cos(angle) + d.deviation * (spread[2 * i] ?? 0)
    x[2 * i + 1] = d.radius * Math.sin(angle) + d.deviation * (spread[2 * i + 1] ?? 0)
  }
  return { count: d.samples, x, xShape: [2], y: null, yShape: [], classes: null }
}

function recall(d: Extract<Dataset, { kind: 'recall' }>, seed: number): Samples {
  const drawn = stream(seed, 'data:recall', 0).integers(d.samples * d.length, d.symbols)
  const x = new Float64Array(d.samples * d.length * d.symbols)
  const y = new Float64Array(d.samples)
  for (const [position, symbol] of drawn.entries()) x[position * d.symbols + symbol] = 1
  for (let i = 0; i < d.samples; i++) y[i] = drawn[i * d.length] ?? 0
  return { count: d.samples, x, xShape: [d.length, d.symbols], y, yShape: [], classes: d.symbols }
}

function reverse(d: Extract<Dataset, { kind: 'reverse' }>, seed: number): Samples {
  const x = Float64Array.from(stream(seed, 'data:reverse', 0).integers(d.samples * d.length, d.symbols))
  const y = new Float64Array(x.length)
  for (let i = 0; i < d.samples; i++) {
    for (let t = 0; t < d.length; t++) y[i * d.length + t] = x[i * d.length + d.length - 1 - t] ?? 0
  }
  return { count: d.samples, x, xShape: [d.length], y, yShape: [d.length], classes: d.symbols }
}

/** All samples of a dataset; made-up ones are the same for the same seed. */
export async function readSamples(
  dataset: Dataset,
  seed: number,
  read: ReadFile,
): Promise<Samples | Refusal> {
  switch (dataset.kind) {
    case 'table':
      return table(dataset, read)
    case 'inline':
      return inline(dataset)
    case 'ring':
      return ring(dataset, seed)
    case 'recall':
      return recall(dataset, seed)
    case 'reverse':
      return reverse(dataset, seed)
  }
}
