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

function shortest([first, ...others]: readonly Block[]): Block {
  return others.reduce(
    (least, block) => (block.milliseconds < least.milliseconds ? block : least),
    first ?? { probes: 0, milliseconds: NaN },
  )
}

/** A step takes at least this share of what it seems to take together with waiting, which may hide it. */
const leastOfSeen = 0.25
/** However dear a probe seems: whoever trains on wants to see something. */
const mostBetween = 40 * leastBetween.device

/** Milliseconds of a step and of a probe by blocks of two lengths. */
function solve([long, short]: readonly [Length, Length]): { readonly step: number; readonly probe: number } {
  const plain = [long, short].map((length) => shortest(length.plain))
  const probed = [long, short].map((length) => shortest(length.probed))
  const sum = (blocks: readonly Block[], of: keyof Block) => blocks.reduce((all, block) => all + block[of], 0)
  const extra = sum(probed, 'milliseconds') - sum(plain, 'milliseconds')
  const [whole = NaN, part = NaN] = plain.map(({ milliseconds }) => milliseconds)
  const step = Math.max((whole - part) / (long.steps - short.steps), (leastOfSeen * whole) / long.steps)
  return { step, probe: Math.max(0, extra) / Math.max(1, sum(probed, 'probes')) }
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
      // A clock that stands still tells nothing.
      if (found === null || !(found.step > 0)) return leastBetween.device
      const wanted = Math.ceil(found.probe / (mostProbeShare * found.step))
      return Math.min(mostBetween, Math.max(leastBetween.device, wanted))
    },
    get share() {
      if (found === null || !(found.step > 0)) return null
      const spent = all.probes * found.probe
      return spent / (spent + all.steps * found.step)
    },
  }
}
