/**
 * Makes a block of some nodes and puts an instance in their place, so that the graph computes the same as before.
 */
import {
  blockType,
  rerouteType,
  type Block,
  type BlockId,
  type Document,
  type NodeId,
  type Wire,
} from './document'
import { graphOf, promote, type Graph } from './edit'
import { freshId } from './ids'

type PortEnd = [NodeId, string]

function pick<T>(
  record: Readonly<Record<string, T>>,
  keep: (id: string, value: T) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([id, value]) => keep(id, value)))
}

/** Name of the block's port for an inner port, made where there is none yet. */
function portFor(ports: Record<string, PortEnd>, end: PortEnd): string {
  const known = Object.entries(ports).find(([, [node, port]]) => node === end[0] && port === end[1])
  if (known !== undefined) return known[0]
  const name = freshId(end[1], ports)
  ports[name] = end
  return name
}

function middle(graph: Graph, ids: ReadonlySet<NodeId>): [number, number] {
  const places = [...ids].flatMap((id) => graph.nodes[id]?.at ?? [])
  const along = (axis: number): number => {
    const values = places.filter((_, index) => index % 2 === axis)
    return values.length === 0 ? 0 : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
  }
  return [along(0), along(1)]
}

/**
 * Moves nodes of the document (or of a block) into a new block and answers the ids of the block and of its instance.
 * Wires across the border become ports. Training steps that name the nodes name them inside the instance from now on.
 */
export function makeBlock(
  draft: Document,
  within: BlockId | null,
  ids: Iterable<NodeId>,
  name: string,
): { readonly block: BlockId; readonly instance: NodeId } {
  const graph = graphOf(draft, within)
  const inside = new Set([...ids].filter((id) => Object.hasOwn(graph.nodes, id)))
  const blockId = freshId(name, draft.blocks)
  const instance = freshId(name, graph.nodes)
  const block: Block = {
    name,
    nodes: pick(graph.nodes, (id) => inside.has(id)),
    wires: pick(graph.wires, (_, wire) => inside.has(wire.from[0]) && inside.has(wire.to[0])),
    frames: {},
    inputs: {},
    outputs: {},
    promoted: {},
  }
  const at = middle(graph, inside)
  const crossing = Object.entries(graph.wires).filter(
    ([, wire]) => inside.has(wire.from[0]) !== inside.has(wire.to[0]),
  )
  for (const id of Object.keys(block.wires)) delete graph.wires[id]
  mergeEntries(graph, block, inside, crossing)
  for (const [id, wire] of crossing) {
    if (!Object.hasOwn(graph.wires, id)) continue
    graph.wires[id] = inside.has(wire.from[0])
      ? { from: [instance, portFor(block.outputs, [wire.from[0], wire.from[1]])], to: wire.to }
      : entering(wire, instance, portFor(block.inputs, [wire.to[0], wire.to[1]]))
  }
  for (const id of inside) delete graph.nodes[id]
  graph.nodes[instance] = {
    type: blockType,
    version: 1,
    params: { block: blockId, repeat: 1, tie: false, set: {} },
    at,
  }
  draft.blocks[blockId] = block
  cutSharing(graph, block)
  if (within === null) renameInTraining(draft, inside, instance)
  else moveOuterNames(draft, within, blockId, inside, instance)
  nameForRepeating(draft, within, block, instance)
  return { block: blockId, instance }
}

/**
 * What goes to several places inside comes in once, and is parted by a point there: a shortcut round some layers begins
 * where they do, also in the next copy of a repeated block.
 */
function mergeEntries(
  graph: Graph,
  block: Block,
  inside: ReadonlySet<NodeId>,
  crossing: [string, Wire][],
): void {
  const entries = new Map<string, [string, Wire][]>()
  for (const each of crossing) {
    const [, { from, to }] = each
    if (!inside.has(to[0])) continue
    const source = from.join(' ')
    entries.set(source, [...(entries.get(source) ?? []), each])
  }
  for (const [first, ...others] of entries.values()) {
    if (first === undefined || others.length === 0) continue
    const point = freshId('entry', block.nodes)
    const places = [first, ...others].flatMap(([, { to }]) => block.nodes[to[0]]?.at ?? [])
    const left = Math.min(...places.filter((_, at) => at % 2 === 0))
    const top = Math.min(...places.filter((_, at) => at % 2 === 1))
    block.nodes[point] = { type: rerouteType, version: 1, params: {}, at: [left - 80, top + 40] }
    for (const [, { to }] of [first, ...others])
      block.wires[freshId('w', block.wires)] = { from: [point, 'y'], to }
    for (const [id] of others) delete graph.wires[id]
    const [, wire] = first
    first[1] = { from: wire.from, to: [point, 'x'] }
  }
}

/** Copies follow one another by names: a block with one way in and one out is ready to be repeated. */
function nameForRepeating(draft: Document, within: BlockId | null, block: Block, instance: NodeId): void {
  const { x } = block.inputs
  const { y } = block.outputs
  const ports = [...Object.keys(block.inputs), ...Object.keys(block.outputs)]
  if (x === undefined || y === undefined || ports.length > 2) return
  block.outputs = { x: y }
  for (const wire of Object.values(graphOf(draft, within).wires))
    if (wire.from[0] === instance) wire.from = [instance, 'x']
  const outer = within === null ? {} : (draft.blocks[within]?.outputs ?? {})
  for (const [name, [node]] of Object.entries(outer)) if (node === instance) outer[name] = [instance, 'x']
}

/** Ports and settings of the enclosing block that stood for nodes inside stand for those of the instance. */
function moveOuterNames(
  draft: Document,
  within: BlockId,
  blockId: BlockId,
  inside: ReadonlySet<NodeId>,
  instance: NodeId,
): void {
  const outer = draft.blocks[within]
  const block = draft.blocks[blockId]
  if (outer === undefined || block === undefined) return
  for (const side of ['inputs', 'outputs'] as const) {
    for (const [name, [node, port]] of Object.entries(outer[side]))
      if (inside.has(node)) outer[side][name] = [instance, portFor(block[side], [node, port])]
  }
  for (const [name, { node, field }] of Object.entries(outer.promoted))
    if (inside.has(node))
      outer.promoted[name] = { node: instance, field: promote(draft, blockId, node, field) }
}

/** A wire into a list port keeps its key: its order is that of the port inside. */
function entering(wire: Wire, instance: NodeId, port: string): Wire {
  const [, , key] = wire.to
  return { from: wire.from, to: key === undefined ? [instance, port] : [instance, port, key] }
}

/** Weights are shared between neighbours only: sharing across the new border ends. */
function cutSharing(graph: Graph, block: Block): void {
  for (const { nodes } of [graph, block]) {
    for (const node of Object.values(nodes)) {
      if (node.weightsOf !== undefined && !Object.hasOwn(nodes, node.weightsOf)) delete node.weightsOf
    }
  }
}

function renameInTraining(draft: Document, inside: ReadonlySet<NodeId>, instance: NodeId): void {
  const renamed = (path: string): string =>
    inside.has(path.split('/')[0] ?? path) ? `${instance}/${path}` : path
  for (const step of draft.training.steps) {
    step.losses = step.losses.map(renamed)
    if (step.trains !== 'all') step.trains = step.trains.map(renamed)
  }
}

/** Adds another instance of a block; answers its id. Blocks never contain themselves: analyse refuses that. */
export function addBlockInstance(
  draft: Document,
  within: BlockId | null,
  block: BlockId,
  at: readonly [number, number],
): NodeId {
  const { nodes } = graphOf(draft, within)
  const id = freshId(block, nodes)
  nodes[id] = {
    type: blockType,
    version: 1,
    params: { block, repeat: 1, tie: false, set: {} },
    at: [at[0], at[1]],
  }
  return id
}
