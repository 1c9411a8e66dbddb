/** What the size of the steps and the noise of the loss show: a learning rate too high or too low, a loss that swings or is not finite. */
import type { Plan } from '../analyse/plan'
import { cosine, clipGradient, lowerRate, otherRate } from './cures'
import type { CureEdit } from './finding'
import { bestSkill, lossNoise, scale, stuck, update, updateOf } from './learning'
import { lossChart } from './loss-chart'
import { cure, found, percent, say, type Found } from './make'
import { depthChart } from './signal-rules'
import type { RunFacts, SampleFacts } from './signals'

/** Whether one class is so common that a batch with a rare sample, or a wrong answer for one, stands out by far. */
function hasRareClass(samples: SampleFacts): boolean {
  return samples.losses.some(({ majority }) => majority !== null && majority > 0.9)
}

export function tooHigh(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
  const [first] = run.loss
  if (first === undefined || (run.step < 5 && run.notFinite === null)) return []
  const early = update(run, 2, 6) ?? (run.notFinite === null ? null : update(run, 1, 1))
  const later = update(run, 11)
  const finite = run.loss.filter(Number.isFinite)
  const most = finite.reduce((largest, value) => Math.max(largest, value), 0)
  const peak = most / Math.max(Math.abs(first), scale(run))
  const small = run.batchSize <= 4 && run.trainSamples > run.batchSize
  const diverged = peak > (small ? 4 : 2) || run.notFinite !== null
  const large = (early !== null && early > 0.1) || (later !== null && later > 0.1)
  const settled = run.step >= 40 || run.ended
  const s = bestSkill(run)
  // A spike that the run has recovered from is no alarm.
  const recovered = s !== null && s >= 0.8 && run.notFinite === null
  const hit =
    (large && settled && stuck(run)) ||
    (large && diverged && !recovered) ||
    (peak > 10 && !recovered && !hasRareClass(samples))
  const wild =
    diverged && !large && !hasRareClass(samples) && !recovered && run.step >= 10 && peak > (small ? 8 : 4)
  if (!hit && !wild) return []
  const ratio = Math.max(early ?? 0, later ?? 0)
  // Before the weights are thrown away their size still tells what rate they would bear.
  const begun = run.samples[0] === undefined ? null : updateOf(run.samples[0])
  const warming = plan.training.some(({ settings }) => settings.schedule.warmup > 1)
  const bearable = begun !== null && begun > 0.03 && !warming ? begun : ratio
  const at = run.loss.indexOf(most) + 1
  const grown =
    peak > 1.5 ? ` The loss went up to ${say(most)} at step ${at}, ${say(peak)} times the first.` : ''
  const step = run.samples.find((sample) => (updateOf(sample) ?? 0) > 0.1)?.step ?? at
  return [
    found('learning-rate-too-high', {
      step,
      evidence: `A step changes the weights by ${percent(ratio)} of their size (median over layers); about 0.1 % is healthy.${grown}`,
      chart: lossChart(run),
      cures: [otherRate(plan, bearable > 0 ? bearable : null, -1), clipGradient(plan), warmUp(plan, run)],
      persists: run.notFinite === null,
    }),
  ]
}

function warmUp(plan: Plan, run: RunFacts) {
  const steps = Math.max(5, Math.round(run.totalSteps / 20))
  const edits = plan.training
    .filter(({ settings }) => settings.schedule.warmup < steps)
    .map(({ index, settings }): CureEdit => ({
      kind: 'step',
      index,
      schedule: { ...settings.schedule, warmup: steps },
    }))
  return edits.length === 0
    ? null
    : cure('warm-up', `Warm the learning rate up over ${steps} steps`, ...edits)
}

export function tooLow(plan: Plan, run: RunFacts): Found[] {
  const ratio = update(run, 2)
  if (ratio === null || run.step < 10 || !stuck(run)) return []
  const warming = plan.training.some(({ settings }) => settings.schedule.warmup >= run.step)
  // Between the lines it is the loss that tells: it falls steadily, but by next to nothing.
  const early = update(run, 2, 21) ?? 0
  if (warming || ratio >= 1e-5 || early >= 1e-4) return []
  return [
    found('learning-rate-too-low', {
      step: run.samples.at(-1)?.step ?? run.step,
      evidence: `A step changes the weights by ${say(ratio)} of their size (median over layers); about 0.1 % is healthy.`,
      chart: lossChart(run),
      cures: [otherRate(plan, ratio, 1)],
      persists: true,
    }),
  ]
}

export function noise(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
  const share = lossNoise(run)
  const moving = update(run, 11)
  // Weights that hardly move do not swing: then batches merely differ. So they do where a rare class costs most.
  if (!(share > 0.2) || hasRareClass(samples) || (moving !== null && moving < 3e-4)) return []
  const evidence = `Over the last half the loss swings from step to step by ${percent(share)} of what guessing costs.`
  const full = run.trainSamples <= run.batchSize
  if (run.batchSize <= 4 && !full && run.step >= 40) {
    const size = Math.min(32, run.trainSamples)
    return [
      found('batch-too-small', {
        step: run.step,
        evidence: `${evidence} A batch holds ${run.batchSize} of ${run.trainSamples} samples.`,
        chart: lossChart(run),
        cures: [cure('larger-batch', `Use batches of ${size}`, { kind: 'training', batchSize: size })],
        persists: true,
      }),
    ]
  }
  if (run.step <= 100) return []
  return [
    found('oscillating-loss', {
      step: run.step,
      evidence,
      chart: lossChart(run),
      cures: [lowerRate(plan, 10), cosine(plan), lowerMomentum(plan)],
      persists: true,
    }),
  ]
}

function lowerMomentum(plan: Plan) {
  const edits = plan.training.flatMap(({ index, settings: { optimiser } }): CureEdit[] =>
    optimiser.kind === 'momentum' && optimiser.momentum > 0.8
      ? [{ kind: 'step', index, optimiser: { ...optimiser, momentum: 0.8 } }]
      : [],
  )
  return edits.length === 0 ? null : cure('lower-momentum', 'Lower the momentum to 0.8', ...edits)
}

export function notFinite(plan: Plan, run: RunFacts): Found[] {
  const bad = run.notFinite
  if (bad === null) return []
  const last = run.samples.at(-1)
  return [
    found('nan-loss', {
      path: bad.path,
      step: bad.step,
      evidence: `At step ${bad.step} ${bad.what}.`,
      chart: last === undefined ? null : depthChart(plan, 'Gradient norm', last.gradNorm),
      cures: [lowerRate(plan, 10), clipGradient(plan)],
    }),
  ]
}
