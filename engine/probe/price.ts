/**
 * What a probe costs on a device of its own, whose time is not seen from here: blocks of steps are timed, from one moment
 * at which the device has nothing to do to the next, without probes and with one on every second step. Waiting for the
 * device costs as much in either, so the difference is that of the probes; and as much in a block of half as many steps, so
 * that difference is that of the steps.
 */
import { leastBetween, mostProbeShare } from './schedule'

export interface Price {
  /** Whether the step that begins now is to have a probe for the sake of this. */
  asks(): boolean
  /** A step was handed over. True: wait until the device has done all, then say `idle`. */
  given(probed: boolean, time: number): boolean
  idle(time: number): void
  /** The device had nothing to do with steps for so many milliseconds. */
  apart(milliseconds: number): void
  /** Steps between two probes, so that they cost `mostProbeShare` at most. */
  readonly between: number
  /** Share of the time that probes have taken so far; null as long as it is not known what one costs. */
  readonly share: number | null
}

/** After so many steps both kinds of them have been recorded, and the first probes are over. */
const warmUp = 27
/** Fits between two probes of the schedule. */
const mostSteps = 20
/** Slow steps need fewer: */
const leastSteps = 4
/** Milliseconds. */
const longEnough = 200
/** What disturbs a block makes it longer, so the shortest of its kind counts. */
const rounds = 2

interface Block {
  readonly probes: number
  readonly milliseconds: number
}

/** Blocks of each kind and of so many steps, with the shortest of them. */
interface Length {
  readonly steps: number
  readonly plain: Block[]
  readonly probed: Block[]
}

function shortest(blocks: readonly Block[]): number {
  return Math.min(...blocks.map(({ milliseconds }) => milliseconds))
}

/** Milliseconds of a step and of a probe by blocks of two lengths. */
function solve([long, short]: readonly [Length, Length]): { readonly step: number; readonly probe: number } {
  const lengths = [long, short]
  const extra = lengths.reduce((sum, { plain, probed }) => sum + shortest(probed) - shortest(plain), 0)
  const probes = lengths.reduce((sum, { probed }) => sum + (probed[0]?.probes ?? 0), 0)
  const whole = shortest(long.plain)
  const part = shortest(short.plain)
  const steps = long.steps - short.steps
  // Where steps take next to nothing beside what disturbs them, waiting is counted with them.
  const step = whole > part ? (whole - part) / steps : whole / long.steps
  return { step, probe: Math.max(0, extra) / probes }
}

export function createPrice(): Price {
  let lengths: readonly [Length, Length] | null = null
  /** The block that is on its way, or the next one. */
  const order: { readonly length: Length; readonly probes: boolean }[] = []
  let block: { readonly begin: number } | null = null
  let steps = 0
  let probes = 0
  let away = 0
  let waiting = false
  const all = { steps: 0, probes: 0 }
  let found: { readonly step: number; readonly probe: number } | null = null

  const begin = (time: number) => {
    block = { begin: time }
    steps = 0
    probes = 0
    away = 0
  }
  /** The first block has told how many steps are enough. */
  const plan = (enough: number): readonly [Length, Length] => {
    const length = (count: number): Length => ({ steps: count, plain: [], probed: [] })
    const both = [length(enough), length(enough >> 1)] as const
    for (let round = 0; round < rounds; round++)
      for (const one of both) order.push({ length: one, probes: false }, { length: one, probes: true })
    return both
  }
  return {
    asks: () => block !== null && order[0]?.probes === true && steps % 2 === 0,
    given(withProbe, time) {
      all.steps++
      if (withProbe) all.probes++
      if (found !== null || all.steps < warmUp) return false
      // Where somebody else wants a probe, this is no block without.
      if (withProbe && order[0]?.probes !== true) {
        block = null
        return false
      }
      if (block === null) return (waiting = true)
      steps++
      if (withProbe) probes++
      const enough = order[0]?.length.steps
      return (waiting =
        enough === undefined
          ? steps >= mostSteps || (steps >= leastSteps && time - block.begin - away >= longEnough)
          : steps >= enough)
    },
    idle(time) {
      if (!waiting) return
      waiting = false
      if (block !== null) {
        lengths ??= plan(steps)
        const next = order.shift()
        const kind = next?.probes === true ? next.length.probed : next?.length.plain
        kind?.push({ probes, milliseconds: time - block.begin - away })
        if (order.length === 0) {
          found = solve(lengths)
          return
        }
      }
      begin(time)
    },
    apart(milliseconds) {
      away += milliseconds
    },
    get between() {
      if (found === null) return leastBetween.device
      return Math.max(leastBetween.device, Math.ceil(found.probe / (mostProbeShare * found.step)))
    },
    get share() {
      if (found === null) return null
      const spent = all.probes * found.probe
      return spent / (spent + all.steps * found.step)
    },
  }
}
