/** A loss that falls no more, far from what is possible. */
import type { Plan } from '../analyse/plan'
import { cosine, otherRate } from './cures'
import type { CureEdit, RuleId } from './finding'
import { bestSkill, lastDrop, presentLoss, skill, update, updateOf } from './learning'
import { lossChart } from './loss-chart'
import { cure, found, percent, say, type Found } from './make'
import { netOf, outputLayers } from './net'
import type { RunFacts } from './signals'

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

export function standstill(plan: Plan, run: RunFacts): Found[] {
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
