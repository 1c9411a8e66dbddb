/** What a helping thread does from its beginning to its end. Its text is handed to threads that have no file. */
import type { createHand, HandGiven, RawFunction } from './board'

export interface HelperGiven extends HandGiven {
  /** Our functions, compiled. */
  readonly module: WebAssembly.Module
  /** Their names, in the order of their numbers. */
  readonly names: readonly string[]
}

/** Serves at the board until it is told to end. */
export function help(given: HelperGiven, hand: typeof createHand): void {
  const { exports } = new WebAssembly.Instance(given.module, { env: { memory: given.memory } })
  hand(
    given,
    given.names.map((name) => exports[name] as RawFunction),
  ).serve()
}
