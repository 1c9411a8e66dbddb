/**
 * The readings (smoothed, relative to the layers nearest the loss) of the run on show, at the moment on show. The newest
 * are fed with each new probe once, whoever asks first; those of an earlier moment are made anew from the run's history.
 * Overlay, charts and inspector share them, so they cannot disagree.
 */
import { analyse } from '../../engine/analyse/analyse'
import { createReadings, type Readings } from '../../engine/diagnose/readings'
import type { History } from '../../engine/session/history'
import type { Run } from '../../engine/session/runs'
import type { Catalogue } from '../../nodes/kit/define'
import type { Moment } from './moment'
import type { Session } from './session-types'

export interface RunReadings {
  readonly readings: Readings
  /** Share of the training time that probing took, 0 to 1. */
  readonly cost: number
}

interface Known {
  readonly live: Readings
  /** Probes of the run that the newest readings have taken in. */
  taken: number
  readonly past: PastReadings
  readonly first: PastReadings
}

export interface PastReadings {
  /** The readings as they were at a step, or at the first sample where there is none before. */
  at(history: History, step: number): Readings
}

/** Smoothing forgets: what is further back than this many samples weighs less than 1e-5. */
const memory = 110

/** `make`: readings to fill; two moments are told apart by what is in them. */
export function createPastReadings(make: () => Readings): PastReadings {
  const readings = make()
  let shown = -1
  let thinned = -1
  return {
    at(history, step) {
      const index = Math.max(0, history.indexAt(step))
      if (history.length === 0 || (index === shown && history.thinned === thinned)) return readings
      const forwards = history.thinned === thinned && index > shown && index - shown < memory && shown !== -1
      if (!forwards) readings.reset()
      const from = forwards ? shown + 1 : Math.max(0, index - memory)
      for (let at = from; at <= index; at++) readings.add(history.probe(at))
      shown = index
      thinned = history.thinned
      return readings
    },
  }
}

const known = new WeakMap<Run, Known>()

function knownOf(session: Session, catalogue: Catalogue): { readonly run: Run; readonly of: Known } | null {
  const run = session.run()
  const document = session.store.getState().runDocument
  if (run === null || document === null || run.layout === null) return null
  const { layout } = run
  let of = known.get(run)
  if (of === undefined) {
    const { plan } = analyse(document, catalogue)
    const make = () => createReadings(layout, plan)
    of = { live: make(), taken: 0, past: createPastReadings(make), first: createPastReadings(make) }
    known.set(run, of)
  }
  return { run, of }
}

/** The newest; null before a run has begun. */
export function liveReadings(session: Session, catalogue: Catalogue): RunReadings | null {
  const there = knownOf(session, catalogue)
  if (there === null) return null
  const { run, of } = there
  for (; of.taken < run.probeCount; of.taken++) {
    const probe = run.probe(of.taken)
    if (probe !== null) of.live.add(probe)
  }
  return { readings: of.live, cost: run.probeCost }
}

/** Those of the very first sample; null before it. */
export function firstReadings(session: Session, catalogue: Catalogue): Readings | null {
  const there = knownOf(session, catalogue)
  const history = there?.run.history ?? null
  return there === null || history === null || history.length === 0 ? null : there.of.first.at(history, 1)
}

/** Those of the moment on show. */
export function readingsOf(session: Session, moment: Moment, catalogue: Catalogue): RunReadings | null {
  if (moment.step === null) return liveReadings(session, catalogue)
  const there = knownOf(session, catalogue)
  if (there === null || there.run.history === null) return null
  return { readings: there.of.past.at(there.run.history, moment.step), cost: there.run.probeCost }
}
