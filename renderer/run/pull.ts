/** Reads the curves of a run out of its ring buffers. */
import type { Run } from '../../engine/session/runs'
import type { Line, Point } from './series'

export interface Curves {
  readonly train: Line
  readonly validation: readonly Point[]
  /** The training values of the run that this one is compared with. */
  readonly before?: Line
}

export function lossCurves(run: Run | null, before: Run | null): Curves | null {
  if (run === null) return null
  return {
    train: { x: run.steps, y: run.loss, length: run.length },
    validation: run.epochs.map((epoch) => [epoch.step, epoch.validation?.loss ?? null]),
    ...(before === null ? {} : { before: { x: before.steps, y: before.loss, length: before.length } }),
  }
}

export function metricNames(run: Run | null): readonly string[] {
  return run?.names ?? []
}

export function metricCurves(run: Run | null, name: string, before: Run | null): Curves | null {
  if (run === null) return null
  return {
    train: { x: run.steps, y: run.values(name), length: run.length },
    validation: run.epochs.map((epoch) => [epoch.step, epoch.validation?.metrics[name] ?? null]),
    ...(before?.names.includes(name) === true
      ? { before: { x: before.steps, y: before.values(name), length: before.length } }
      : {}),
  }
}
