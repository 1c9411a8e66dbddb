/**
 * The edits that a document can undergo, as functions on a draft (an immer draft, or a document of one's own). Each
 * leaves the document whole: no wire without ends, no name of a node that is gone. `block` says where: null is the
 * document itself, else the definition of a block, whose instances all change.
 */
import { initialParams, type Catalogue, type Definition } from '../../nodes/kit/define'
import { removeSetting } from './demote'
import {
  blockType,
  longest,
  type Block,
  type BlockId,
  type Document,
  type Frame,
  type Node,
  type NodeId,
  type Training,
  type Wire,
  type WireId,
} from './document'
import { freshId, freshWireId } from './ids'
import { instancesOf } from './instances'
import { compareKeys, freshKeys, keyBetween } from './keys'

/** The document's own graph, or a block's. */
export type Graph = Pick<Document, 'nodes' | 'wires' | 'frames'>

/** One end of a wire. */
export type End = readonly [NodeId, string]

/** The graph that an edit is about. Throws for a block that does not exist: callers hold ids that do. */
export function graphOf(draft: Document, block: BlockId | null): Graph {
  if (block === null) return draft
  const graph = Object.hasOwn(draft.blocks, block) ? draft.blocks[block] : undefined
  if (graph === undefined) throw new Error(`There is no block "${block}".`)
  return graph
}

/**
 * Adds a node with its definition's initial settings, `params` put over them; answers its id. A loss is minimised from
 * now on (`minimise`).
 */
export function addNode(
  draft: Document,
  block: BlockId | null,
  definition: Definition,
  at: readonly [number, number],
  params: Readonly<Record<string, unknown>> = {},
): NodeId {
  const { nodes } = graphOf(draft, block)
  const id = freshId(definition.type, nodes)
  nodes[id] = {
    type: definition.type,
    version: definition.version,
    params: structuredClone({ ...initialParams(definition), ...params }) as Node['params'],
    at: [at[0], at[1]],
  }
  if (block === null && definition.role === 'loss') minimise(draft, id)
  return id
}

/**
 * Puts a new loss into the only training step. A step that lists none minimises all of them already; with several
 * steps, people decide which one is meant.
 */
export function minimise(draft: Document, loss: NodeId): void {
  const [only, second] = draft.training.steps
  if (only !== undefined && second === undefined && only.losses.length > 0) only.losses.push(loss)
}

/** Takes nodes out, with their wires and every mention of them: in blocks' ports and promoted settings, in shared weights, in training steps. */
export function removeNodes(draft: Document, block: BlockId | null, ids: Iterable<NodeId>): void {
  const gone = new Set(ids)
  const graph = graphOf(draft, block)
  for (const id of gone) delete graph.nodes[id]
  for (const [id, wire] of Object.entries(graph.wires)) {
    if (gone.has(wire.from[0]) || gone.has(wire.to[0])) delete graph.wires[id]
  }
  for (const node of Object.values(graph.nodes)) {
    if (node.weightsOf !== undefined && gone.has(node.weightsOf)) delete node.weightsOf
  }
  if (block === null) forgetInTraining(draft, gone)
  else forgetInBlock(draft, block, gone)
}

function forgetInTraining(draft: Document, gone: ReadonlySet<NodeId>): void {
  const stays = (path: string): boolean => !gone.has(path.split('/')[0] ?? path)
  for (const step of draft.training.steps) {
    if (!step.losses.every(stays)) step.losses = step.losses.filter(stays)
    if (step.trains !== 'all' && !step.trains.every(stays)) step.trains = step.trains.filter(stays)
  }
}

/** Ports and settings of a block that stood for a node that is gone go too, and with them the wires and values outside. */
function forgetInBlock(draft: Document, id: BlockId, gone: ReadonlySet<NodeId>): void {
  const block = draft.blocks[id]
  if (block === undefined) return
  for (const [port, [node]] of Object.entries(block.inputs))
    if (gone.has(node)) removePort(draft, id, 'inputs', port)
  for (const [port, [node]] of Object.entries(block.outputs))
    if (gone.has(node)) removePort(draft, id, 'outputs', port)
  for (const [name, { node }] of Object.entries(block.promoted))
    if (gone.has(node)) removeSetting(draft, id, name)
}

/** Takes a port off a block, with the wires that end there on its instances. */
export function removePort(draft: Document, id: BlockId, side: 'inputs' | 'outputs', port: string): void {
  const block = draft.blocks[id]
  if (block === undefined) return
  delete block[side][port]
  for (const instance of instancesOf(draft, id)) {
    for (const [wireId, wire] of Object.entries(instance.graph.wires)) {
      const [node, at] = side === 'inputs' ? wire.to : wire.from
      if (node === instance.id && at === port) delete instance.graph.wires[wireId]
    }
  }
}

/** Whether an input takes many wires; a port of a block is what the port inside is. */
export function isListPort(
  document: Document,
  catalogue: Catalogue,
  graph: Graph,
  [id, port]: End,
  depth = 0,
): boolean {
  const node = Object.hasOwn(graph.nodes, id) ? graph.nodes[id] : undefined
  if (node === undefined || depth > 32) return false
  if (node.type !== blockType) return catalogue.get(node.type)?.inputs[port]?.list === true
  const name = node.params['block']
  const block = typeof name === 'string' ? document.blocks[name] : undefined
  const inner = block?.inputs[port]
  return (
    block !== undefined && inner !== undefined && isListPort(document, catalogue, block, inner, depth + 1)
  )
}

/**
 * Draws a wire and answers its id. On a single input it takes the place of the wire that is there; on a list port it
 * comes after the last one. `keep` is the id of a wire whose end is being moved.
 */
export function connect(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  from: End,
  to: End,
  keep?: WireId,
): WireId {
  const graph = graphOf(draft, block)
  if (keep !== undefined) delete graph.wires[keep]
  const there = Object.entries(graph.wires).filter(([, wire]) => wire.to[0] === to[0] && wire.to[1] === to[1])
  const source: [string, string] = [from[0], from[1]]
  const wire: Wire = isListPort(draft, catalogue, graph, to)
    ? { from: source, to: [to[0], to[1], nextKey(there.map(([, other]) => other))] }
    : { from: source, to: [to[0], to[1]] }
  if (wire.to[2] === undefined) for (const [id] of there) delete graph.wires[id]
  const id = keep ?? freshWireId(graph.wires)
  graph.wires[id] = wire
  return id
}

/** A key after all of these; where there is no room after the last one, they are numbered anew. */
function nextKey(wires: readonly Wire[]): string {
  const order = wires.toSorted((a, b) => compareKeys(a.to[2] ?? '', b.to[2] ?? ''))
  const key = keyBetween(order.at(-1)?.to[2] ?? null, null)
  if (key !== null) return key
  const keys = freshKeys(order.length + 1)
  for (const [index, wire] of order.entries()) wire.to = [wire.to[0], wire.to[1], keys[index] ?? '']
  return keys.at(-1) ?? ''
}

export function disconnect(draft: Document, block: BlockId | null, ids: Iterable<WireId>): void {
  const { wires } = graphOf(draft, block)
  for (const id of ids) delete wires[id]
}

/** Sets some of a node's settings; the others stay. */
export function setParams(
  draft: Document,
  block: BlockId | null,
  id: NodeId,
  values: Readonly<Record<string, unknown>>,
): void {
  const node = graphOf(draft, block).nodes[id]
  if (node !== undefined) Object.assign(node.params, values)
}

/** Puts nodes at new places. */
export function moveNodes(
  draft: Document,
  block: BlockId | null,
  places: Iterable<readonly [NodeId, readonly [number, number]]>,
): void {
  const { nodes } = graphOf(draft, block)
  for (const [id, [x, y]] of places) {
    const node = nodes[id]
    if (node !== undefined) node.at = [x, y]
  }
}

/** Label or note, cut at its greatest length; an empty text takes it away. */
export function setText(
  draft: Document,
  block: BlockId | null,
  id: NodeId,
  what: 'label' | 'note',
  text: string,
): void {
  const node = graphOf(draft, block).nodes[id]
  if (node === undefined) return
  if (text.trim() === '') delete node[what]
  else node[what] = text.slice(0, longest[what])
}

/** A flag that is off is not in the document. */
export function setFlag(
  draft: Document,
  block: BlockId | null,
  ids: Iterable<NodeId>,
  flag: 'frozen' | 'bypass' | 'disabled',
  on: boolean,
): void {
  const { nodes } = graphOf(draft, block)
  for (const id of ids) {
    const node = nodes[id]
    if (node === undefined) continue
    if (on) node[flag] = true
    else delete node[flag]
  }
}

/** Makes a node use the weights of another beside it, or its own again (null). */
export function setWeightsOf(draft: Document, block: BlockId | null, id: NodeId, owner: NodeId | null): void {
  const node = graphOf(draft, block).nodes[id]
  if (node === undefined) return
  if (owner === null) delete node.weightsOf
  else node.weightsOf = owner
}

export function addFrame(draft: Document, block: BlockId | null, frame: Frame): string {
  const { frames } = graphOf(draft, block)
  const id = freshId('frame', frames)
  frames[id] = frame
  return id
}

export function setTraining(draft: Document, values: Partial<Training>): void {
  Object.assign(draft.training, values)
}

/**
 * Lets every instance of a block set a field of a node inside for itself; of an instance inside, a setting that its own
 * block leaves to it. Answers the name of the setting.
 */
export function promote(draft: Document, id: BlockId, node: NodeId, field: string): string {
  const block = graphOf(draft, id) as Block
  const known = Object.entries(block.promoted).find(
    ([, entry]) => entry.node === node && entry.field === field,
  )
  if (known !== undefined) return known[0]
  const name = freshId(field, block.promoted)
  block.promoted[name] = { node, field }
  return name
}

/** Sets a promoted setting on one instance; undefined gives it back to the block. */
export function setPromoted(
  draft: Document,
  block: BlockId | null,
  instance: NodeId,
  name: string,
  value: unknown,
): void {
  const set = graphOf(draft, block).nodes[instance]?.params['set'] as Record<string, unknown> | undefined
  if (set === undefined) return
  if (value === undefined) delete set[name]
  else set[name] = value
}
