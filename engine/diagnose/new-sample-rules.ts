/** What generalises and what does not: overfitting, labels without signal, rare classes, too much regularisation. */
import { nameOf } from '../analyse/name-of'
import type { Plan } from '../analyse/plan'
import { dropOut } from './cures'
import type { CureEdit } from './finding'
import { median } from './flow'
import { bestSkill, skill, stuck } from './learning'
import { epochChart, lossChart } from './loss-chart'
import { cure, found, percent, say, type Found } from './make'
import { hasWeights, isDense, judged, outputLayers } from './net'
import type { RunFacts, SampleFacts } from './signals'

function bestEpoch(run: RunFacts) {
  return run.epochs.reduce<RunFacts['epochs'][number] | null>(
    (best, epoch) => (best === null || epoch.validationLoss < best.validationLoss ? epoch : best),
    null,
  )
}

export function generalisation(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
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

export function imbalance(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
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

export function overRegularised(plan: Plan, run: RunFacts): Found[] {
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
      ? `${nameOf(plan, dropped[0].step.path)} drops ${percent(dropped[0].share)} of its values`
      : decayed[0] !== undefined
        ? `The weight decay is ${say(decayed[0].optimiser.weightDecay)}`
        : `${nameOf(plan, priced[0]?.path ?? '')} weighs ${say(Number(priced[0]?.params['strength']))}`
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
