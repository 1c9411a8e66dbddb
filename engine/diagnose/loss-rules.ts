/** What the loss and the size of the steps show: rates, noise, standstill, and how well new samples are met. */
import type { Plan } from '../analyse/plan'
import { cosine, clipGradient, dropOut, lowerRate, otherRate } from './cures'
import type { Chart, CureEdit, RuleId } from './finding'
import { median } from './flow'
import {
  bestSkill,
  lastDrop,
  lossNoise,
  presentLoss,
  scale,
  skill,
  stuck,
  update,
  updateOf,
} from './learning'
import { cure, found, percent, say, type Found } from './make'
import { hasWeights, isDense, judged, netOf, outputLayers } from './net'
import { depthChart } from './signal-rules'
import type { RunFacts, SampleFacts } from './signals'

const mostPoints = 200

/** At most so many points of a curve, evenly spread. */
export function lossChart(run: RunFacts): Chart {
  const stride = Math.max(1, Math.ceil(run.loss.length / mostPoints))
  const rows = Array.from({ length: Math.ceil(run.loss.length / stride) }, (_, at) => at * stride)
  return {
    kind: 'time',
    title: 'Loss',
    steps: rows.map((row) => row + 1),
    series: [{ name: 'training', values: rows.map((row) => run.loss[row] ?? NaN) }],
    level: run.chance === null ? null : { name: 'guessing', value: run.chance },
  }
}

/** Training and validation loss by epoch. */
function epochChart(run: RunFacts): Chart {
  return {
    kind: 'time',
    title: 'Loss by epoch',
    steps: run.epochs.map(({ step }) => step),
    series: [
      { name: 'training', values: run.epochs.map(({ trainLoss }) => trainLoss) },
      { name: 'validation', values: run.epochs.map(({ validationLoss }) => validationLoss) },
    ],
    level: run.chance === null ? null : { name: 'guessing', value: run.chance },
  }
}

/** Whether one class is so common that a batch with a rare sample, or a wrong answer for one, stands out by far. */
function hasRareClass(samples: SampleFacts): boolean {
  return samples.losses.some(({ majority }) => majority !== null && majority > 0.9)
}

function tooHigh(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
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

function tooLow(plan: Plan, run: RunFacts): Found[] {
  const ratio = update(run, 2)
  if (ratio === null || run.step < 10 || !stuck(run)) return []
  const warming = plan.training.some(({ settings }) => settings.schedule.warmup >= run.step)
  // Between the lines it is the loss that tells: it falls steadily, but by next to nothing.
  const early = update(run, 2, 21) ?? 0
  if (warming || ratio >= 1e-5 || early >= 1e-4) return []
  return [
    found('learning-rate-too-low', {
      step: run.samples.at(-1)?.step ?? run.step,
      evidence: `A step changes the weights by ${say(ratio)} of their size (median over layers); about 1e-3 is healthy.`,
      chart: lossChart(run),
      cures: [otherRate(plan, ratio, 1)],
      persists: true,
    }),
  ]
}

function noise(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
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

function notFinite(plan: Plan, run: RunFacts): Found[] {
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

/**
 * The update ratio to which a schedule has brought the run long before its end, or null where it has not: at the very
 * end a rate may well have fallen to nothing.
 */
function diedAt(run: RunFacts): number | null {
  const early = update(run, 2, 21)
  const s = skill(run)
  if (early === null || early <= 0 || s === null || s >= 0.9) return null
  const tiny = (value: number | null) =>
    value !== null && (value < 1e-7 || (value < 1e-3 * early && value < 1e-5))
  const last = run.samples.at(-1)
  const dead = run.samples.find((sample) => sample.step < 0.8 * run.totalSteps && tiny(updateOf(sample)))
  const now = last === undefined ? null : updateOf(last)
  return dead !== undefined && tiny(now) ? now : null
}

function standstill(plan: Plan, run: RunFacts): Found[] {
  const s = bestSkill(run)
  const now = diedAt(run)
  if (now !== null)
    return [
      found('plateau', {
        step: run.step,
        evidence: `A step changes the weights by ${say(now)} of their size by now, ${percent(Math.max(0, s ?? 0))} of what there is to learn is learnt.`,
        chart: lossChart(run),
        cures: [cosine(plan), otherRate(plan, null, 1)],
        persists: true,
      }),
    ]
  const seen = run.step * run.batchSize
  const long = run.step >= 200 && seen >= 3 * run.trainSamples
  if (s === null || !long || !(s < 0.2) || !(Math.abs(lastDrop(run)) < 0.01 || lastDrop(run) < 0.01))
    return []
  const small = netOf(plan).path.length <= 3
  const rule: RuleId = small ? 'underfitting' : 'plateau'
  const evidence = `After ${run.step} steps ${percent(Math.max(0, s))} of what there is to learn is learnt (loss ${say(presentLoss(run))}, guessing costs ${say(run.chance ?? NaN)}), and the loss falls no more.`
  return [
    found(rule, {
      step: run.step,
      evidence,
      chart: lossChart(run),
      cures: small ? [...grow(plan), otherRate(plan, null, 1)] : [otherRate(plan, null, 1), cosine(plan)],
      persists: true,
    }),
  ]
}

/** A larger network: hidden layers before the output, or more units in those that are there. */
function grow(plan: Plan) {
  const [output] = outputLayers(plan)
  const step = output === undefined ? undefined : plan.byPath.get(output)
  const input = step?.inputs['x']
  const hidden = plan.steps.filter(
    (one) => one.definition.type === 'dense' && !outputLayers(plan).has(one.path),
  )
  const rate = plan.training.flatMap(({ index, settings: { optimiser } }): CureEdit[] =>
    optimiser.kind === 'sgd'
      ? [
          {
            kind: 'step',
            index,
            optimiser: { kind: 'adam', learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
          },
        ]
      : [],
  )
  const insert =
    step === undefined || input === undefined || !('path' in input) || step.definition.type !== 'dense'
      ? null
      : cure(
          'add-hidden-layers',
          'Add two hidden layers of 64',
          ...Array.from({ length: 2 }, (): CureEdit => ({
            kind: 'insert',
            after: input.path,
            port: input.port,
            into: { path: step.path, port: 'x' },
            type: 'dense',
            params: { units: 64, activation: 'relu', kernelInitialiser: { kind: 'heNormal' } },
          })),
          ...rate,
        )
  const wider =
    hidden.length === 0
      ? null
      : cure(
          'more-units',
          'Give the hidden layers four times the units',
          ...hidden.map((one): CureEdit => ({
            kind: 'set',
            path: one.path,
            params: { units: Math.max(32, 4 * Number(one.params['units'])) },
          })),
        )
  return [insert, wider]
}

function bestEpoch(run: RunFacts) {
  return run.epochs.reduce<RunFacts['epochs'][number] | null>(
    (best, epoch) => (best === null || epoch.validationLoss < best.validationLoss ? epoch : best),
    null,
  )
}

function generalisation(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
  const now = run.epochs.at(-1)
  const best = bestEpoch(run)
  const s = skill(run)
  if (now === undefined || best === null || run.chance === null || s === null || !(s > 0.5)) return []
  const trainLoss = run.end?.trainLoss ?? now.trainLoss
  const trainAccuracy = run.end?.trainAccuracy ?? now.trainAccuracy
  const { validationLoss, validationAccuracy } = now
  const gap =
    trainAccuracy === null || validationAccuracy === null ? null : trainAccuracy - validationAccuracy
  const facts = samples.losses.find(({ majority }) => majority !== null)
  const guessing = facts?.majority ?? null
  const blind =
    facts !== undefined &&
    guessing !== null &&
    validationLoss > run.chance &&
    best.validationLoss > 0.97 * run.chance &&
    (validationAccuracy === null || validationAccuracy < guessing + 0.05) &&
    (trainAccuracy === null || trainAccuracy > 0.8)
  if (blind)
    return [
      found('labels-without-signal', {
        step: now.step,
        evidence: `On the training samples ${trainAccuracy === null ? `the loss is ${say(trainLoss)}` : `${percent(trainAccuracy)} is right`}, but the validation loss was never better than ${say(best.validationLoss)}, where guessing costs ${say(run.chance)}.`,
        chart: epochChart(run),
      }),
    ]
  // What a handful of validation samples may differ by chance.
  const doubt = 0.5 / Math.sqrt(Math.max(1, run.validationSamples))
  const recent = median(run.epochs.slice(-3).map((epoch) => epoch.validationLoss)) ?? validationLoss
  const rising =
    recent > 1.15 * best.validationLoss &&
    trainLoss < 0.5 * recent &&
    (gap === null || gap > 0.05 + doubt) &&
    recent - best.validationLoss > 0.1 * run.chance
  const apart = gap !== null && trainAccuracy !== null && trainAccuracy > 0.95 && gap > 0.15 + doubt
  if (!rising && !apart) return []
  const stop: CureEdit = { kind: 'training', length: { epochs: Math.max(1, best.epoch) } }
  return [
    found('overfitting', {
      step: now.step,
      evidence: `The validation loss is ${say(validationLoss)} (its best was ${say(best.validationLoss)}, after epoch ${best.epoch}), the training loss ${say(trainLoss)}.`,
      chart: epochChart(run),
      cures: [
        best.epoch < now.epoch && rising
          ? cure('stop-early', `Stop after epoch ${best.epoch}, where validation was best`, stop)
          : null,
        dropOut(plan),
        fewerUnits(plan),
      ],
      persists: true,
    }),
  ]
}

function fewerUnits(plan: Plan) {
  const outputs = outputLayers(plan)
  const edits = plan.steps.flatMap((step): CureEdit[] => {
    const units = Number(step.params['units'])
    return isDense(step) && hasWeights(step) && !outputs.has(step.path) && units >= 16
      ? [{ kind: 'set', path: step.path, params: { units: Math.round(units / 4) } }]
      : []
  })
  return edits.length === 0 ? null : cure('fewer-units', 'Use a quarter of the hidden units', ...edits)
}

function imbalance(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
  const { recalls } = run
  const data = samples.data.find(({ classes }) => classes !== null)
  if (recalls === null || data === undefined || data.classes === null) return []
  const there = data.classes.filter((count) => count > 0)
  const ratio = Math.max(...there) / Math.min(...there)
  const worst = Math.min(...recalls.filter((recall) => !Number.isNaN(recall)))
  if (there.length < 2 || ratio < 10 || !(worst < 0.3)) return []
  return [
    found('class-imbalance', {
      path: data.path,
      step: run.step,
      evidence: `The commonest class has ${say(ratio)} times the samples of the rarest; of one class only ${percent(worst)} is recognised.`,
      chart: {
        kind: 'bars',
        title: 'Samples of each class',
        labels: data.classes.map((_, k) => String(k)),
        values: data.classes,
      },
      cures: [weighClasses(plan, data.classes), judgeByF1(plan)],
    }),
  ]
}

function weighClasses(plan: Plan, counts: readonly number[]) {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const weights = counts.map((count) => Number((total / (counts.length * Math.max(1, count))).toPrecision(4)))
  const edits = plan.losses.flatMap((path): CureEdit[] => {
    const loss = plan.byPath.get(path)
    if (loss === undefined || !Object.hasOwn(loss.definition.fields, 'classWeights')) return []
    return [{ kind: 'set', path, params: { classWeights: weights } }]
  })
  return edits.length === 0
    ? null
    : cure('weigh-classes', 'Let rare classes count more in the loss', ...edits)
}

function judgeByF1(plan: Plan) {
  const loss = plan.losses
    .map((path) => plan.byPath.get(path))
    .find((step) => step !== undefined && judged(step).target !== null)
  if (loss === undefined || plan.metrics.some((path) => plan.byPath.get(path)?.definition.type === 'f1'))
    return null
  return cure('judge-by-f1', 'Judge by F1', { kind: 'beside', loss: loss.path, type: 'f1' })
}

/** Fields that hold a share to drop. */
const dropFields = ['rate', 'dropout'] as const

function overRegularised(plan: Plan, run: RunFacts): Found[] {
  const dropped = plan.steps.flatMap((step) =>
    dropFields.flatMap((field) => {
      const share = step.params[field]
      const drops = field === 'dropout' || step.definition.type.includes('dropout')
      return drops && typeof share === 'number' && share > 0.5 ? [{ step, field, share }] : []
    }),
  )
  const decayed = plan.training.flatMap(({ index, settings: { optimiser } }) =>
    optimiser.kind === 'adamw' && optimiser.weightDecay > 0.5 ? [{ index, optimiser }] : [],
  )
  const priced = plan.steps.filter(
    (step) => step.definition.type === 'regulariser' && Number(step.params['strength']) > 0.05,
  )
  if (dropped.length + decayed.length + priced.length === 0) return []
  if (!(run.step >= 100 || (run.ended && run.step >= 40)) || !stuck(run)) return []
  const what =
    dropped[0] !== undefined
      ? `${dropped[0].step.path} drops ${percent(dropped[0].share)} of its values`
      : decayed[0] !== undefined
        ? `The weight decay is ${say(decayed[0].optimiser.weightDecay)}`
        : `${priced[0]?.path ?? ''} weighs ${say(Number(priced[0]?.params['strength']))}`
  const edits: CureEdit[] = [
    ...dropped.map(({ step, field, share }): CureEdit => ({
      kind: 'set',
      path: step.path,
      params: { [field]: share > 0.3 ? (step.definition.type.includes('dropout') ? 0.2 : 0.1) : share },
    })),
    ...decayed.map(({ index, optimiser }): CureEdit => ({
      kind: 'step',
      index,
      optimiser: { ...optimiser, weightDecay: 1e-4 },
    })),
    ...priced.map((step): CureEdit => ({ kind: 'set', path: step.path, params: { strength: 1e-4 } })),
  ]
  return [
    found('over-regularised', {
      path: dropped[0]?.step.path ?? priced[0]?.path ?? null,
      step: run.step,
      evidence: `${what}, and after ${run.step} steps only ${percent(Math.max(0, bestSkill(run) ?? 0))} of what there is to learn is learnt.`,
      chart: lossChart(run),
      cures: [cure('regularise-less', 'Regularise less', ...edits)],
      persists: true,
    }),
  ]
}

/** Rules that explain why steps stay small or nothing is learnt, so that a rate too low is not to blame. */
const blocking: ReadonlySet<RuleId> = new Set([
  'bad-initialisation',
  'exploding-gradient',
  'dead-relu',
  'vanishing-gradient',
  'saturated-activation',
  'learning-rate-too-high',
  'vanishing-through-time',
  'nan-loss',
  'loss-activation-mismatch',
  'wrong-output-width',
  'over-regularised',
])

/** What the course of the loss shows; `known` has been found by other rules. */
export function lossRules(
  plan: Plan,
  samples: SampleFacts,
  run: RunFacts,
  known: readonly Found[],
): readonly Found[] {
  const imbalanced = imbalance(plan, samples, run)
  const bad = notFinite(plan, run)
  if (!run.ordinary) return bad
  const strong = [...overRegularised(plan, run), ...tooHigh(plan, samples, run), ...bad]
  const blocked = [...known, ...strong].some(
    ({ finding }) => finding.severity === 'warn' && blocking.has(finding.rule),
  )
  const slow = blocked ? [] : tooLow(plan, run)
  const still = blocked || slow.length > 0 || imbalanced.length > 0 ? [] : standstill(plan, run)
  const split = known.some(({ finding }) => finding.rule === 'split-mismatch')
  const general = split ? [] : generalisation(plan, samples, run)
  return [...strong, ...noise(plan, samples, run), ...slow, ...still, ...general, ...imbalanced]
}
