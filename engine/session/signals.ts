/**
 * The signals of a probe as one table: which list of the layout each is about. What sends, keeps or reads whole probes
 * (the worker, the history of a run, a run's file) goes by this table, so a new signal is one line here and one in
 * `Probe`.
 */
import type { Probe, ProbeLayout } from './protocol'

/** Names of the arrays of a probe that are kept; what only the rules read is not. */
export type Signal = Exclude<keyof Probe, 'step' | 'trainingStep' | 'activity' | 'time'>

/** The list of the layout that a signal goes along. Their order is the order of a row's numbers. */
export const signals: { readonly [S in Signal]: 'layers' | 'wires' | 'outputs' } = {
  gradNorm: 'layers',
  gradRms: 'layers',
  gradMean: 'layers',
  gradStd: 'layers',
  gradZeroShare: 'layers',
  gradNonFinite: 'layers',
  weightNorm: 'layers',
  relativeGradient: 'layers',
  updateRatio: 'layers',
  wireRms: 'wires',
  forwardRms: 'wires',
  outputRms: 'outputs',
  outputMean: 'outputs',
  outputStd: 'outputs',
  outputZeroShare: 'outputs',
  outputNonFinite: 'outputs',
  deadShare: 'outputs',
  saturatedShare: 'outputs',
}

export const signalNames = Object.keys(signals) as readonly Signal[]

/** How many numbers a probe has. */
export function rowSize(layout: ProbeLayout): number {
  return signalNames.reduce((sum, name) => sum + layout[signals[name]].length, 0)
}

/**
 * A probe whose arrays are views of one row of numbers, so that it is sent, kept and read as one piece.
 *
 * @param row `rowSize(layout)` numbers
 */
export function probeOf(
  layout: ProbeLayout,
  when: { readonly step: number; readonly trainingStep: number },
  row: Float32Array<ArrayBuffer>,
): Probe {
  let at = 0
  const views = signalNames.map((name) => {
    const { length } = layout[signals[name]]
    at += length
    return [name, row.subarray(at - length, at)] as const
  })
  return { ...when, ...(Object.fromEntries(views) as { [S in Signal]: Float32Array<ArrayBuffer> }) }
}

/** A probe in which nothing was measured. */
export function emptyProbe(
  layout: ProbeLayout,
  when: { readonly step: number; readonly trainingStep: number },
): Probe {
  return probeOf(layout, when, new Float32Array(rowSize(layout)).fill(-1))
}

/** Copies a probe's numbers to `at` of `row`. */
export function writeRow(probe: Probe, row: Float32Array, at: number): void {
  let next = at
  for (const name of signalNames) {
    row.set(probe[name], next)
    next += probe[name].length
  }
}
