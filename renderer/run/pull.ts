/** Reads the curves of a run out of its ring buffers. */
import type { Run } from '../../engine/session/runs'
import type { Line, Point } from './series'

export interface Curves {
  readonly train: Line
  readonly validation: readonly Point[]
}

export function lossCurves(run: Run | null): Curves | null {
  if (run === null) return null
  return {
    train: { x: run.steps, y: run.loss, length: run.length },
    validation: run.epochs.map((epoch) => [epoch.step, epoch.validation?.loss ?? null]),
  }
}

export function metricNames(run: Run | null): readonly string[] {
  return run?.names ?? []
}

export function metricCurves(run: Run | null, name: string): Curves | null {
  if (run === null) return null
  return {
    train: { x: run.steps, y: run.values(name), length: run.length },
    validation: run.epochs.map((epoch) => [epoch.step, epoch.validation?.metrics[name] ?? null]),
  }
}
