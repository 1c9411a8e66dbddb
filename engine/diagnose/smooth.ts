/**
 * Smoothing of probe samples for display: an exponential moving average over log10, so that a fall of eight decades is
 * seen after a few samples. What is not a positive number (NaN, exactly zero, no value) is never averaged away: it shows
 * at once, and the average begins anew after it.
 */

/** Weight of the past. */
export const displayMemory = 0.9

export interface Smoother {
  /** Takes one sample of every entry and updates `values`. */
  add(sample: ArrayLike<number>): void
  /** Smoothed values; not positive numbers pass through as they came. */
  readonly values: Float64Array
  reset(): void
}

/** @param size number of entries @param memory weight of the past, 0 = none */
export function createSmoother(size: number, memory: number = displayMemory): Smoother {
  const logs = new Float64Array(size).fill(Number.NaN)
  const values = new Float64Array(size).fill(-1)
  return {
    values,
    add(sample) {
      for (let index = 0; index < size; index++) {
        const value = sample[index] ?? -1
        if (!(Number.isFinite(value) && value > 0)) {
          logs[index] = Number.NaN
          values[index] = value
          continue
        }
        const past = logs[index] as number
        const now = Number.isNaN(past) ? Math.log10(value) : memory * past + (1 - memory) * Math.log10(value)
        logs[index] = now
        values[index] = 10 ** now
      }
    },
    reset() {
      logs.fill(Number.NaN)
      values.fill(-1)
    },
  }
}
