/** Work on a device that may be lost, or never answer: a backend that is tried must not hold up the one that works. */
import { backendWords, type Candidate, type StartedBackend } from '../backend/start'
import type { Machinery } from './machinery'

/** Milliseconds after which a device that has not answered is given up. */
const longestSilence = 10_000

/** What a backend is called in sentences. */
export function nameOf({ name, adapter }: Candidate): string {
  return adapter === null ? backendWords[name] : `${backendWords[name]} (${adapter.name})`
}

/** What an error says, as a sentence without its end. */
export function wordsOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return first.replace(/\.+$/, '')
}

/** A device that was lost or says nothing any more, as a sentence without its end: no fault of the graph's. */
export class DeviceGone extends Error {}

/** Listens to a device while something is tried on it. */
export function guard({ watch }: StartedBackend, who: string) {
  const found: { lost: string | null; silent: string | null; complaint: string | null } = {
    lost: null,
    silent: null,
    complaint: null,
  }
  let leave: (error: DeviceGone) => void
  // A read on a lost device may never settle.
  const gone = new Promise<never>((_, reject) => (leave = reject))
  gone.catch(() => undefined)
  const timer = setTimeout(() => {
    found.silent = `${who} gave no answer within ${longestSilence / 1000} s`
    leave(new DeviceGone(found.silent))
  }, longestSilence)
  const stop = watch(({ kind, message }) => {
    if (kind === 'error') {
      found.complaint ??= message
      return
    }
    found.lost ??= `${who} was lost while this graph was tried (${wordsOf(message)})`
    leave(new DeviceGone(found.lost))
  })
  const end = () => {
    clearTimeout(timer)
    stop()
  }
  return { found, gone, end }
}
type Guard = ReturnType<typeof guard>

/**
 * Does something on a backend, and once more on a new one where its device is lost: it may have been for long.
 * Throws `DeviceGone` where that is lost too, or does not answer.
 */
export async function onDevice<T>(
  { backends }: Machinery,
  candidate: Candidate,
  work: (on: Guard) => Promise<T>,
): Promise<T> {
  for (let again = false; ; again = true) {
    const watched = guard(await backends.start(candidate.name), nameOf(candidate))
    const { found } = watched
    try {
      const done = await work(watched)
      if (found.lost === null) return done
    } catch (error) {
      if (found.lost === null && found.silent === null) throw error
    } finally {
      watched.end()
    }
    backends.discard(candidate.name)
    if (again || found.lost === null) throw new DeviceGone(found.lost ?? found.silent ?? '')
  }
}
