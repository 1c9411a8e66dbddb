/** What gradients show on their way back through a sequence: they explode, or nothing is left of them. */
import type { Plan } from '../analyse/plan'
import type { Path } from '../graph/document'
import { clipGradient, fitInitialisers, lowerRate, normalise } from './cures'
import type { CureEdit } from './finding'
import { median } from './flow'
import { stuck, validationSkill } from './learning'
import { cure, found, say, type Found, rankOf } from './make'
import { isRecurrent } from './net'
import type { RunFacts, RunSample } from './signals'

/** log10 of the gradient at the first over the last tenth of the steps in time, strongest first. */
function timeFlow(sample: RunSample): number | null {
  const values = [...sample.time.values()].flatMap(({ first, last }) =>
    last > 0 && Number.isFinite(first) && Number.isFinite(last)
      ? [Math.log10(Math.max(first, 1e-45) / last)]
      : [],
  )
  return values.length === 0 ? null : Math.max(...values)
}

export function totalNorm(sample: RunSample): number {
  return Math.hypot(...[...sample.gradNorm.values()].filter((value) => value > 0))
}

export function firstRecurrent(plan: Plan): Path | null {
  return plan.steps.find(isRecurrent)?.path ?? null
}

/** Whether clipping keeps a large gradient from doing harm. */
function clipped(plan: Plan): boolean {
  return plan.training.every(({ settings }) => settings.clip !== null && settings.clip.norm <= 10)
}

export function explodingCures(plan: Plan, inTime: boolean) {
  const refit = fitInitialisers(plan)
  const clip = clipGradient(plan)
  if (inTime) {
    const both = [...(refit?.edits ?? []), ...(clip?.edits ?? [])]
    const label =
      refit === null ? 'Clip the gradient to norm 1' : 'Start the recurrence orthogonal and clip the gradient'
    return [
      both.length === 0 ? null : cure('tame-recurrence', label, ...both),
      clip,
      gated(plan),
      lowerRate(plan, 10),
    ]
  }
  return [refit, normalise(plan), clip, lowerRate(plan, 10)]
}

/** A GRU in the place of every plain recurrent layer. */
function gated(plan: Plan) {
  const edits = plan.steps.flatMap((step): CureEdit[] =>
    step.definition.type === 'simple-rnn'
      ? [
          {
            kind: 'replace',
            path: step.path,
            type: 'gru',
            params: {
              activation: 'tanh',
              kernelInitialiser: { kind: 'glorotUniform' },
              recurrentInitialiser: { kind: 'orthogonal', gain: 1 },
            },
          },
        ]
      : [],
  )
  return edits.length === 0
    ? null
    : cure('use-gru', 'Put a GRU in the place of the plain recurrent layer', ...edits)
}

export function explodingInTime(plan: Plan, run: RunFacts): Found[] {
  if (clipped(plan) || firstRecurrent(plan) === null) return []
  const norms = run.samples.map(totalNorm)
  const hit = run.samples.find((sample) => {
    const grown = timeFlow(sample) ?? 0
    return (grown > 3 && totalNorm(sample) > 100) || (grown > 1 && totalNorm(sample) > 1e3)
  })
  const typical = median(norms) ?? 0
  const burst = run.samples.find(
    (sample) => totalNorm(sample) > 1e3 && totalNorm(sample) > 100 * Math.max(1, norms[0] ?? 0),
  )
  const at = hit ?? burst
  if (at === undefined) return []
  const grown = timeFlow(at)
  const inTime = grown === null ? '' : ` Going back through time it grows by ${say(grown)} decades.`
  return [
    found('exploding-gradient', {
      path: firstRecurrent(plan),
      step: at.step,
      evidence: `At step ${at.step} the gradient has a norm of ${say(totalNorm(at))}, where ${say(typical)} is typical of this run.${inTime}`,
      chart: {
        kind: 'time',
        title: 'Gradient norm',
        steps: run.samples.map(({ step }) => step),
        series: [{ name: 'norm', values: norms }],
        level: null,
      },
      cures: explodingCures(plan, true),
      // What begins to grow only later may have been thrown there by steps too large.
      ...(at.step > 6 ? { rank: rankOf('learning-rate-too-high') + 0.2 } : {}),
    }),
  ]
}

export function throughTime(plan: Plan, run: RunFacts): Found[] {
  const last = run.samples.at(-1)
  const at = firstRecurrent(plan)
  // What is learnt by heart without its beginning does not carry over to new sequences.
  const fresh = validationSkill(run)
  if (last === undefined || at === null || !(stuck(run) || (fresh !== null && fresh < 0.2))) return []
  const flows = run.samples.flatMap((sample) => timeFlow(sample) ?? [])
  // What a net without a beginning learns by heart may widen the gradient's way later on.
  const now = median(flows.slice(0, Math.max(4, flows.length >> 1)))
  if (now === null || now >= -3) return []
  return [
    found('vanishing-through-time', {
      path: at,
      step: last.step,
      evidence: `The gradient that reaches the first tenth of the sequence is ${say(10 ** now)} of that at the last tenth.`,
      chart: {
        kind: 'time',
        title: 'Gradient at the start of the sequence over that at its end (decades)',
        steps: run.samples.map(({ step }) => step),
        series: [{ name: at, values: run.samples.map((sample) => timeFlow(sample) ?? NaN) }],
        level: { name: 'vanishing', value: -3 },
      },
      cures: [attend(plan, at), gated(plan)],
      persists: true,
    }),
  ]
}

/** Places, one encoder block and a mean over the sequence in the place of a recurrent layer that gives its last output. */
function attend(plan: Plan, path: Path) {
  const step = plan.byPath.get(path)
  const sequence = step?.inputSpecs['x']
  const input = step?.inputs['x']
  if (step === undefined || sequence === undefined || !('shape' in sequence) || input === undefined)
    return null
  if (!('path' in input) || step.params['returnSequences'] === true) return null
  const width = step.params['units']
  if (typeof width !== 'number') return null
  return cure(
    'use-attention',
    'Read the sequence with attention in the place of recurrence',
    { kind: 'replace', path, type: 'global-average-pool1d', params: {} },
    ...(['dense', 'sinusoidal-position', 'encoder-block'] as const).map((type): CureEdit => ({
      kind: 'insert',
      after: input.path,
      port: input.port,
      into: { path, port: 'x' },
      type,
      params: blockParams(type, width),
    })),
  )
}

function blockParams(type: string, width: number): Record<string, unknown> {
  if (type === 'dense') return { units: width }
  if (type === 'sinusoidal-position') return {}
  return { heads: 1, keySize: width }
}
