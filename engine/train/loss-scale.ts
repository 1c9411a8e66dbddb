/**
 * What a run tells of its loss scale (fused-loss-scale.ts has the scale itself): numbers beside those of each step, and
 * sentences.
 */
import type { Probe } from '../session/protocol'
import type { SlotValues } from './optimiser'

/** The factor begins here, stays within these bounds, and doubles after so many good steps. */
export const lossScale = { first: 2 ** 15, least: 1, most: 2 ** 24, growsAfter: 2000 } as const

/** Where it stands among the slots. */
export const scaleSlot = 'loss-scale'

/** Of one training step: the factor that was used, the one of the next step, and how many were left out so far. */
export interface Scale {
  readonly used: number
  readonly next: number
  readonly skipped: number
}

/** Numbers that tell it. */
export const scaleWidth = 3

/** A scale among the numbers of a step. */
export function scaleIn(numbers: Float32Array, at: number): Scale {
  const [used = NaN, next = NaN, skipped = NaN] = numbers.subarray(at, at + scaleWidth)
  return { used, next, skipped }
}

/** The scale that a run begins with, from what its optimiser remembers. */
export function scaleBefore(slots: SlotValues | undefined): Scale {
  const kept = slots?.get(scaleSlot)?.values
  const used = kept?.[0] ?? lossScale.first
  return { used, next: used, skipped: kept?.at(-1) ?? 0 }
}

/** What a run that asks for mixed precision says at its beginning. */
export function precisionMessage(mixed: boolean): string {
  return mixed
    ? 'Mixed precision: layers multiply numbers in half precision; sums and weights are float32.'
    : 'Mixed precision was asked for, but only WebGPU has it here: this run is in float32.'
}

const written = new Intl.NumberFormat('en')

/** What it says when the loss is scaled otherwise than before. */
export function scaleMessage(step: number, scale: number, leftOut: boolean): string {
  return leftOut
    ? `Step ${step} was left out: a gradient was too large for half precision. The loss is scaled by ${written.format(scale)} from here on.`
    : `After ${written.format(lossScale.growsAfter)} good steps the loss is scaled by ${written.format(scale)}.`
}

/** A probe whose gradients were measured while they were scaled. */
export function unscaled(probe: Probe, scale: number): Probe {
  // -1 stands for no value; the mean has none where the RMS has none.
  const divided = (
    name: 'gradNorm' | 'gradRms' | 'gradMean' | 'gradStd' | 'relativeGradient' | 'wireRms',
  ) => {
    const sign = name === 'gradMean' ? probe.gradRms : probe[name]
    return probe[name].map((value, at) => ((sign[at] ?? -1) < 0 ? value : value / scale))
  }
  return {
    ...probe,
    gradNorm: divided('gradNorm'),
    gradMean: divided('gradMean'),
    gradRms: divided('gradRms'),
    gradStd: divided('gradStd'),
    relativeGradient: divided('relativeGradient'),
    wireRms: divided('wireRms'),
    ...(probe.time === undefined
      ? {}
      : { time: probe.time.map((value) => (value < 0 ? value : value / scale)) }),
  }
}
