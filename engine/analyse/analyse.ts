/**
 * Document + catalogue -> Plan and problems: flatten blocks, order, shape, check sharing, resolve training, count.
 * Pure and quick enough to run on every edit; what an edit leaves alone is remembered by the identity of the settings
 * (`params`, `infer`), so a document must be changed by edits that make new objects, never in place.
 */
import type { Document, Path } from '../graph/document'
import type { Catalogue } from '../../nodes/kit/define'
import { flatten } from './flatten'
import { clearInferred } from './infer'
import { estimateMemory } from './memory'
import { modelEnds } from './model'
import { order } from './order'
import { clearParams } from './params'
import type { Analysis, Plan, PlanStep, Problem } from './plan'
import { linkSteps } from './reach'
import { shape } from './shape'
import { checkShared } from './share'
import { planTraining } from './training'
import { drawnPath } from './flat'

/** Forgets all that was remembered from earlier documents: for measuring a cold start. */
export function clearAnalyseMemos(): void {
  clearParams()
  clearInferred()
}

/** Errors first, then in order of execution; what is the same in every copy of a block is said once. */
function tidy(problems: readonly Problem[], place: ReadonlyMap<Path, number>): Problem[] {
  const once = new Map<string, Problem>()
  const rank = (problem: Problem): number =>
    problem.node === null ? -1 : (place.get(problem.node) ?? Number.MAX_SAFE_INTEGER)
  const sorted = [...problems].sort((a, b) => {
    if (a.severity !== b.severity) return a.severity === 'error' ? -1 : 1
    return (
      rank(a) - rank(b) ||
      compare(a.node ?? '', b.node ?? '') ||
      compare(a.message, b.message) ||
      compare(a.wire ?? '', b.wire ?? '')
    )
  })
  for (const problem of sorted) {
    const key = `${problem.node === null ? '' : drawnPath(problem.node)}|${problem.wire === null ? '' : drawnPath(problem.wire)}|${problem.message}`
    if (!once.has(key)) once.set(key, problem)
  }
  return [...once.values()]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function paths(steps: readonly PlanStep[], role: PlanStep['definition']['role']): Path[] {
  return steps.filter((step) => step.definition.role === role).map((step) => step.path)
}

function total(
  steps: readonly PlanStep[],
  of: 'parameters' | 'trainableParameters' | 'multiplyAdds',
): number {
  return steps.reduce((sum, step) => sum + step[of], 0)
}

/** Weights belong to their owner: a step that shares is frozen where its owner is. */
function ownersDecide(steps: readonly PlanStep[]): readonly PlanStep[] {
  if (steps.every((step) => step.sharesWeightsOf === null)) return steps
  const frozen = new Set(
    steps.filter((step) => step.sharesWeightsOf === null && step.frozen).map((step) => step.path),
  )
  return steps.map((step) =>
    step.sharesWeightsOf === null ? step : { ...step, frozen: frozen.has(step.sharesWeightsOf) },
  )
}

/** Everything that is known about a document before it runs. Never throws on a document that `readDocument` gave. */
export function analyse(document: Document, catalogue: Catalogue): Analysis {
  const flat = flatten(document, catalogue)
  const ordered = order(flat.nodes)
  const shaped = shape(flat.nodes, ordered.nodes)
  const shared = checkShared(shaped.steps, flat.nodes)
  const steps = ownersDecide(shared.steps)
  const graph = linkSteps(steps)
  const found = [...flat.problems, ...ordered.problems, ...shaped.problems, ...shared.problems]
  const complete = found.every((problem) => problem.severity !== 'error')
  const training = planTraining(document, flat.nodes, graph, complete)
  const parameters = total(steps, 'parameters')
  const plan: Plan = {
    steps,
    byPath: graph.byPath,
    training: training.steps,
    model: modelEnds(graph),
    losses: paths(steps, 'loss'),
    metrics: paths(steps, 'metric'),
    data: paths(steps, 'data'),
    parameters,
    trainableParameters: total(steps, 'trainableParameters'),
    multiplyAdds: total(steps, 'multiplyAdds'),
    memory: estimateMemory(document, graph, training.steps, parameters),
  }
  const place = new Map(ordered.nodes.map((node, index) => [node.path, index]))
  const problems = tidy([...found, ...training.problems], place)
  return {
    ok: problems.every((problem) => problem.severity !== 'error'),
    problems,
    plan,
    wires: shaped.wires,
  }
}
