/**
 * Whoever paints the numbers of a run takes turns: one painter to a frame, each at most ten times a second. A small net
 * takes hundreds of steps in that time; painted with every one, and all of them in the same frame, they would make the
 * canvas stutter under the hand. While the hand moves the canvas they rest, but for a turn now and then.
 */

export interface Turn {
  /** There is something new: paints when its turn comes. */
  ask(): void
  stop(): void
}

/** Milliseconds between two turns of one painter, where it does not ask for another pace. */
const usualPace = 100

/** Milliseconds after the last move of the camera for which painters still rest; and at most so long without any turn. */
const rest = { afterMove: 120, atMost: 500 } as const

interface Waiting {
  readonly take: () => void
  readonly pace: number
  /** Not before this. */
  due: number
}

const waiting = new Set<Waiting>()
/** What calls the next painter, and when. */
let called: { readonly at: number; cancel(): void } | null = null
/** When the camera moved last; of this gesture when it began, or the last turn in it; nobody's turn comes before `until`. */
const hand = { moved: -Infinity, since: 0, until: 0 }

/** The camera has just moved. */
export function restForCamera(): void {
  const now = performance.now()
  if (now - hand.moved > rest.afterMove) hand.since = now
  hand.moved = now
  hand.until = Math.min(now + rest.afterMove, hand.since + rest.atMost)
}

function callNext(): void {
  if (waiting.size === 0) return
  const at = Math.max(hand.until, Math.min(...[...waiting].map(({ due }) => due)))
  // Who asked before may have more time than who asks now.
  if (called !== null && called.at <= at) return
  called?.cancel()
  const time = at - performance.now()
  if (time <= 0) {
    const frame = requestAnimationFrame(next)
    called = { at: -Infinity, cancel: () => cancelAnimationFrame(frame) }
  } else {
    const timer = setTimeout(() => {
      called = { at: -Infinity, cancel: () => {} }
      requestAnimationFrame(next)
    }, time)
    called = { at, cancel: () => clearTimeout(timer) }
  }
}

function next(): void {
  called = null
  const now = performance.now()
  if (now < hand.until) {
    callNext()
    return
  }
  hand.since = now
  const [first] = [...waiting].filter(({ due }) => due <= now).sort((a, b) => a.due - b.due)
  if (first !== undefined) {
    waiting.delete(first)
    first.due = now + first.pace
  }
  callNext()
  first?.take()
}

/** `take` is called in a frame. */
export function createTurn(take: () => void, pace = usualPace): Turn {
  const own: Waiting = { take, pace, due: 0 }
  return {
    ask() {
      waiting.add(own)
      callNext()
    },
    stop() {
      waiting.delete(own)
    },
  }
}
