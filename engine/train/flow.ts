/**
 * How many steps may be given to the device before their numbers are asked for. Work that is handed over in a moment may
 * take the device seconds; whoever watches wants numbers thirty times a second, and whoever pauses wants it to stop.
 */

export interface Flow {
  /** Whether so many waiting steps are enough for now. */
  full(waiting: number): boolean
  /** So many steps have been sent off; the function given is to be called when their numbers are there. */
  sent(steps: number): () => void
}

/** Numbers leave the device at most this often. */
const flushMilliseconds = 33
const mostSteps = 256

/** `now` gives milliseconds. */
export function createFlow(now: () => number): Flow {
  let most = 8
  let flushed = now()
  return {
    full: (waiting) => waiting > 0 && (waiting >= most || now() - flushed >= flushMilliseconds),
    sent(steps) {
      const start = now()
      flushed = start
      return () => {
        const took = now() - start
        if (took < flushMilliseconds) most = Math.min(mostSteps, 2 * most)
        else if (took > 3 * flushMilliseconds) most = Math.max(1, Math.min(steps, most) >> 1)
      }
    },
  }
}
