/**
 * The one door to our WebAssembly functions: each call is a function and numbers (offsets in the heap, sizes), nothing
 * else, so that a list of calls is a program that can be run again.
 */

/** A function over the heap of tfjs's backend. It reads and writes there alone, and what it writes depends on that alone. */
export interface HeapFunction {
  (...numbers: number[]): unknown
  /** The same call made ready to be repeated; without it the numbers are bound. */
  readonly prepare?: (numbers: readonly number[]) => () => void
}

/** Carries out a call, or does something else with it. */
export type Carrier = (run: HeapFunction, numbers: readonly number[]) => void

const straight: Carrier = (run, numbers) => {
  run(...numbers)
}
let carrier = straight

/** Calls a function by way of whoever listens. */
export function callHeap(run: HeapFunction, ...numbers: number[]): void {
  carrier(run, numbers)
}

/** From now on calls go through `through`, which is to run them; null = straight again. */
export function carryCalls(through: Carrier | null): void {
  carrier = through ?? straight
}
