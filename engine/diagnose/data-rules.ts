/** What the samples show before any training. */
import { nameOf } from '../analyse/name-of'
import type { Plan, PlanStep } from '../analyse/plan'
import type { Dataset } from '../../nodes/kit/dataset'
import type { Cure, CureEdit } from './finding'
import { cure, found, percent, say, type Found } from './make'
import { hasWeights, isNorm, isPlain, judged, netOf } from './net'
import { largeValue, type DataFacts, type SampleFacts } from './signals'

/** Inputs and targets below this, small. */
const smallValue = 5e-3

/** A table without one of its columns. */
function withoutColumn(step: PlanStep, column: string): Cure | null {
  const dataset = step.params['dataset'] as Dataset
  if (dataset.kind !== 'table' || dataset.features.length < 2 || !dataset.features.includes(column))
    return null
  const features = dataset.features.filter((name) => name !== column)
  const edit: CureEdit = {
    kind: 'set',
    path: step.path,
    params: { dataset: { ...dataset, features }, shape: [] },
  }
  return cure('drop-column', `Leave out the column ${column}`, edit)
}

function withoutRows(step: PlanStep): Cure | null {
  const dataset = step.params['dataset'] as Dataset
  if (dataset.kind === 'table')
    return cure('drop-rows', 'Leave out the rows that lack a number', {
      kind: 'set',
      path: step.path,
      params: { dataset: { ...dataset, missing: 'leave-out' } },
    })
  if (dataset.kind !== 'inline') return null
  const sound = (row: readonly number[] | undefined) =>
    row?.every((value) => Number.isFinite(Math.fround(value))) === true
  const kept = dataset.x.map((row, at) => sound(row) && sound(dataset.y[at]))
  const keep = <T>(rows: readonly T[]) => rows.filter((_, at) => kept[at] === true)
  if (!kept.includes(true)) return null
  const edit: CureEdit = {
    kind: 'set',
    path: step.path,
    params: { dataset: { ...dataset, x: keep(dataset.x), y: keep(dataset.y) } },
  }
  return cure('drop-rows', 'Leave out the rows with such numbers', edit)
}

function notFinite(step: PlanStep, { notFinite: bad, path }: DataFacts): Found[] {
  if (bad === null) return []
  const where = `row ${bad.row}, ${bad.target ? 'target' : 'column'} ${bad.column}`
  return [
    found('nan-in-data', {
      path,
      evidence: `${bad.count === 1 ? 'A number is' : `${bad.count} numbers are`} missing or not finite; the first in ${where}.`,
      cures: [bad.target ? null : withoutColumn(step, bad.column), withoutRows(step)],
    }),
  ]
}

/** Whether the samples reach a layer of weights as they are, with no norm or arithmetic on the way. */
function reachesWeights(plan: Plan, path: string): boolean {
  const net = netOf(plan)
  const todo = (net.uses.get(path) ?? []).filter(({ source }) => source.port === 'x')
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const { step } = at
    if (step.definition.role === 'loss' || step.definition.role === 'metric' || isNorm(step)) continue
    if (isPlain(step) || step.definition.role === 'input') todo.push(...(net.uses.get(step.path) ?? []))
    else if (hasWeights(step) && !['scale', 'bias', 'embedding'].includes(step.definition.type)) return true
  }
  return false
}

function notNormalised(plan: Plan, step: PlanStep, { x, path }: DataFacts): Found[] {
  if (x === null || !reachesWeights(plan, path)) return []
  const standardise = cure('standardise', `Standardise the inputs of ${nameOf(plan, path)}`, {
    kind: 'set',
    path,
    params: { scale: 'standardise' },
  })
  const bytes = x.least >= 0 && x.most <= 255 && x.most > 100 && step.outputs['x']?.shape.length === 4
  const divide = cure('divide', 'Divide the pixels by 255', {
    kind: 'set',
    path,
    params: { scale: 'divide', divideBy: 255 },
  })
  if (x.large > largeValue)
    return [
      found('input-not-normalised', {
        path,
        evidence: `The inputs of ${nameOf(plan, path)} go up to ${say(x.large)} in size (from ${say(x.least)} to ${say(x.most)}); about 1 is healthy.`,
        cures: bytes ? [divide, standardise] : [standardise],
      }),
    ]
  if (x.large < smallValue && x.deviation > 0)
    return [
      found('input-not-normalised', {
        path,
        evidence: `The inputs of ${nameOf(plan, path)} are no larger than ${say(x.large)}; about 1 is healthy.`,
        cures: [standardise],
      }),
    ]
  if (x.deviationRatio > 100 && x.large > 3 && x.size <= 256)
    return [
      found('input-not-normalised', {
        path,
        severity: 'info',
        evidence: `Among the features of ${nameOf(plan, path)} the largest deviation is ${say(x.deviationRatio)} times the smallest.`,
        cures: [standardise],
      }),
    ]
  return []
}

/** The losses for which a target is an amount to be reached. */
const reaching: ReadonlySet<string> = new Set(['mean-squared-error', 'absolute-error', 'huber', 'log-cosh'])

/** Whether a network's answer must be as large as the targets of this data node. */
function isReached(plan: Plan, path: string): boolean {
  return plan.losses.some((at) => {
    const loss = plan.byPath.get(at)
    if (loss === undefined || !reaching.has(loss.definition.type)) return false
    const { target } = judged(loss)
    return target?.path === path && target.port === 'y'
  })
}

function targetNotNormalised(plan: Plan, { y, path }: DataFacts): Found[] {
  if (y === null || !isReached(plan, path)) return []
  const far = y.large > largeValue
  if (!far && !(y.large < smallValue && y.deviation > 0)) return []
  return [
    found('target-not-normalised', {
      path,
      evidence: far
        ? `The targets of ${nameOf(plan, path)} go up to ${say(y.large)} in size (mean ${say(y.mean)}, deviation ${say(y.deviation)}); about 1 is healthy.`
        : `The targets of ${nameOf(plan, path)} are no larger than ${say(y.large)}; about 1 is healthy.`,
      cures: [
        cure('standardise-target', `Standardise the targets of ${nameOf(plan, path)}`, {
          kind: 'set',
          path,
          params: { scaleTarget: 'standardise' },
        }),
      ],
    }),
  ]
}

function leaks(plan: Plan, step: PlanStep, { leak, repeats, path, classes }: DataFacts): Found[] {
  const all: Found[] = []
  const least = classes === null ? 0.998 : 0.985
  // Where the next feature says as much, the classes are merely easy.
  if (leak !== null && leak.correlation > least && 1 - leak.next ** 2 > 5 * (1 - leak.correlation ** 2))
    all.push(
      found('leakage', {
        path,
        evidence: `The column ${leak.column} of ${nameOf(plan, path)} is nearly the target itself (correlation ${say(leak.correlation)}; the next best column has ${say(leak.next)}).`,
        cures: [withoutColumn(step, leak.column)],
      }),
    )
  if (repeats !== null && repeats.rows >= 10 && repeats.share > 0.05 + 2 * repeats.own)
    all.push(
      found('leakage', {
        path,
        evidence: `${repeats.rows} validation samples (${percent(repeats.share)}) are in the training split too.`,
      }),
    )
  return all
}

function splits(plan: Plan, step: PlanStep, { x, validation, samples, path }: DataFacts): Found[] {
  if (x === null || validation === null || samples.validation < 20 || samples.train < 20) return []
  if (x.deviation === 0) return []
  const apart = Math.abs(validation.mean - x.mean) / x.deviation
  const ratio = validation.deviation / x.deviation
  if (apart <= 0.5 && ratio >= 0.5 && ratio <= 2) return []
  return [
    found('split-mismatch', {
      path,
      evidence: `The validation inputs of ${nameOf(plan, path)} have mean ${say(validation.mean)} and deviation ${say(validation.deviation)}, the training inputs ${say(x.mean)} and ${say(x.deviation)}.`,
      cures: [
        cure('deal-anew', 'Deal the samples anew', {
          kind: 'set',
          path,
          params: { splitSeed: (Number(step.params['splitSeed']) + 1) % 2 ** 32 },
        }),
      ],
    }),
  ]
}

function order(plan: Plan, { classes, classesInBatch, path }: DataFacts, batchSize: number): Found[] {
  if (classes === null || classesInBatch === null || batchSize < 8) return []
  const there = classes.filter((count) => count > 0)
  if (there.length < 2 || Math.max(...there) / Math.min(...there) >= 5) return []
  const total = there.reduce((sum, count) => sum + count, 0)
  // Chance that a class is in a batch dealt at random; with two classes only a pure batch is telling.
  const expected = there.reduce((sum, count) => sum + 1 - (1 - count / total) ** batchSize, 0)
  const limit = there.length === 2 ? 1.25 : 0.5 * expected
  if (classesInBatch >= limit) return []
  return [
    found('not-shuffled', {
      path,
      evidence: `A batch holds ${say(classesInBatch)} classes on average, where a shuffled one would hold ${say(expected)}.`,
      cures: [
        cure('shuffle', 'Shuffle the samples in every epoch', {
          kind: 'set',
          path,
          params: { shuffle: true },
        }),
      ],
    }),
  ]
}

/** What the samples show; `batchSize` is the document's. */
export function dataRules(plan: Plan, samples: SampleFacts, batchSize: number): readonly Found[] {
  return samples.data.flatMap((facts) => {
    const step = plan.byPath.get(facts.path)
    if (step === undefined) return []
    const bad = notFinite(step, facts)
    if (bad.length > 0) return bad
    return [
      ...notNormalised(plan, step, facts),
      ...targetNotNormalised(plan, facts),
      ...leaks(plan, step, facts),
      ...splits(plan, step, facts),
      ...order(plan, facts, batchSize),
    ]
  })
}
