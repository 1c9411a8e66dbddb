/**
 * Walks the ordered nodes once: gathers what comes in, asks the definition, and makes the steps of the Plan. A node
 * that fails is reported once; those behind it are left out in silence.
 */
import type { Path } from '../graph/document'
import type { Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import { bypassNode } from './bypass'
import { error, warning, type FlatNode } from './flat'
import { gather, type ShapeContext, type State, type Value } from './gather'
import { inferNode } from './infer'
import { checkParams } from './params'
import type { PlanStep, Problem, WirePath } from './plan'

const failed: State = { kind: 'failed' }

export interface Shaped {
  readonly steps: readonly PlanStep[]
  readonly problems: readonly Problem[]
  readonly wires: ReadonlyMap<WirePath, Spec>
  /** Paths left out because they, or what they need, are disabled. */
  readonly off: ReadonlySet<Path>
}

function runNode(context: ShapeContext, node: FlatNode, definition: Definition): State {
  const checked = checkParams(definition, node.node, node.params)
  const gathered = gather(context, node, definition)
  if ('fault' in checked) {
    context.problems.push(error(node.path, checked.fault))
    return failed
  }
  if (gathered.state === 'failed') return failed
  if (gathered.state === 'off') {
    context.problems.push(
      warning(
        node.path,
        `${node.name} is left out, because ${gathered.because}, which it needs, is disabled.`,
      ),
    )
    return { kind: 'off', because: gathered.because }
  }
  const inferred = inferNode(definition, checked.params, gathered.specs)
  if (typeof inferred === 'string') {
    context.problems.push(error(node.path, inferred))
    return failed
  }
  const shares = node.owner !== node.path
  const label = node.node.label?.trim()
  context.steps.push({
    path: node.path,
    ...(label === undefined || label === '' ? {} : { label }),
    definition,
    params: checked.params,
    inputs: gathered.sources,
    inputSpecs: gathered.specs,
    outputs: inferred.outputs,
    weights: inferred.weights,
    parameters: shares ? 0 : inferred.parameters,
    trainableParameters: shares ? 0 : inferred.trainableParameters,
    multiplyAdds: inferred.multiplyAdds,
    sharesWeightsOf: shares ? node.owner : null,
    frozen: node.frozen,
  })
  return { kind: 'ready', output: (port) => valueOf(node.path, inferred.outputs, port) }
}

function valueOf(path: Path, outputs: Readonly<Record<string, Spec>>, port: string): Value | undefined {
  const spec = Object.hasOwn(outputs, port) ? outputs[port] : undefined
  return spec === undefined ? undefined : { spec, path, port }
}

/** A disabled or broken node: its wires still show what they carry. */
function passOver(context: ShapeContext, node: FlatNode): void {
  for (const links of node.inputs.values()) {
    for (const link of links) {
      const state = context.states.get(link.from)
      const value = state?.kind === 'ready' ? state.output(link.port) : undefined
      if (value !== undefined) context.wires.set(link.wire, value.spec)
    }
  }
}

function visit(context: ShapeContext, node: FlatNode): State {
  if (node.mode === 'run' && node.definition !== null) return runNode(context, node, node.definition)
  if (node.mode === 'bypass') return bypassNode(context, node)
  passOver(context, node)
  return node.mode === 'off' ? { kind: 'off', because: node.name } : failed
}

/** Steps, problems and wire specs of the nodes, which must come in order of execution. */
export function shape(nodes: ReadonlyMap<Path, FlatNode>, ordered: readonly FlatNode[]): Shaped {
  const context: ShapeContext = {
    nodes,
    states: new Map(),
    steps: [],
    problems: [],
    wires: new Map(),
    off: new Set(),
  }
  for (const node of ordered) {
    const state = visit(context, node)
    context.states.set(node.path, state)
    if (state.kind === 'off') context.off.add(node.path)
  }
  return context
}
