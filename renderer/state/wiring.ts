/**
 * Whether a wire may be drawn, and if not, why, in a sentence. A wire of the wrong kind or one that closes a loop is
 * refused; one whose shape does not fit may be drawn (the next edit may cure it) but the sentence is told before.
 */
import type { Analysis } from '../../engine/analyse/plan'
import type { Document, Node, NodeId, WireId } from '../../engine/graph/document'
import { isRefusal, type Spec } from '../../nodes/kit/spec'
import type { Catalogue, Definition, InputPort } from '../../nodes/kit/define'
import type { EditLabels } from './edit-labels'
import type { PortRef } from './editor-types'

export interface WireVerdict {
  /** `refused`: cannot be drawn. `doubtful`: can be drawn, and then shows this as a problem. */
  readonly kind: 'refused' | 'doubtful'
  readonly message: string
}

export interface WiringContext {
  readonly document: Document
  readonly analysis: Analysis
  readonly catalogue: Catalogue
  readonly words: EditLabels['wiring']
}

/** Null = fits. `moving` is the wire whose end is being moved, which then does not count. */
export function judgeWire(
  context: WiringContext,
  from: PortRef,
  to: PortRef,
  moving?: WireId,
): WireVerdict | null {
  const { document, catalogue, words, analysis } = context
  const source = portsOf(document, catalogue, from.node)
  const target = portsOf(document, catalogue, to.node)
  if (from.node === to.node) return { kind: 'refused', message: words.sameNode }
  if (source === null || target === null) return null
  const input = Object.hasOwn(target.definition.inputs, to.port)
    ? target.definition.inputs[to.port]
    : undefined
  if (!Object.hasOwn(source.definition.outputs, from.port)) {
    return { kind: 'refused', message: words.unknownPort(source.name, from.port) }
  }
  if (input === undefined) return { kind: 'refused', message: words.unknownPort(target.name, to.port) }
  if (reaches(document, to.node, from.node, moving)) {
    return { kind: 'refused', message: words.cycle(source.name, target.name) }
  }
  const spec = analysis.plan.byPath.get(from.node)?.outputs[from.port]
  if (spec === undefined) return null
  const accepted = input.accepts ?? ['tensor']
  if (!accepted.includes(spec.kind)) {
    return { kind: 'refused', message: words.kind(spec.kind, target.name, to.port, accepted) }
  }
  const message = shapeRefusal(context, target, input, spec, to, moving)
  return message === null ? null : { kind: 'doubtful', message }
}

interface Target {
  readonly node: Node
  readonly definition: Definition
  readonly name: string
}

function portsOf(document: Document, catalogue: Catalogue, id: NodeId): Target | null {
  const node = Object.hasOwn(document.nodes, id) ? document.nodes[id] : undefined
  const definition = node === undefined ? undefined : catalogue.get(node.type)
  if (node === undefined || definition === undefined) return null
  return { node, definition, name: node.label ?? definition.title }
}

/** What the node itself says to this spec at this port, its other inputs as they are now. */
function shapeRefusal(
  { document, analysis }: WiringContext,
  { node, definition }: Target,
  input: InputPort,
  spec: Spec,
  to: PortRef,
  moving: WireId | undefined,
): string | null {
  const specs: Record<string, Spec | Spec[]> = {}
  for (const [name, port] of Object.entries(definition.inputs)) if (port.list === true) specs[name] = []
  for (const [id, wire] of Object.entries(document.wires)) {
    const replaced = wire.to[1] === to.port && input.list !== true
    if (wire.to[0] !== to.node || id === moving || replaced) continue
    const carried = analysis.wires.get(id)
    const there = specs[wire.to[1]]
    if (carried === undefined) return null
    if (Array.isArray(there)) there.push(carried)
    else specs[wire.to[1]] = carried
  }
  const there = specs[to.port]
  if (Array.isArray(there)) there.push(spec)
  else specs[to.port] = spec
  const open = Object.entries(definition.inputs).some(
    ([name, port]) =>
      port.optional !== true &&
      (specs[name] === undefined || (Array.isArray(specs[name]) && specs[name].length === 0)),
  )
  if (open) return null
  const params = analysis.plan.byPath.get(to.node)?.params ?? completed(definition, node)
  if (params === null) return null
  const answer = definition.infer(
    specs as Parameters<Definition['infer']>[0],
    params as Parameters<Definition['infer']>[1],
  )
  return isRefusal(answer) ? answer.refused : null
}

/** The node's settings if they pass its own fields, else null. */
function completed(definition: Definition, node: Node): Record<string, unknown> | null {
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(definition.fields)) {
    const parsed = field.schema.safeParse(node.params[name] ?? field.initial)
    if (!parsed.success) return null
    values[name] = parsed.data
  }
  return values
}

/** Whether a wire path leads from one node to another. */
function reaches(document: Document, from: NodeId, to: NodeId, moving: WireId | undefined): boolean {
  const next = new Map<NodeId, NodeId[]>()
  for (const [id, wire] of Object.entries(document.wires)) {
    if (id === moving) continue
    const list = next.get(wire.from[0])
    if (list === undefined) next.set(wire.from[0], [wire.to[0]])
    else list.push(wire.to[0])
  }
  const seen = new Set<NodeId>([from])
  const queue = [from]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === to) return true
    for (const after of next.get(id) ?? []) {
      if (!seen.has(after)) queue.push(after)
      seen.add(after)
    }
  }
  return false
}
