/**
 * Why a wire may not go somewhere, before it is drawn: what the canvas tells while a wire is dragged. One checker is
 * made when the drag starts and asked about every port, so what is the same for all of them (which nodes lead to the
 * source, what it carries, what is wired where) is found once.
 */
import {
  blockType,
  rerouteType,
  type Document,
  type NodeId,
  type Path,
  type Wire,
  type WireId,
} from '../graph/document'
import { graphOf, type End, type Graph } from '../graph/edit'
import type { Catalogue, Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import { inferNode, type InputSpecs } from './infer'
import { accepts, kindFault } from './kinds'
import { listed, nodeName } from './names'
import { checkParams } from './params'
import type { Analysis, PlanStep } from './plan'

export interface WireQuestion {
  readonly document: Document
  readonly catalogue: Catalogue
  /** Of this document. */
  readonly analysis: Analysis
  /** Path of the instance that is being looked into (with its copy number), or null for the document itself. */
  readonly within?: Path | null
  /** The block whose definition is being edited; must be given with `within`. */
  readonly block?: string | null
  /** A wire that is being moved, and so does not count. */
  readonly moving?: WireId
}

export interface Verdict {
  /** `refused`: must not be drawn. `doubtful`: may be drawn, and will then be a problem. */
  readonly kind: 'refused' | 'doubtful'
  /** A sentence. */
  readonly message: string
}

interface Context extends WireQuestion {
  readonly graph: Graph
  readonly prefix: string
  readonly from: End
  readonly spec: Spec | null
  /** Nodes that lead to the source, itself included. */
  readonly before: ReadonlySet<NodeId>
  /** Wires by the node that they enter. */
  readonly into: ReadonlyMap<NodeId, readonly (readonly [WireId, Wire])[]>
}

function name(context: Context, id: NodeId): string {
  const node = context.graph.nodes[id]
  return node === undefined ? `"${id}"` : nodeName(context.document, context.catalogue, id, node)
}

function wiresInto(graph: Graph, moving: WireId | undefined): Map<NodeId, [WireId, Wire][]> {
  const into = new Map<NodeId, [WireId, Wire][]>()
  for (const id in graph.wires) {
    const wire = graph.wires[id]
    if (wire === undefined || id === moving) continue
    const list = into.get(wire.to[0])
    if (list === undefined) into.set(wire.to[0], [[id, wire]])
    else list.push([id, wire])
  }
  return into
}

function nodesBefore(into: Context['into'], start: NodeId): Set<NodeId> {
  const seen = new Set([start])
  const open = [start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const [, wire] of into.get(id) ?? []) {
      if (seen.has(wire.from[0])) continue
      seen.add(wire.from[0])
      open.push(wire.from[0])
    }
  }
  return seen
}

/** What the source carries: known from the Plan, or from any wire that already leaves it. */
function sourceSpec(question: WireQuestion, graph: Graph, prefix: string, [id, port]: End): Spec | null {
  const spec = question.analysis.plan.byPath.get(prefix + id)?.outputs[port]
  if (spec !== undefined) return spec
  for (const [wireId, wire] of Object.entries(graph.wires)) {
    const through = graph.nodes[id]?.type === rerouteType ? wire.to[0] === id : false
    if (through || (wire.from[0] === id && wire.from[1] === port))
      return question.analysis.wires.get(prefix + wireId) ?? null
  }
  return null
}

/** Names of a node's inputs or outputs, or null where its type is unknown. */
function portsOf(context: Context, id: NodeId, side: 'inputs' | 'outputs'): readonly string[] | null {
  const node = context.graph.nodes[id]
  if (node === undefined) return null
  if (node.type === rerouteType) return side === 'inputs' ? ['x'] : ['y']
  if (node.type !== blockType) {
    const definition = context.catalogue.get(node.type)
    return definition === undefined ? null : Object.keys(definition[side])
  }
  const block = node.params['block']
  const found = typeof block === 'string' ? context.document.blocks[block] : undefined
  return found === undefined ? null : Object.keys(found[side])
}

function portFault(context: Context, [id, port]: End, side: 'inputs' | 'outputs'): string | null {
  const ports = portsOf(context, id, side)
  const what = side === 'inputs' ? 'input' : 'output'
  if (ports === null)
    return `${name(context, id)} is of no known type, so nothing can be wired to it; replace it first.`
  if (ports.includes(port)) return null
  const has = ports.length === 0 ? `no ${what}s` : `only ${listed(ports.map((each) => `\`${each}\``))}`
  return `${name(context, id)} has no ${what} \`${port}\`, but ${has}.`
}

/** The node's inputs as they would be with the new wire, or null while one of them is not known. */
function inputsWith(
  context: Context,
  definition: Definition,
  [id, port]: End,
  spec: Spec,
): InputSpecs | null {
  const specs: Record<string, Spec | Spec[]> = {}
  for (const [wireId, wire] of (context.into.get(id) ?? []).toSorted(([, a], [, b]) =>
    (a.to[2] ?? '') < (b.to[2] ?? '') ? -1 : 1,
  )) {
    const input = definition.inputs[wire.to[1]]
    const carried = context.analysis.wires.get(context.prefix + wireId)
    if (input === undefined || (wire.to[1] === port && input.list !== true)) continue
    if (carried === undefined) return null
    const there = specs[wire.to[1]]
    if (input.list !== true) specs[wire.to[1]] = carried
    else if (Array.isArray(there)) there.push(carried)
    else specs[wire.to[1]] = [carried]
  }
  const there = specs[port]
  if (definition.inputs[port]?.list !== true) specs[port] = spec
  else if (Array.isArray(there)) there.push(spec)
  else specs[port] = [spec]
  const ordered: Record<string, Spec | Spec[]> = {}
  for (const [each, { optional }] of Object.entries(definition.inputs)) {
    const value = specs[each]
    if (value !== undefined) ordered[each] = value
    else if (optional !== true) return null
  }
  return ordered
}

/** The settings of a node as the Plan has them, or as analyse would check them. */
function trial(context: Context, definition: Definition, to: End, spec: Spec): string | null {
  const step: PlanStep | undefined = context.analysis.plan.byPath.get(context.prefix + to[0])
  const node = context.graph.nodes[to[0]]
  if (node === undefined) return null
  const checked = step === undefined ? checkParams(definition, node, node.params) : { params: step.params }
  const specs = 'fault' in checked ? null : inputsWith(context, definition, to, spec)
  if ('fault' in checked || specs === null) return null
  const inferred = inferNode(definition, checked.params, specs)
  return typeof inferred === 'string' ? inferred : null
}

function judge(context: Context, to: End): Verdict | null {
  const { from, spec, graph } = context
  const refused = (message: string): Verdict => ({ kind: 'refused', message })
  const port = portFault(context, from, 'outputs') ?? portFault(context, to, 'inputs')
  if (port !== null) return refused(port)
  if (from[0] === to[0])
    return refused(`${name(context, to[0])} cannot feed itself; choose an input of another node.`)
  if (context.before.has(to[0])) {
    return refused(
      `${name(context, to[0])} leads to ${name(context, from[0])} already: this wire would close a circle.`,
    )
  }
  const definition = context.catalogue.get(graph.nodes[to[0]]?.type ?? '')
  const input = definition?.inputs[to[1]]
  if (definition === undefined || input === undefined || spec === null) return null
  if (!accepts(input, spec.kind)) {
    return refused(
      kindFault(name(context, to[0]), definition, to[1], input, spec.kind, name(context, from[0])),
    )
  }
  const doubt = trial(context, definition, to, spec)
  return doubt === null ? null : { kind: 'doubtful', message: doubt }
}

/**
 * Answers, for a wire from this output, why it may not end on an input, or null where it fits. A single input that is
 * wired already is no reason: the new wire takes the place of the old one.
 */
export function wireChecker(question: WireQuestion, from: End): (to: End) => Verdict | null {
  const graph = graphOf(question.document, question.block ?? null)
  const prefix = question.within === undefined || question.within === null ? '' : `${question.within}/`
  const into = wiresInto(graph, question.moving)
  const spec = sourceSpec(question, graph, prefix, from)
  const context: Context = {
    ...question,
    graph,
    prefix,
    from,
    spec,
    before: nodesBefore(into, from[0]),
    into,
  }
  return (to) => judge(context, to)
}

/** One question only: the sentence, whether it refuses or only doubts, or null where the wire fits. */
export function explainConnection(question: WireQuestion, from: End, to: End): string | null {
  return wireChecker(question, from)(to)?.message ?? null
}
