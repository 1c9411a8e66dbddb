/**
 * The moment of a run that the window shows: the newest, or one that was gone back to. What is painted from a run's
 * buffers (overlays, charts, numbers) asks here which step it is about; React renders nothing when it moves.
 */
import type { Session } from './session-types'

export interface Moment {
  /** The step on show, or null for the newest ("live"). */
  readonly step: number | null
  /** Going through the run by itself. */
  readonly playing: boolean
  show(step: number | null): void
  play(on: boolean): void
  /** One sample forwards or backwards, or several. */
  move(samples: number): void
  /** Called after any change; answers how to stop. */
  subscribe(listener: () => void): () => void
}

/** Seconds that playing takes through a whole run. */
const wholeRun = 12

/** A new run, or another document, is shown live. `clock` calls back in the next frame with milliseconds. */
export function createMoment(
  session: Session,
  clock: (call: (now: number) => void) => void = requestAnimationFrame,
): Moment {
  let step: number | null = null
  let playing = false
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const show = (next: number | null) => {
    if (next === step) return
    step = next
    tell()
  }
  session.store.subscribe((state, before) => {
    if (state.runId === before.runId) return
    playing = false
    step = null
    tell()
  })

  /** From the step on show (the first, where it is the newest) to the end, and then live. */
  function run(): void {
    let last: number | null = null
    let at = step ?? 1
    const advance = (now: number) => {
      if (!playing) return
      const end = session.run()?.step ?? 0
      const total = session.run()?.totalSteps ?? 0
      if (last !== null) at += ((now - last) / 1000 / wholeRun) * Math.max(1, total)
      last = now
      if (at >= end) {
        playing = false
        step = null
        tell()
        return
      }
      show(Math.max(1, Math.floor(at)))
      clock(advance)
    }
    clock(advance)
  }

  return {
    get step() {
      return step
    },
    get playing() {
      return playing
    },
    show(next) {
      if (playing) {
        playing = false
        tell()
      }
      show(next)
    },
    play(on) {
      if (on === playing || (on && (session.run()?.history?.length ?? 0) === 0)) return
      playing = on
      tell()
      if (on) run()
    },
    move(samples) {
      const history = session.run()?.history ?? null
      if (history === null || history.length === 0) return
      const index = step === null ? history.length - 1 : Math.max(0, history.indexAt(step))
      const next = Math.max(0, index + samples)
      playing = false
      if (next >= history.length) show(null)
      else show(history.step(next))
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
