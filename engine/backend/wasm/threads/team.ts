/**
 * Several threads at our functions on one heap. The leader divides a call, lays it on the board and works at it like the
 * others; where they sleep it does small work alone rather than wake them. Where one of them fails to start or dies, it
 * goes on by itself: it never waits for a part that nobody has taken.
 */
import { functionNames, type FunctionName } from '../functions'
import { boardBytes, createHand, places, type RawFunction } from './board'
import type { Helper, ThreadHost } from './host'
import { stagesOf, type Hands, type Stage } from './split'
import { createThrift } from './thrift'

export interface Team extends Hands {
  /** Does a call, with as many threads as it is worth. */
  run(name: FunctionName, numbers: readonly number[]): void
  /** The same call again and again, divided once. */
  prepare(name: FunctionName, numbers: readonly number[]): () => void
  /** Threads that compute now. */
  readonly now: number
  /** Why they are fewer than there should be: a sentence without its end. */
  readonly trouble: string | null
  /** Lets go of this thread until all helpers have begun or one has failed, for so many milliseconds at most. */
  ready(milliseconds: number): Promise<void>
  end(): void
}

export interface TeamGiven {
  readonly host: ThreadHost
  readonly memory: WebAssembly.Memory
  /** Our functions, for the helpers. */
  readonly module: WebAssembly.Module
  /** The leader's own. */
  readonly functions: Readonly<Record<FunctionName, RawFunction>>
  readonly walkRoom: Hands['walkRoom']
  /** The leader's room to work in, and how much of it there is for each thread. */
  readonly scratch: number
  readonly spare: number
  readonly scratchBytes: number
  /** Room in the heap for good; throws where there is none. */
  readonly allocate: (bytes: number) => number
  readonly free: (at: number) => void
}

/** Milliseconds that a helper looks out for the next work before it sleeps. */
const lookout = 0.3
/** Microseconds of work for which sleepers are woken. */
const worthWaking = 60
/** How often the leader looks whether the others are done before it sleeps. */
const looks = 20_000
/** Milliseconds that it believes in them, and those that it sleeps at most. */
const patience = 60_000
const nap = 1000
/** Milliseconds from look to look while helpers begin. */
const glance = 2

/** Throws where a helper cannot be had; none is left then. */
export function createTeam(given: TeamGiven): Team {
  const { host, memory, functions, allocate, free } = given
  const board = allocate(boardBytes + 64)
  const begin = Math.ceil(board / 64) * 64
  const words = new Int32Array(memory.buffer, begin, places.words)
  const numbersOnBoard = new Float64Array(memory.buffer, begin + 4 * places.words)
  words.fill(0)
  const shared = { memory, places, board: begin, lookout }
  const hand = createHand(
    { ...shared, scratch: given.scratch, spare: given.spare },
    functionNames.map((name) => functions[name]),
  )
  const ahead = given.spare - given.scratch
  let trouble: string | null = null
  let ended = false
  const helpers: Helper[] = []
  const rooms: number[] = []

  function endHelpers(): void {
    Atomics.store(words, places.end, 1)
    Atomics.notify(words, places.ticket)
    for (const helper of helpers) helper.end()
  }

  function startHelper(): Helper {
    const scratch = allocate(given.scratchBytes)
    rooms.push(scratch)
    const room = { scratch, spare: scratch + ahead }
    return host.start({ ...shared, ...room, module: given.module, names: functionNames }, (why) => {
      if (!ended) trouble ??= why
    })
  }

  try {
    while (helpers.length < host.count - 1) helpers.push(startHelper())
  } catch (error) {
    endHelpers()
    // The board stays: whoever begins just now reads there that it is to end.
    rooms.forEach(free)
    throw error
  }
  const hands: Hands = { threads: host.count, walkRoom: given.walkRoom }
  const thrift = createThrift(() => performance.now())
  let ticket = 0

  const whole = ({ name, numbers }: Stage): void => void functions[name](...numbers)

  /** Waits until others have done so many parts. */
  function wait(parts: number): void {
    const done = () => Atomics.load(words, places.finished) === parts
    for (let look = 0; look < looks; look++) if (done()) return
    Atomics.store(words, places.waiting, 1)
    const until = performance.now() + patience
    while (!done()) {
      if (performance.now() > until) {
        trouble = 'one has ended in the middle of its work'
        // Whoever still lives must not write when others have that room.
        endHelpers()
        Atomics.store(words, places.waiting, 0)
        throw new Error(
          'A thread that helps to compute has ended in the middle of a step. Train again: one thread then does it all.',
        )
      }
      const now = Atomics.load(words, places.finished)
      if (now !== parts) Atomics.wait(words, places.finished, now, nap)
    }
    Atomics.store(words, places.waiting, 0)
  }

  function lay({ name, numbers, parts, each, total, sizes, steps, scratch, spare }: Stage): void {
    words[places.run] = functionNames.indexOf(name)
    words[places.count] = numbers.length
    words[places.each] = each
    words[places.total] = total
    words[places.scratch] = scratch
    words[places.spare] = spare
    words[places.sizes] = sizes.length
    sizes.forEach((place, at) => (words[places.size + at] = place))
    words[places.steps] = steps.length
    steps.forEach(([place, step], at) => {
      words[places.step + 2 * at] = place
      words[places.step + 2 * at + 1] = step
    })
    numbersOnBoard.set(numbers)
    Atomics.store(words, places.finished, 0)
    ticket = ((ticket + 0x100) & ~0xff) | parts
    Atomics.store(words, places.ticket, ticket)
  }

  function carry(stage: Stage): void {
    const { parts, cost } = stage
    if (parts === 1 || !thrift.shares) return whole(stage)
    const begun = Atomics.load(words, places.begun)
    const sleeping = Atomics.load(words, places.sleeping)
    const wake = sleeping > 0 && cost >= worthWaking
    if (begun === 0 || (sleeping === begun && !wake)) return whole(stage)
    lay(stage)
    if (wake) Atomics.notify(words, places.ticket, parts - 1)
    const began = performance.now()
    const own = hand.work()
    const worked = performance.now()
    if (own < parts) wait(parts - own)
    thrift.note(parts, own, worked - began, performance.now() - worked)
    if (Atomics.exchange(words, places.failed, 0) !== 0)
      throw new Error('WebAssembly could not do a part of a step.')
  }

  function prepare(name: FunctionName, numbers: readonly number[]): () => void {
    const stages = stagesOf(name, numbers, hands)
    const all: unknown = functions[name].bind(null, ...numbers)
    const straight = all as () => void
    if (stages === null) return straight
    return () => {
      if (ended || trouble !== null) straight()
      else for (const stage of stages) carry(stage)
    }
  }

  return {
    ...hands,
    prepare,
    run(name, numbers) {
      const stages = ended || trouble !== null ? null : stagesOf(name, numbers, hands)
      if (stages === null) functions[name](...numbers)
      else for (const stage of stages) carry(stage)
    },
    get now() {
      return ended || trouble !== null ? 1 : host.count
    },
    get trouble() {
      return trouble
    },
    async ready(milliseconds) {
      const until = performance.now() + milliseconds
      const awaited = () => !ended && trouble === null && Atomics.load(words, places.begun) < helpers.length
      while (awaited() && performance.now() < until)
        await new Promise<void>((resolve) => setTimeout(resolve, glance))
    },
    end() {
      ended = true
      endHelpers()
    },
  }
}
