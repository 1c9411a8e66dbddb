/**
 * When a run is looked at. diagnosis.md samples the steps 0 to 5, 10, 20 and then every max(10, total / 100), counted
 * from 0; here steps count from 1, so those are 1 to 6, 11, 21 and so on. Besides, whoever looks on sees further steps,
 * as many as cost little.
 */

/**
 * Past the first ones a probe falls on every so many steps at most, so that it costs at most 3 % of the time of small
 * nets too. In this process's own memory it costs up to a quarter of a step (`npm run bench -- probe-cost`), and the steps
 * are the same on every machine. On a device it costs six tenths of a step's dispatches (`npm run bench -- steps`); how
 * much of the time that is differs from one device to the next, so there it is measured (price.ts), and this is the least.
 * Whether steps are replayed makes no difference, since both ways are to tell the same.
 */
export const leastBetween = { own: 10, device: 25 } as const

/** Whether step `step` (from 1) of `total` is probed. */
export function isProbed(step: number, total: number, between: number = leastBetween.own): boolean {
  const past = step - 1
  if (past <= 5 || past === 10 || past === 20) return true
  return past > 20 && past % Math.max(between, Math.ceil(total / 100)) === 0
}

/** Milliseconds spent on steps, and of these on probes. */
interface Spent {
  readonly steps: number
  readonly probes: number
}

export interface Onlookers {
  /** Whether the step that begins now is worth a probe besides the schedule. */
  wants(time: number, spent: Spent): boolean
  /** A step was probed. */
  seen(time: number, spent: Spent): void
}

/** All probes together cost at most this share of the time that goes into steps. */
export const mostProbeShare = 0.03

/** More often than this nobody can follow. */
const shownEvery = 100

export const nobody: Onlookers = { wants: () => false, seen: () => undefined }

/** Times in milliseconds. */
export function createOnlookers(): Onlookers {
  let last = -Infinity
  let each: number | null = null
  let before = 0
  return {
    wants: (time, { steps, probes }) =>
      each !== null && time - last >= shownEvery && probes + each <= mostProbeShare * (steps + each),
    seen(time, { probes }) {
      // The first ones take longer, since nothing is compiled yet.
      each = Math.min(each ?? Infinity, probes - before)
      before = probes
      last = time
    },
  }
}
