/** Simple facts of a column of samples. Large ones are looked at in part: every n-th sample, always the same part. */
import type { Column } from './load-data'

/** Numbers looked at for means. */
export const mostNumbers = 2_000_000

export const sizeOf = (column: Column): number => column.shape.reduce((size, n) => size * n, 1)

/** Every n-th of the rows, at most so many. */
export function some(rows: Int32Array, most: number): Int32Array {
  const stride = Math.ceil(rows.length / Math.max(1, most))
  return stride <= 1 ? rows : rows.filter((_, at) => at % stride === 0)
}

export interface Moments {
  readonly mean: number
  readonly deviation: number
}

/** Mean and deviation of each number of a sample. */
export function byPlace(column: Column, rows: Int32Array): Moments[] {
  const size = sizeOf(column)
  return Array.from({ length: size }, (_, place) => {
    let sum = 0
    let squares = 0
    for (const row of rows) sum += column.values[row * size + place] ?? 0
    const mean = sum / Math.max(1, rows.length)
    for (const row of rows) squares += ((column.values[row * size + place] ?? 0) - mean) ** 2
    return { mean, deviation: Math.sqrt(squares / Math.max(1, rows.length)) }
  })
}

export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}
