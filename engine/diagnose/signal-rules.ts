/** How values and gradients pass through the layers: exploding, vanishing, dead and saturated. */
import { nameOf } from '../analyse/name-of'
import type { Plan } from '../analyse/plan'
import type { Path } from '../graph/document'
import { fitInitialisers, lowerRate, normalise, otherBend, zeroBiases } from './cures'
import type { Chart } from './finding'
import { flow, median } from './flow'
import { bestSkill, scale, stuck } from './learning'
import { found, percent, rankOf, say, type Found } from './make'
import { bendBehind, bendOf, netOf, outputLayers } from './net'
import { tame, type RunFacts, type RunSample, type SampleFacts } from './signals'
import { explodingCures, totalNorm, explodingInTime, throughTime, firstRecurrent } from './time-rules'

const flat: ReadonlySet<string> = new Set(['sigmoid', 'hard-sigmoid', 'tanh', 'hard-tanh', 'softsign'])
const rectified: ReadonlySet<string> = new Set(['relu', 'relu6'])

/** Values of the layers of the longest path, first to last; -1 where a layer has none. */
function along(plan: Plan, values: ReadonlyMap<Path, number>): number[] {
  return netOf(plan).path.map((path) => values.get(path) ?? -1)
}

export function depthChart(plan: Plan, title: string, values: ReadonlyMap<Path, number>): Chart {
  const { path } = netOf(plan)
  return { kind: 'depth', title, paths: path, values: along(plan, values), log: true }
}

/** log10 of first over last of the values above zero along the path; null with fewer than two. */
function growth(values: readonly number[]): number | null {
  const there = values.filter((value) => value > 0 && Number.isFinite(value))
  const [first, last] = [there[0], there.at(-1)]
  return first === undefined || last === undefined || there.length < 2 ? null : Math.log10(first / last)
}

function deltaFlow(plan: Plan, sample: RunSample): number | null {
  return growth(along(plan, sample.delta))
}

function forwardGrowth(plan: Plan, sample: RunSample): number | null {
  const values = netOf(plan).path.map((path) => sample.activity.get(path)?.deviation ?? -1)
  const backwards = growth(values)
  return backwards === null ? null : -backwards
}

function exploding(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
  const first = run.samples[0]
  if (first === undefined) return []
  const forward = forwardGrowth(plan, first) ?? 0
  const backward = deltaFlow(plan, first) ?? 0
  const grown = Math.max(forward, backward)
  const { path } = netOf(plan)
  if (path.length >= 3 && grown > 3)
    return [
      found('exploding-gradient', {
        path: (forward >= backward ? path.at(-1) : path[0]) ?? null,
        step: first.step,
        evidence:
          forward >= backward
            ? `From the first to the last layer the values grow by ${say(forward)} decades before any training.`
            : `From the last layer back to the first the gradient grows by ${say(backward)} decades before any training.`,
        chart: depthChart(plan, 'Gradient of each layer’s output (RMS)', first.delta),
        cures: explodingCures(plan, false),
      }),
    ]
  const start = run.loss[0] ?? 0
  if (run.chance !== null && start > 20 * scale(run) && totalNorm(first) > 1e3 && tame(samples))
    return [
      found('exploding-gradient', {
        path: path[0] ?? null,
        step: first.step,
        evidence: `The first loss is ${say(start)}, ${say(start / scale(run))} times that of guessing, and the gradient has a norm of ${say(totalNorm(first))}.`,
        chart: depthChart(plan, 'Gradient norm', first.gradNorm),
        cures: explodingCures(plan, firstRecurrent(plan) !== null),
      }),
    ]
  return explodingInTime(plan, run)
}

/** Weights so large that the scores begin far from guessing: the first steps go into making them small again. */
function wideStart(plan: Plan, samples: SampleFacts, run: RunFacts): Found[] {
  const [start] = run.loss
  const refit = fitInitialisers(plan)
  const classes = samples.losses.every(({ task }) => task !== 'values')
  if (start === undefined || refit === null || run.chance === null || !classes || !tame(samples)) return []
  const rare = samples.losses.some(({ majority }) => majority !== null && majority > 0.9)
  if (rare || !(start > 8 * run.chance)) return []
  const [first] = refit.edits
  return [
    found('bad-initialisation', {
      path: first?.kind === 'set' ? first.path : null,
      title: 'First weights too large',
      step: 1,
      evidence: `The first loss is ${say(start)}, ${say(start / run.chance)} times what guessing costs: the first weights are too large for the scores they make.`,
      cures: [refit],
      // What explodes from layer to layer is said more exactly.
      rank: rankOf('exploding-gradient') + 0.5,
    }),
  ]
}

/** Rectified nodes with the share of units that are zero for the whole batch. */
function deadShares(plan: Plan, sample: RunSample): { readonly path: Path; readonly dead: number }[] {
  return [...sample.activity].flatMap(([path, { dead }]) => {
    const step = plan.byPath.get(path)
    return step !== undefined && rectified.has(bendOf(step)) ? [{ path, dead }] : []
  })
}

const barsOf = (
  plan: Plan,
  title: string,
  shares: readonly { readonly path: Path; readonly dead: number }[],
): Chart => ({
  kind: 'bars',
  title,
  labels: shares.map(({ path }) => nameOf(plan, path)),
  values: shares.map(({ dead }) => dead),
})

function deadRelu(plan: Plan, run: RunFacts): Found[] {
  const [first, last] = [run.samples[0], run.samples.at(-1)]
  if (first === undefined || last === undefined) return []
  const worst = (shares: readonly { readonly path: Path; readonly dead: number }[]) =>
    shares.reduce<{ path: Path; dead: number } | null>(
      (most, one) => (most === null || one.dead > most.dead ? one : most),
      null,
    )
  // The first of the dead is the cause: what comes behind it gets constants.
  const atStart = deadShares(plan, first).find(({ dead }) => dead >= 0.9)
  const leaky = otherBend(plan, 'use-elu', 'Use ELU in the place of ReLU', rectified, 'elu')
  if (atStart !== undefined && run.batchSize >= 4)
    return [
      found('dead-relu', {
        path: atStart.path,
        step: first.step,
        evidence: `${percent(atStart.dead)} of the units of ${nameOf(plan, atStart.path)} are zero for the whole first batch.`,
        chart: barsOf(plan, 'Dead units', deadShares(plan, first)),
        cures: [zeroBiases(plan), fitInitialisers(plan), leaky],
      }),
    ]
  const now = worst(deadShares(plan, last))
  const before = worst(deadShares(plan, run.samples.at(-2) ?? last))
  if (now === null || before === null || run.step < 10) return []
  const dead = Math.min(now.dead, before.dead)
  const rows = run.batchSize >= 16
  if (dead < 0.9 && !(dead > 0.5 && rows)) return []
  const serious = (dead >= 0.9 && !((bestSkill(run) ?? 0) >= 0.9)) || stuck(run)
  return [
    found('dead-relu', {
      path: now.path,
      severity: serious && (dead >= 0.9 || run.step >= 50) ? 'warn' : 'info',
      step: last.step,
      evidence: `${percent(now.dead)} of the units of ${nameOf(plan, now.path)} are zero for the whole batch at step ${last.step}; at the start ${percent(first.activity.get(now.path)?.dead ?? 0)} were.`,
      chart: barsOf(plan, 'Dead units', deadShares(plan, last)),
      cures: [lowerRate(plan, 10), leaky, zeroBiases(plan)],
      rank: rankOf('learning-rate-too-high') + 0.5,
      persists: true,
    }),
  ]
}

/** A bend that saturates and is not the output's. */
function saturation(plan: Plan, sample: RunSample): { readonly path: Path; readonly share: number } | null {
  const outputs = outputLayers(plan)
  const net = netOf(plan)
  const last = new Set(
    [...outputs].map((path) => bendBehind(net, plan.byPath.get(path) ?? plan.steps[0]!)?.path),
  )
  let most: { path: Path; share: number } | null = null
  for (const [path, { saturated }] of sample.activity) {
    if (outputs.has(path) || last.has(path)) continue
    if (most === null || saturated > most.share) most = { path, share: saturated }
  }
  return most
}

function saturated(plan: Plan, run: RunFacts): Found[] {
  const first = run.samples[0]
  const shares = run.samples.map((sample) => saturation(plan, sample))
  const now = shares.at(-1)
  const typical = median(shares.flatMap((one) => (one === null ? [] : [one.share])))
  if (first === undefined || now === null || now === undefined || typical === null) return []
  const atStart = shares[0]?.share ?? 0
  const s = bestSkill(run)
  const bad = Math.min(typical, now.share)
  // Healthy layers start with up to 0.6 saturated; far beyond that they learn late and badly, if at all.
  const hampered = s !== null && ((bad > 0.9 && s < 0.8) || (atStart > 0.75 && bad > 0.6 && s < 0.9))
  if (!(bad > 0.6 && stuck(run)) && !hampered) return []
  // A healthy start saturates for a few steps too.
  if (atStart <= 0.6 && run.step < 20) return []
  const bends = new Set([...flat])
  return [
    found('saturated-activation', {
      path: now.path,
      step: atStart > 0.6 ? first.step : (run.samples.at(-1)?.step ?? 0),
      evidence: `${percent(now.share)} of the values of ${nameOf(plan, now.path)} lie where its activation is flat (${percent(atStart)} at the start).`,
      chart: {
        kind: 'time',
        title: 'Saturated share',
        steps: run.samples.map(({ step }) => step),
        series: [{ name: nameOf(plan, now.path), values: shares.map((one) => one?.share ?? NaN) }],
        level: null,
      },
      cures: [
        fitInitialisers(plan),
        atStart > 0.6 ? null : lowerRate(plan, 10),
        otherBend(plan, 'use-relu', 'Use ReLU with He weights', bends, 'relu'),
        normalise(plan),
      ],
      rank: atStart > 0.6 ? rankOf('saturated-activation') : rankOf('learning-rate-too-high') + 0.3,
      persists: true,
    }),
  ]
}

function flowOf(plan: Plan, sample: RunSample): number | null {
  return flow(along(plan, sample.relativeGradient))
}

function vanishing(plan: Plan, run: RunFacts): Found[] {
  const { path } = netOf(plan)
  const [first, last] = [run.samples[0], run.samples.at(-1)]
  if (path.length < 4 || first === undefined || last === undefined || !stuck(run)) return []
  const recent = run.samples.slice(-3)
  const number = (values: readonly (number | null)[]) =>
    median(values.filter((value): value is number => value !== null && !Number.isNaN(value)))
  const f = number(recent.map((sample) => flowOf(plan, sample)))
  const d = number(recent.map((sample) => deltaFlow(plan, sample)))
  const smallest = number(
    recent.map((sample) => {
      const values = along(plan, sample.gradRms).filter((value) => value >= 0)
      return values.length === 0 ? null : Math.min(...values)
    }),
  )
  const weak = smallest !== null && smallest < 1e-7
  if (!(f !== null && f < -3) && !(d !== null && d < -4) && !weak) return []
  const firstFlow = flowOf(plan, first)
  const atStart =
    (firstFlow !== null && firstFlow < -3) ||
    along(plan, first.gradRms).some((value) => value >= 0 && value < 1e-7) ||
    (deltaFlow(plan, first) ?? 0) < -4
  const decades = f !== null && f < -3 ? f : d !== null && d < -4 ? d : null
  const ends = `${nameOf(plan, path[0] ?? '')} to ${nameOf(plan, path[Math.max(0, (path.length >> 2) - 1)] ?? '')}`
  const strength =
    decades !== null && Number.isFinite(decades)
      ? `${say(10 ** decades)} of what it is at the last ones, relative to their weights`
      : `no more than ${say(smallest ?? 0)} (RMS)`
  return [
    found('vanishing-gradient', {
      path: path[0] ?? null,
      step: atStart ? first.step : last.step,
      evidence: `At the first layers (${ends}) the gradient is ${strength}.`,
      chart: depthChart(plan, 'Gradient relative to the weights', last.relativeGradient),
      cures: vanishingCures(plan),
      rank: atStart ? rankOf('vanishing-gradient') : rankOf('learning-rate-too-high') + 0.7,
      persists: true,
    }),
  ]
}

function vanishingCures(plan: Plan) {
  const selu = otherBend(
    plan,
    'use-selu',
    'Use SELU with LeCun weights',
    new Set(['sigmoid', 'hard-sigmoid', 'softsign']),
    'selu',
  )
  const refit = fitInitialisers(plan)
  const tanh = otherBend(plan, 'use-selu', 'Use SELU with LeCun weights', flat, 'selu')
  const norm = normalise(plan)
  return selu !== null ? [selu, norm, refit] : [refit, norm, tanh]
}

/** What values and gradients on their way through the network show. */
export function signalRules(plan: Plan, samples: SampleFacts, run: RunFacts): readonly Found[] {
  return [
    ...exploding(plan, samples, run),
    ...wideStart(plan, samples, run),
    ...deadRelu(plan, run),
    ...vanishing(plan, run),
    ...saturated(plan, run),
    ...throughTime(plan, run),
  ]
}
