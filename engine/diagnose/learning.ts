/** What a run has learnt so far, as numbers without a scale: the rules ask these instead of raw losses. */
import { median } from './flow'
import type { RunFacts, RunSample } from './signals'

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Batches over which the present loss is averaged. */
function windowOf(run: RunFacts): number {
  return Math.min(50, Math.max(5, run.stepsPerEpoch))
}

/** The training loss now: of the whole split where the run has ended, else the mean of the last batches. */
export function presentLoss(run: RunFacts): number {
  return run.end?.trainLoss ?? mean(run.loss.slice(-windowOf(run)))
}

function skillOf(run: RunFacts, loss: number): number | null {
  if (run.chance === null || run.chance - run.floor < 1e-9) return null
  return 1 - (loss - run.floor) / (run.chance - run.floor)
}

/** S = 1 - L / L_chance on the training data: 0 is guessing, 1 perfect; null where chance is not known. */
export function skill(run: RunFacts): number | null {
  return skillOf(run, presentLoss(run))
}

/** The better of the skills on training and validation data: dropout makes the former look bad. */
export function bestSkill(run: RunFacts): number | null {
  const own = skill(run)
  const other = validationSkill(run)
  if (own === null || !Number.isFinite(own)) return other
  return other === null ? own : Math.max(own, other)
}

/** Has learnt less than half of what there is to learn; without a chance level, lost less than a third of the loss. */
export function stuck(run: RunFacts): boolean {
  const s = bestSkill(run)
  if (s !== null) return !(s >= 0.5)
  const first = run.loss[0]
  if (first === undefined) return true
  return !(presentLoss(run) < first - 0.3 * Math.abs(first))
}

/** Skill on the validation samples at the last look; null where there is none. */
export function validationSkill(run: RunFacts): number | null {
  const last = run.end?.validationLoss ?? run.epochs.at(-1)?.validationLoss
  return last === undefined || !Number.isFinite(last) ? null : skillOf(run, last)
}

/** L_chance where it is known, else the first loss. */
export function scale(run: RunFacts): number {
  return Math.max(1e-9, run.chance ?? Math.abs(run.loss[0] ?? 1))
}

/** Deviation of the losses of the last half from their 9-step mean, as a share of chance; healthy runs stay below 0.18. */
export function lossNoise(run: RunFacts): number {
  const half = run.loss.slice(run.loss.length >> 1)
  if (half.length < 20) return 0
  const off: number[] = []
  for (let at = 4; at < half.length - 4; at++) off.push((half[at] ?? 0) - mean(half.slice(at - 4, at + 5)))
  const centre = mean(off)
  return Math.sqrt(mean(off.map((value) => (value - centre) ** 2))) / scale(run)
}

/** Fall of the median loss from the third quarter to the last one, as a share of chance. */
export function lastDrop(run: RunFacts): number {
  const quarter = run.loss.length >> 2
  if (quarter < 5) return Infinity
  const third = median(run.loss.slice(-2 * quarter, -quarter)) ?? 0
  const last = median(run.loss.slice(-quarter)) ?? 0
  return (third - last) / scale(run)
}

/** Median over layers of ‖ΔW‖/‖W‖ in a sample; null where no layer has one. */
export function updateOf(sample: RunSample): number | null {
  return median([...sample.updateRatio.values()].filter((value) => value >= 0 && Number.isFinite(value)))
}

/** Median update ratio over samples from step `from` to `to`. */
export function update(run: RunFacts, from: number, to = Infinity): number | null {
  const values = run.samples.flatMap((sample) => {
    const value = sample.step >= from && sample.step <= to ? updateOf(sample) : null
    return value === null ? [] : [value]
  })
  return median(values)
}
