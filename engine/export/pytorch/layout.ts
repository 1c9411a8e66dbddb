/**
 * Which values may stay channels-first between two modules that want them so. Values are channels-last everywhere else,
 * so that a line reads as the graph does; where a convolution feeds a pool, two turns would only undo each other.
 */
import type { PlanStep } from '../../analyse/plan'
import { emitOf, givenPorts, orderedInputs, sourcesOf, valueName, type ValueName } from './graph'

/** Calls that treat every number alike, wherever its channel stands. */
const pointwise: ReadonlySet<string> = new Set([
  'F.relu',
  'F.relu6',
  'F.leaky_relu',
  'F.elu',
  'F.selu',
  'F.gelu',
  'F.silu',
  'F.softplus',
  'F.softsign',
  'F.hardtanh',
  'torch.sigmoid',
  'torch.tanh',
  'nn.Dropout',
  'nn.Identity',
])

function isPointwise(step: PlanStep): boolean {
  const { call, before, after } = emitOf(step)
  return pointwise.has(call) && before === undefined && (after === undefined || pointwise.has(after.call))
}

/** The one value that a step takes and the one it gives, where it is such a step. */
function single(step: PlanStep): { readonly from: ValueName; readonly to: ValueName } | null {
  const inputs = orderedInputs(step)
  const [port, ...others] = givenPorts(step)
  const from = inputs[0]?.from
  if (inputs.length !== 1 || port === undefined || others.length > 0 || !from || !('path' in from))
    return null
  return { from: valueName(from), to: valueName({ path: step.path, port }) }
}

function rank(step: PlanStep): number {
  const [port = ''] = givenPorts(step)
  return step.outputs[port]?.shape.length ?? 0
}

/** Values that stay channels-first: every step that takes them wants them so, or does not mind. `kept` never are. */
export function channelsFirstValues(
  steps: readonly PlanStep[],
  kept: ReadonlySet<ValueName>,
): ReadonlySet<ValueName> {
  const consumers = new Map<ValueName, PlanStep[]>()
  for (const step of steps)
    for (const source of sourcesOf(step)) {
      const name = valueName(source)
      consumers.set(name, [...(consumers.get(name) ?? []), step])
    }
  const wanted = new Set<ValueName>()
  for (const step of steps.toReversed()) {
    const [port = ''] = givenPorts(step)
    const name = valueName({ path: step.path, port })
    const takers = consumers.get(name) ?? []
    const passable = (taker: PlanStep) => {
      if (emitOf(taker).channelsFirst === true) return true
      const through = isPointwise(taker) ? single(taker) : null
      return through !== null && wanted.has(through.to)
    }
    if (rank(step) > 2 && takers.length > 0 && !kept.has(name) && takers.every(passable)) wanted.add(name)
  }
  const first = new Set<ValueName>()
  for (const step of steps) {
    const { channelsFirst, after } = emitOf(step)
    const [port = '', ...others] = givenPorts(step)
    const name = valueName({ path: step.path, port })
    if (others.length > 0 || !wanted.has(name)) continue
    const ends = channelsFirst === true && (after === undefined || pointwise.has(after.call))
    const through = isPointwise(step) ? single(step) : null
    if (ends || (through !== null && first.has(through.from))) first.add(name)
  }
  return first
}
