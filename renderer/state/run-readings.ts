/**
 * The readings (smoothed, relative to the layers nearest the loss) of the run on show. Made once per run and fed with
 * each new probe once, whoever asks first; overlay, depth chart and inspector share them.
 */
import { analyse } from '../../engine/analyse/analyse'
import { createReadings, type Readings } from '../../engine/diagnose/readings'
import type { Run } from '../../engine/session/runs'
import type { Catalogue } from '../../nodes/kit/define'
import type { Session } from './session-types'

export interface RunReadings {
  readonly readings: Readings
  /** Share of the training time that probing took, 0 to 1. */
  readonly cost: number
}

interface Known {
  readonly readings: Readings
  /** Probes of the run that the readings have taken in. */
  taken: number
}

const known = new WeakMap<Run, Known>()

/** Null before a run has begun. */
export function readingsOf(session: Session, catalogue: Catalogue): RunReadings | null {
  const run = session.run()
  const document = session.store.getState().runDocument
  if (run === null || document === null || run.layout === null) return null
  let there = known.get(run)
  if (there === undefined) {
    there = { readings: createReadings(run.layout, analyse(document, catalogue).plan), taken: 0 }
    known.set(run, there)
  }
  for (; there.taken < run.probeCount; there.taken++) {
    const probe = run.probe(there.taken)
    if (probe !== null) there.readings.add(probe)
  }
  return { readings: there.readings, cost: run.probeCost }
}
