/**
 * Numbers of a step as they are written out: in doubles, because a textbook gives nine digits and the engine computes
 * with seven.
 */
import type { TracedTensor } from '../session/trace'

export interface Grid {
  readonly shape: readonly number[]
  readonly values: Float64Array
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}

export function emptyGrid(shape: readonly number[]): Grid {
  return { shape, values: new Float64Array(sizeOf(shape)) }
}

/** Larger tensors are taken as they are: their digits are not read one by one. */
const mostRead = 4096

/**
 * What was sent, or null where it was not. Of a small tensor every number becomes the shortest decimal that has this
 * float32: 0.15 for what the engine holds as 0.15000000596, as it stands in the document.
 */
export function gridOf(traced: TracedTensor): Grid | null {
  if (traced.values === null) return null
  const values =
    traced.values.length > mostRead
      ? Float64Array.from(traced.values)
      : Float64Array.from(traced.values, shortest)
  return { shape: traced.shape, values }
}

function shortest(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value)) return value
  for (let digits = 1; digits < 10; digits++) {
    const decimal = Number(value.toPrecision(digits))
    if (Math.fround(decimal) === value) return decimal
  }
  return value
}

/** Elements of one sample. */
export function perSample({ shape }: { readonly shape: readonly number[] }): number {
  return sizeOf(shape.slice(1))
}

/** Size of the last axis; 1 for a scalar. */
export function lastAxis({ shape }: { readonly shape: readonly number[] }): number {
  return shape.at(-1) ?? 1
}

/** Adds b to a, or gives whichever there is. */
export function plus(a: Grid | null, b: Grid | null): Grid | null {
  if (a === null || b === null) return a ?? b
  return { shape: a.shape, values: a.values.map((value, at) => value + (b.values[at] ?? 0)) }
}

/** The largest difference between two tensors, relative to the largest number of the second; Infinity where they do not compare. */
export function difference(a: Grid, b: TracedTensor): number {
  if (b.values === null || a.values.length !== b.values.length) return Infinity
  let most = 0
  let largest = 0
  for (const [at, value] of b.values.entries()) {
    largest = Math.max(largest, Math.abs(value))
    const apart = Math.abs((a.values[at] ?? NaN) - value)
    if (!(apart <= most)) most = apart
  }
  if (Number.isNaN(most)) return Infinity
  return most === 0 ? 0 : most / Math.max(largest, 1e-30)
}
