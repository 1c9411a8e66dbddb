/**
 * Checks steps that use another step's weights: tied copies and `weightsOf`. Two of one type must be alike in settings
 * and weight shapes, else one set of weights cannot serve both; one of another type (`sharesWith`) must find each of its
 * weights there.
 */
import type { Path } from '../graph/document'
import { sameValue } from '../graph/history'
import { canShare, type Params, type WeightSpec } from '../../nodes/kit/define'
import { error, type FlatNode } from './flat'
import type { PlanStep, Problem, Source } from './plan'

function differingSetting(a: Params, b: Params): string | null {
  return Object.keys(a).find((name) => !sameValue(a[name], b[name])) ?? null
}

type Weights = Readonly<Record<string, WeightSpec>>

function weightFault(ours: Weights, theirs: Weights, other: string): string | null {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  for (const name of names) {
    const a = ours[name]?.shape
    const b = theirs[name]?.shape
    if (a !== undefined && b !== undefined && sameValue(a, b)) continue
    const text = (shape: readonly number[] | undefined): string =>
      shape === undefined ? 'missing' : shape.join(' × ')
    return `It is to use the weights of ${other}, but its \`${name}\` would be ${text(a)} and that one's is ${text(b)}; give both inputs of the same size.`
  }
  return null
}

/** The owner is of another type: it may have more weights, but must have these. */
function borrowingFault(ours: Weights, theirs: Weights, other: string): string | null {
  for (const [name, { shape }] of Object.entries(ours)) {
    const theirShape = theirs[name]?.shape
    if (theirShape === undefined)
      return `It is to use the weights of ${other}, but that one has no \`${name}\`; switch it off here, or give this node weights of its own.`
    if (!sameValue(shape, theirShape))
      return `It is to use the weights of ${other}, but its \`${name}\` would be ${shape.join(' × ')} and that one's is ${theirShape.join(' × ')}; make the sizes of both alike.`
  }
  return null
}

/** Why a step cannot use these weights, or null. */
function sharingFault(step: PlanStep, owner: PlanStep, other: string): string | null {
  if (!canShare(step.definition, owner.definition.type))
    return `It is to use the weights of ${other}, which is of another type.`
  if (owner.definition !== step.definition) return borrowingFault(step.weights, owner.weights, other)
  const setting = differingSetting(step.params, owner.params)
  return setting === null
    ? weightFault(step.weights, owner.weights, other)
    : `It is to use the weights of ${other}, but the two differ in the setting \`${setting}\`; set both alike.`
}

/** Problems of steps whose weights are another's, and those steps without the ones at fault and all behind them. */
export function checkShared(
  steps: readonly PlanStep[],
  nodes: ReadonlyMap<Path, FlatNode>,
): { readonly steps: readonly PlanStep[]; readonly problems: readonly Problem[] } {
  if (steps.every((step) => step.sharesWeightsOf === null)) return { steps, problems: [] }
  const byPath = new Map(steps.map((step) => [step.path, step]))
  const problems: Problem[] = []
  const gone = new Set<Path>()
  for (const step of steps) {
    if (step.sharesWeightsOf === null) continue
    const owner = byPath.get(step.sharesWeightsOf)
    const other = nodes.get(step.sharesWeightsOf)?.name ?? step.sharesWeightsOf
    if (owner === undefined) {
      gone.add(step.path)
      if (nodes.get(step.sharesWeightsOf)?.mode === 'off')
        problems.push(error(step.path, `It is to use the weights of ${other}, which is disabled.`))
      continue
    }
    const fault = sharingFault(step, owner, other)
    if (fault === null) continue
    problems.push(error(step.path, fault))
    gone.add(step.path)
  }
  if (gone.size === 0) return { steps, problems }
  const kept = steps.filter((step) => {
    const sources = Object.values(step.inputs).flat() as readonly Source[]
    if (sources.some((source) => gone.has(source.path))) gone.add(step.path)
    return !gone.has(step.path)
  })
  return { steps: kept, problems }
}
