/** Gives a node another type in its place: settings of the same name stay, and wires whose ports are there still. */
import { initialParams, type Catalogue, type Definition } from '../../nodes/kit/define'
import { demote } from './demote'
import type { BlockId, Document, Node, NodeId } from './document'
import { connect, graphOf, isListPort, minimise, removePort } from './edit'

/** A setting stays where the new type has one of that name that takes its value. */
function keptParams(definition: Definition, before: Node['params']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(before).filter(
      ([name, value]) =>
        Object.hasOwn(definition.fields, name) &&
        definition.fields[name]?.schema.safeParse(value).success === true,
    ),
  )
}

export function replaceNode(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  id: NodeId,
  definition: Definition,
  params: Readonly<Record<string, unknown>> = {},
): void {
  const graph = graphOf(draft, block)
  const node = graph.nodes[id]
  if (node === undefined) return
  const before = node.type
  const kept = keptParams(definition, node.params)
  node.type = definition.type
  node.version = definition.version
  node.params = {
    ...structuredClone(initialParams(definition)),
    ...kept,
    ...structuredClone(params),
  } as Node['params']
  moveEnds(draft, block, catalogue, id, definition)
  for (const other of Object.values(graph.nodes))
    if (other.weightsOf === id && other.type === before && other.type !== definition.type)
      delete other.weightsOf
  if (node.weightsOf !== undefined && before !== definition.type) delete node.weightsOf
  if (block === null) followRole(draft, id, definition)
}

/** Wires of the ports that are gone take the first free one of the same side; what finds none is cut. */
function moveEnds(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  id: NodeId,
  definition: Definition,
): void {
  const graph = graphOf(draft, block)
  const owner = block === null ? undefined : draft.blocks[block]
  const taken = new Set(
    Object.values(graph.wires).flatMap((wire) =>
      wire.to[0] === id && Object.hasOwn(definition.inputs, wire.to[1]) ? [wire.to[1]] : [],
    ),
  )
  for (const end of Object.values(owner?.inputs ?? {})) if (end[0] === id) taken.add(end[1])
  const [firstOutput] = Object.keys(definition.outputs)
  for (const [wireId, wire] of Object.entries(graph.wires)) {
    if (wire.from[0] === id && !Object.hasOwn(definition.outputs, wire.from[1])) {
      if (firstOutput === undefined) delete graph.wires[wireId]
      else wire.from = [id, firstOutput]
    }
    if (wire.to[0] !== id) continue
    const same = definition.inputs[wire.to[1]]
    const isList = isListPort(draft, catalogue, graph, [id, wire.to[1]])
    if (same !== undefined && isList === (wire.to[2] !== undefined)) continue
    const free =
      same !== undefined
        ? wire.to[1]
        : Object.keys(definition.inputs).find(
            (port) => definition.inputs[port]?.list === true || !taken.has(port),
          )
    const from: [string, string] = [wire.from[0], wire.from[1]]
    delete graph.wires[wireId]
    if (free === undefined) continue
    taken.add(free)
    connect(draft, block, catalogue, from, [id, free])
  }
  if (owner === undefined || block === null) return
  for (const side of ['inputs', 'outputs'] as const) {
    for (const [name, [inner, port]] of Object.entries(owner[side]))
      if (inner === id && !Object.hasOwn(definition[side], port)) removePort(draft, block, side, name)
  }
  for (const { node: inner, field } of Object.values(owner.promoted))
    if (inner === id && !Object.hasOwn(definition.fields, field)) demote(draft, block, inner, field)
}

/** A node that became a loss is minimised; one that is none any more is forgotten. */
function followRole(draft: Document, id: NodeId, definition: Definition): void {
  const listed = draft.training.steps.some((step) => step.losses.includes(id))
  if (definition.role === 'loss') {
    if (!listed) minimise(draft, id)
    return
  }
  for (const step of draft.training.steps)
    if (step.losses.includes(id)) step.losses = step.losses.filter((path) => path !== id)
}
