/**
 * Every probe of a run, so that a window can go back to any moment of it. Numbers lie in rows of float32 in blocks that
 * are made as they are needed; past the memory that a history may take, every second row of a training step goes and
 * from then on every second comes in, so a run of any length fits and keeps its beginning.
 */
import type { Probe, ProbeLayout } from './protocol'
import { probeOf, rowSize, writeRow } from './signals'

export interface PackedHistory {
  readonly steps: Float32Array<ArrayBuffer>
  readonly trainingSteps: Float32Array<ArrayBuffer>
  /** Row-major, as `session/signals` lays a row out. */
  readonly rows: Float32Array<ArrayBuffer>
}

export interface History {
  /** Probes kept. */
  readonly length: number
  /** Probes that were ever added; a row keeps its place in `length` only until rows go. */
  readonly added: number
  /** Goes up when rows went: what was derived from them must be made anew. */
  readonly thinned: number
  /** Step of row `index`, which rises with the index. */
  step(index: number): number
  /** Row `index` as it was measured; its arrays are views, valid until rows go. */
  probe(index: number): Probe
  /** The last row of a step up to this one; -1 before the first. */
  indexAt(step: number): number
  add(probe: Probe): void
  /** Drops what came after a step. */
  dropAfter(step: number): void
  /** All rows in one piece each, to be kept in a file. */
  pack(): PackedHistory
  /** Bytes held. */
  readonly bytes: number
}

/** Bytes that a history may take. */
const budget = 48e6
const rowsPerBlock = 128

/** `most`: rows at most, by default as many as the budget holds. */
export function createHistory(
  layout: ProbeLayout,
  most = Math.max(64, Math.floor(budget / (4 * rowSize(layout)))),
): History {
  const size = rowSize(layout)
  const blocks: Float32Array<ArrayBuffer>[] = []
  let steps: number[] = []
  let trainingSteps: number[] = []
  let added = 0
  let thinned = 0
  /** Of every so many probes of a training step one is kept. */
  let stride = 1
  const seen = new Map<number, number>()

  const rowAt = (index: number): Float32Array<ArrayBuffer> => {
    const block = (blocks[Math.floor(index / rowsPerBlock)] ??= new Float32Array(rowsPerBlock * size))
    const at = (index % rowsPerBlock) * size
    return block.subarray(at, at + size)
  }
  const cut = (length: number): void => {
    steps.length = length
    trainingSteps.length = length
    blocks.length = Math.ceil(length / rowsPerBlock)
  }
  const thin = (): void => {
    const turn = new Map<number, number>()
    const kept = steps.flatMap((_, index) => {
      const of = trainingSteps[index] ?? 0
      const nth = turn.get(of) ?? 0
      turn.set(of, nth + 1)
      return nth % 2 === 0 ? [index] : []
    })
    for (const [to, from] of kept.entries()) if (to !== from) rowAt(to).set(rowAt(from))
    steps = kept.map((index) => steps[index] ?? 0)
    trainingSteps = kept.map((index) => trainingSteps[index] ?? 0)
    cut(kept.length)
    stride *= 2
    thinned++
  }

  const indexAt = (step: number): number => {
    let low = 0
    let high = steps.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((steps[middle] ?? 0) <= step) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  return {
    get length() {
      return steps.length
    },
    get added() {
      return added
    },
    get thinned() {
      return thinned
    },
    get bytes() {
      return blocks.length * rowsPerBlock * size * 4 + steps.length * 16
    },
    step: (index) => steps[index] ?? NaN,
    probe: (index) =>
      probeOf(layout, { step: steps[index] ?? NaN, trainingStep: trainingSteps[index] ?? 0 }, rowAt(index)),
    indexAt,
    add(probe) {
      added++
      const nth = seen.get(probe.trainingStep) ?? 0
      seen.set(probe.trainingStep, nth + 1)
      if (nth % stride !== 0) return
      if (steps.length >= most) thin()
      const index = steps.length
      steps.push(probe.step)
      trainingSteps.push(probe.trainingStep)
      writeRow(probe, rowAt(index), 0)
    },
    pack() {
      const rows = new Float32Array(steps.length * size)
      for (const index of steps.keys()) rows.set(rowAt(index), index * size)
      return { steps: Float32Array.from(steps), trainingSteps: Float32Array.from(trainingSteps), rows }
    },
    dropAfter(step) {
      const length = indexAt(step) + 1
      if (length === steps.length) return
      cut(length)
      thinned++
    },
  }
}
