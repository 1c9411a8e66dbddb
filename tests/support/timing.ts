/**
 * Times for tests and benchmarks, in processor time of this process: what else the machine does then hardly counts.
 * (On an idle machine it is a little more than the time on the clock, because the collector's threads are counted.)
 */
import process from 'node:process'

export interface Timing {
  readonly shortest: number
  readonly median: number
}

/** Runs `what` some times after some warm-up runs; milliseconds. */
export function time(what: () => void, runs: number, warmUp = 0): Timing {
  for (let index = 0; index < warmUp; index += 1) what()
  const took = Array.from({ length: runs }, () => {
    const start = process.cpuUsage()
    what()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }).sort((a, b) => a - b)
  return { shortest: took[0] ?? NaN, median: took[runs >> 1] ?? NaN }
}
