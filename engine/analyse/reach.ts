/**
 * What leads to what, over the steps of a Plan.
 */
import type { Path } from '../graph/document'
import type { PlanStep, Source } from './plan'

/** The node type at which gradients stop. */
const stopGradient = 'stop-gradient'

/** All sources of a step, list ports spread. */
export function sourcesOf(step: PlanStep): readonly Source[] {
  return Object.values(step.inputs).flat()
}

function walk(
  steps: ReadonlyMap<Path, PlanStep>,
  from: Iterable<Path>,
  passes: (step: PlanStep, source: Source) => boolean,
): Set<Path> {
  const seen = new Set<Path>(from)
  const open = [...seen]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const step = steps.get(path)
    if (step === undefined) continue
    for (const source of sourcesOf(step)) {
      if (seen.has(source.path) || !passes(step, source)) continue
      seen.add(source.path)
      open.push(source.path)
    }
  }
  return seen
}

/** Everything that these steps need, themselves included. */
export function ancestors(steps: ReadonlyMap<Path, PlanStep>, from: Iterable<Path>): Set<Path> {
  return walk(steps, from, () => true)
}

/** Everything that a gradient from these steps flows back to: not through `stop-gradient`, nor through integers. */
export function gradientReach(steps: ReadonlyMap<Path, PlanStep>, from: Iterable<Path>): Set<Path> {
  return walk(
    steps,
    from,
    (step, source) =>
      step.definition.type !== stopGradient &&
      steps.get(source.path)?.outputs[source.port]?.dtype === 'float32',
  )
}
