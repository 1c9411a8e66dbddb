/**
 * Times for tests and benchmarks, in processor time of this process: what else the machine does then hardly counts.
 * (On an idle machine it is a little more than the time on the clock, because the collector's threads are counted.)
 */
import process from 'node:process'

export interface Timing {
  readonly shortest: number
  readonly median: number
}

function once(what: () => void): number {
  const start = process.cpuUsage()
  what()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** Runs `what` some times after some warm-up runs; milliseconds. */
export function time(what: () => void, runs: number, warmUp = 0): Timing {
  for (let index = 0; index < warmUp; index += 1) what()
  const took = Array.from({ length: runs }, () => once(what)).sort((a, b) => a - b)
  return { shortest: took[0] ?? NaN, median: took[runs >> 1] ?? NaN }
}

/**
 * How many times as long `what` takes as `reference`: the two are run in turn, and the shortest of each is taken, because
 * whatever else the machine does only ever adds.
 */
export function timesOf(what: () => void, reference: () => void, runs: number): number {
  let [shortest, unit] = [Infinity, Infinity]
  for (let index = 0; index < runs; index += 1) {
    unit = Math.min(unit, once(reference))
    shortest = Math.min(shortest, once(what))
  }
  return shortest / unit
}
