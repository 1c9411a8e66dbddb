/**
 * What the inspector has seen of a run, so that it can be gone back to: histograms and pictures by node and tensor, each
 * in the order of the steps. Past what may be kept, every second of a series goes and from then on every second comes in,
 * the newest aside: it is always there.
 */
import type { Path } from '../graph/document'
import type { ChosenSample, Histogram, Look, Picture, SampleLook, TensorName } from './look'

/** Something seen at a step. */
export interface Seen<T> {
  readonly step: number
  /** Updates that the weights had seen. */
  readonly done: number
  readonly what: T
}

export interface Looks {
  /** Goes up with every look. */
  readonly count: number
  /** Share of the time that looking took, as last told. */
  readonly cost: number
  histograms(path: Path, tensor: TensorName): readonly Seen<Histogram>[]
  /** The last at a step up to this one (the first of all where there is none before), or the newest for null. */
  histogram(path: Path, tensor: TensorName, step: number | null): Seen<Histogram> | null
  /** Outputs are those of a chosen sample; other pictures have none. */
  picture(
    path: Path,
    tensor: TensorName,
    chosen: ChosenSample | null,
    step: number | null,
  ): Seen<Picture> | null
  sample(path: Path, chosen: ChosenSample, step: number | null): Seen<SampleLook> | null
  /** The last look found it not to be there. */
  isAbsent(path: Path, tensor: TensorName): boolean
  add(look: Look, cost: number): void
  /** Drops what came after a step. */
  dropAfter(step: number): void
}

interface Series<T> {
  seen: Seen<T>[]
  /** Of every so many one is kept. */
  stride: number
  added: number
}

/** Looks of one histogram. */
const mostHistograms = 512
/** Bytes of the pictures of one tensor. */
const mostBytes = 8e6
const mostPictures = 256

function lastAt<T>(seen: readonly Seen<T>[], step: number | null): Seen<T> | null {
  if (step === null) return seen.at(-1) ?? null
  return seen.findLast((one) => one.step <= step) ?? seen[0] ?? null
}

function sampleKey(chosen: ChosenSample | null): string {
  return chosen === null ? '' : ` ${chosen.split} ${chosen.index}`
}

export function createLooks(): Looks {
  const histograms = new Map<string, Series<Histogram>>()
  const pictures = new Map<string, Series<Picture>>()
  const samples = new Map<string, Series<SampleLook>>()
  const absent = new Map<Path, readonly TensorName[]>()
  let count = 0
  let lastCost = 0

  function put<T>(of: Map<string, Series<T>>, key: string, seen: Seen<T>, most: number): void {
    let series = of.get(key)
    if (series === undefined) of.set(key, (series = { seen: [], stride: 1, added: 0 }))
    // Whoever goes back to a step sees what was seen there last; nothing is out of order.
    while ((series.seen.at(-1)?.step ?? 0) >= seen.step) series.seen.pop()
    // The newest stands at the end whether or not it is to stay.
    if (series.seen.length > 1 && (series.added - 1) % series.stride !== 0) series.seen.pop()
    series.seen.push(seen)
    series.added++
    if (series.seen.length <= Math.max(4, most)) return
    series.seen = series.seen.filter((_, index, all) => index % 2 === 0 || index === all.length - 1)
    series.stride *= 2
  }

  return {
    get count() {
      return count
    },
    get cost() {
      return lastCost
    },
    histograms: (path, tensor) => histograms.get(`${path} ${tensor}`)?.seen ?? [],
    histogram: (path, tensor, step) => lastAt(histograms.get(`${path} ${tensor}`)?.seen ?? [], step),
    picture: (path, tensor, chosen, step) =>
      lastAt(pictures.get(`${path} ${tensor}${sampleKey(chosen)}`)?.seen ?? [], step),
    sample: (path, chosen, step) => lastAt(samples.get(`${path}${sampleKey(chosen)}`)?.seen ?? [], step),
    isAbsent: (path, tensor) => absent.get(path)?.includes(tensor) === true,
    add({ path, step, done, histograms: counted, pictures: painted, sample, absent: missing }, cost) {
      absent.set(path, missing)
      count++
      lastCost = cost
      for (const what of counted)
        put(histograms, `${path} ${what.tensor}`, { step, done, what }, mostHistograms)
      for (const what of painted) {
        const output = what.tensor.startsWith('output:')
        const key = `${path} ${what.tensor}${sampleKey(output ? (sample?.chosen ?? null) : null)}`
        const most = Math.min(mostPictures, Math.floor(mostBytes / (4 * Math.max(1, what.values.length))))
        put(pictures, key, { step, done, what }, most)
      }
      if (sample !== null)
        put(samples, `${path}${sampleKey(sample.chosen)}`, { step, done, what: sample }, mostPictures)
    },
    dropAfter(step) {
      for (const of of [histograms, pictures, samples])
        for (const series of of.values()) while ((series.seen.at(-1)?.step ?? 0) > step + 1) series.seen.pop()
    },
  }
}
