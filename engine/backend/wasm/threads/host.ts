/** What a host must give so that WebAssembly may compute on several threads, and what a page in a browser gives. */
import type { HelperGiven } from './helper'

export interface Helper {
  /** Ends the thread, wherever it is. */
  end(): void
}

export interface ThreadHost {
  /** Threads that compute at once, with the one that leads. */
  readonly count: number
  /** Why there is only one: a sentence without its end; null where there are several. */
  readonly alone: string | null
  /** Starts a thread that serves with what it is given, and calls `ended` where it does not go on. */
  start(given: HelperGiven, ended: (why: string) => void): Helper
}

/** More of them wait for the memory, not for the processor. */
export const mostThreads = 8

/** One thread on this host. */
export function alone(why: string): ThreadHost {
  return { count: 1, alone: why, start: () => ({ end: () => undefined }) }
}

/** As many threads as there are processors, but for those that others are left with. */
export function threadsFor(processors: number, forOthers: number): number {
  return Math.max(1, Math.min(mostThreads, processors - forOthers))
}

/** Why this place cannot have threads that share memory; null where it can. */
function hindrance(scope: {
  readonly crossOriginIsolated?: boolean
  readonly SharedArrayBuffer?: unknown
}): string | null {
  if (scope.SharedArrayBuffer === undefined || scope.crossOriginIsolated === false)
    return 'this page may not share memory'
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return null
  } catch {
    return 'this thread may not wait for others'
  }
}

/** The threads of a page's worker; `open` starts the script of a helper. `asked` is how many, where somebody has said so. */
export function pageThreads(
  scope: {
    readonly crossOriginIsolated?: boolean
    readonly navigator: { readonly hardwareConcurrency?: number }
  },
  open: () => Worker,
  asked: number | null,
): ThreadHost {
  const why = hindrance(scope)
  if (why !== null) return alone(why)
  // The window has one processor to itself.
  const count = asked ?? threadsFor(scope.navigator.hardwareConcurrency ?? 1, 1)
  if (!(count > 1)) return alone(asked === null ? 'there is no processor to spare' : 'no more were asked for')
  return {
    count,
    alone: null,
    start(given, ended) {
      const worker = open()
      worker.addEventListener('error', ({ message }) => ended(message || 'its script does not load'))
      worker.postMessage(given)
      return { end: () => worker.terminate() }
    },
  }
}

/** Why there is one thread alone where more could be had, as sentences without their end. */
export const unshared = 'its memory cannot be shared'
export function notStarted(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return `no other could be started (${words.replace(/\.+$/, '')})`
}
