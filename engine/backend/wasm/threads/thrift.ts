/**
 * Whether help is a help. Where other programs want the processors too, a thread may be held up in the middle of its part,
 * and the one that leads waits for it longer than it would have needed by itself. So it keeps accounts, and where they
 * are in the red it goes on alone for a while, then tries again: longer each time that it was in vain.
 */

export interface Thrift {
  /** Whether to share the next work. */
  readonly shares: boolean
  /** Of work in `parts`, the leader did `own` in `worked` milliseconds, then waited for the others. */
  note(parts: number, own: number, worked: number, waited: number): void
}

/** Milliseconds of shared work after which accounts are made up, and those of going on alone, least and most. */
const account = 20
const shortest = 100
const longest = 3000

export function createThrift(now: () => number): Thrift {
  let spent = 0
  let saved = 0
  let rest = shortest
  let until = 0
  return {
    get shares() {
      return until === 0 || now() >= until
    },
    note(parts, own, worked, waited) {
      // Who did nothing of it cannot tell how long it takes.
      if (own > 0) saved += (worked * parts) / own - worked - waited
      spent += worked + waited
      if (spent < account) return
      if (saved < 0) {
        until = now() + rest
        rest = Math.min(2 * rest, longest)
      } else {
        until = 0
        rest = shortest
      }
      spent = 0
      saved = 0
    },
  }
}
