/**
 * Whoever paints the numbers of a run takes turns: one painter to a frame, each at most ten times a second. A small net
 * takes hundreds of steps in that time; painted with every one, and all of them in the same frame, they would make the
 * canvas stutter under the hand.
 */

export interface Turn {
  /** There is something new: paints when its turn comes. */
  ask(): void
  stop(): void
}

/** Milliseconds between two turns of one painter. */
const pace = 100

interface Waiting {
  readonly take: () => void
  /** Not before this. */
  due: number
}

const waiting = new Set<Waiting>()
let called = false

function callNext(): void {
  if (called || waiting.size === 0) return
  called = true
  const rest = Math.min(...[...waiting].map(({ due }) => due)) - performance.now()
  if (rest <= 0) requestAnimationFrame(next)
  else setTimeout(() => requestAnimationFrame(next), rest)
}

function next(): void {
  called = false
  const now = performance.now()
  const [first] = [...waiting].filter(({ due }) => due <= now)
  if (first !== undefined) {
    waiting.delete(first)
    first.due = now + pace
  }
  callNext()
  first?.take()
}

/** `take` is called in a frame. */
export function createTurn(take: () => void): Turn {
  const own: Waiting = { take, due: 0 }
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
