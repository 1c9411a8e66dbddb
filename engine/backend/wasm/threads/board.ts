/**
 * Where threads meet: a few words in the memory that they share. The one that leads writes a piece of work there, in so
 * many parts; whoever is free takes the next part. Parts that nobody else takes the leader does itself, so it waits for
 * others only where they are in the middle of one.
 */

/** A function over the heap, as WebAssembly exports it. */
export type RawFunction = (...numbers: number[]) => unknown

/** Words of 32 bits by their place; those that several write lie on cache lines of their own. */
export const places = {
  /** Number of the work, and in the last eight bits how many of its parts are left to take. */
  ticket: 0,
  /** Parts that others than the leader have done. */
  finished: 16,
  /** Whether the leader sleeps until they are. */
  waiting: 32,
  /** Helpers that sleep, helpers that have begun, and whether they are to end. */
  sleeping: 48,
  begun: 49,
  end: 50,
  /** Whether a part went wrong. */
  failed: 51,
  /** The work: which function, how many numbers, parts of which size out of how much. */
  run: 64,
  count: 65,
  each: 66,
  total: 67,
  /** Which of its numbers are the address of scratch and of spare room; -1 = none. */
  scratch: 68,
  spare: 69,
  /** How many of its numbers are the size of the part, and which. */
  sizes: 70,
  size: 71,
  /** How many of its numbers move from part to part, which, and by how much. */
  steps: 74,
  step: 75,
  words: 128,
} as const

/** Numbers that a function takes at most, and what a board takes in bytes. */
export const mostNumbers = 32
export const boardBytes = 4 * places.words + 8 * mostNumbers

export interface HandGiven {
  readonly memory: WebAssembly.Memory
  readonly places: typeof places
  /** Where the board begins. */
  readonly board: number
  /** Room of this thread's own. */
  readonly scratch: number
  readonly spare: number
  /** Milliseconds that a helper looks out for work before it sleeps. */
  readonly lookout: number
}

export interface Hand {
  /** Takes parts until none is left; how many. */
  work(): number
  /** Does so until it is told to end. */
  serve(): void
}

/**
 * A thread's hand at the board. Its text is handed to helpers where a file cannot be, so it names nothing outside itself
 * but what every thread has.
 */
export function createHand(
  { memory, places: at, board, scratch, spare, lookout }: HandGiven,
  functions: readonly RawFunction[],
): Hand {
  // The board lies in what was there from the beginning, so that these stay where the memory grows.
  const words = new Int32Array(memory.buffer, board, at.words)
  const numbers = new Float64Array(memory.buffer, board + 4 * at.words, 32)
  const word = (place: number): number => words[place] as number

  function part(index: number): void {
    const given: number[] = []
    for (let i = 0; i < word(at.count); i++) given.push(numbers[i] as number)
    const each = word(at.each)
    const size = Math.min(each, word(at.total) - index * each)
    for (let i = 0; i < word(at.sizes); i++) given[word(at.size + i)] = size
    for (let i = 0; i < word(at.steps); i++) {
      const place = word(at.step + 2 * i)
      given[place] = (given[place] as number) + index * word(at.step + 2 * i + 1)
    }
    if (word(at.scratch) >= 0) given[word(at.scratch)] = scratch
    if (word(at.spare) >= 0) given[word(at.spare)] = spare
    const run = functions[word(at.run)] as RawFunction
    run(...given)
  }

  /** Takes a part, where one is left; 0: none was, 1: it is done, 2: another was quicker. What goes wrong the leader says. */
  function take(): 0 | 1 | 2 {
    const ticket = Atomics.load(words, at.ticket)
    const left = ticket & 0xff
    if (left === 0) return 0
    // What is taken stays on the board until it is done, since the leader waits for it.
    if (Atomics.compareExchange(words, at.ticket, ticket, ticket - 1) !== ticket) return 2
    try {
      part(left - 1)
    } catch {
      Atomics.store(words, at.failed, 1)
    }
    return 1
  }

  function work(): number {
    for (let done = 0; ;) {
      const taken = take()
      if (taken === 0) return done
      if (taken === 1) done++
    }
  }

  /** As `work`, and the leader hears of each part. */
  function help(): void {
    for (;;) {
      const taken = take()
      if (taken === 0) return
      if (taken === 2) continue
      Atomics.add(words, at.finished, 1)
      if (Atomics.load(words, at.waiting) !== 0) Atomics.notify(words, at.finished)
    }
  }

  /** Waits until there is work; looks out first, since it mostly comes at once. */
  function lookOut(): void {
    const until = performance.now() + lookout
    do {
      for (let look = 0; look < 500; look++) if ((Atomics.load(words, at.ticket) & 0xff) !== 0) return
    } while (performance.now() < until)
    Atomics.add(words, at.sleeping, 1)
    const ticket = Atomics.load(words, at.ticket)
    if ((ticket & 0xff) === 0 && Atomics.load(words, at.end) === 0) Atomics.wait(words, at.ticket, ticket)
    Atomics.sub(words, at.sleeping, 1)
  }

  return {
    work,
    serve() {
      Atomics.add(words, at.begun, 1)
      while (Atomics.load(words, at.end) === 0) {
        help()
        lookOut()
      }
    },
  }
}
