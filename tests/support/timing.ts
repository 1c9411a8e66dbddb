/**
 * Times for tests and benchmarks. The shortest of many runs hardly depends on what else the machine does; the median
 * is what people feel.
 */
export interface Timing {
  readonly shortest: number
  readonly median: number
}

/** Runs `what` some times after some warm-up runs; milliseconds. */
export function time(what: () => void, runs: number, warmUp = 0): Timing {
  for (let index = 0; index < warmUp; index += 1) what()
  const took = Array.from({ length: runs }, () => {
    const start = performance.now()
    what()
    return performance.now() - start
  }).sort((a, b) => a - b)
  return { shortest: took[0] ?? NaN, median: took[runs >> 1] ?? NaN }
}
