/** How a finding or a message calls a node: as its card does, with the path only where two are called the same. */
import type { Plan, PlanStep } from './plan'
import type { Path } from '../graph/document'

const counts = new WeakMap<Plan, ReadonlyMap<string, number>>()

/** What is on the card: a label, in quotes as anyone's words are, or the title of the type. */
function onCard(step: PlanStep): string {
  return step.label === undefined ? step.definition.title : `“${step.label}”`
}

function countsOf(plan: Plan): ReadonlyMap<string, number> {
  const known = counts.get(plan)
  if (known !== undefined) return known
  const found = new Map<string, number>()
  for (const step of plan.steps) found.set(onCard(step), (found.get(onCard(step)) ?? 0) + 1)
  counts.set(plan, found)
  return found
}

export function nameOf(plan: Plan, path: Path): string {
  const step = plan.byPath.get(path)
  if (step === undefined) return path
  const name = onCard(step)
  return (countsOf(plan).get(name) ?? 0) > 1 ? `${name} (${path})` : name
}
