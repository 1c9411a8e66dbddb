/**
 * Takes an instance of a block apart: its nodes take its place, with the settings that the instance made and one copy
 * after another where it repeats, so that the graph computes the same as before. The definition stays for other
 * instances. Weights keep being shared where they were; their paths change, as the nodes have new ids.
 */
import { current, isDraft, type Draft } from 'immer'
import {
  blockInstanceSchema,
  blockType,
  type Block,
  type BlockId,
  type BlockInstance,
  type Document,
  type Node,
  type NodeId,
  type Wire,
} from './document'
import { graphOf, removeNodes, type Graph } from './edit'
import { freshId, freshWireId } from './ids'
import { makeRoom } from './insert'
import { compareKeys, freshKeys } from './keys'
import { twinSetting } from './promoted'

/** One copy of the block: new ids of its nodes by the old ones. */
type Copy = ReadonlyMap<NodeId, NodeId>
type Ends = readonly (readonly [NodeId, string])[]

/** A copy that shares nothing, of a draft too. */
function clone<T extends object>(value: T): T {
  const plain: T = isDraft(value) ? current<T>(value as Draft<T>) : value
  return structuredClone(plain)
}

/** Most nodes that one expansion may make: beyond it nobody could read the graph. */
export const largestExpansion = 2000

function ownSettings(block: Block, set: BlockInstance['set'], id: NodeId, node: Node): Node['params'] {
  const params = clone(node.params)
  for (const [name, value] of Object.entries(set)) {
    const promoted = Object.hasOwn(block.promoted, name) ? block.promoted[name] : undefined
    if (promoted?.node !== id) continue
    const own = node.type === blockType ? (params['set'] as Record<string, unknown>) : params
    own[promoted.field] = clone({ value }).value
  }
  return params
}

/** Puts one copy of the block's nodes and inner wires into the graph. */
function addCopy(
  graph: Graph,
  block: Block,
  instance: Node,
  settings: BlockInstance,
  shift: [number, number],
): Copy {
  const ids = new Map<NodeId, NodeId>()
  for (const [id, node] of Object.entries(block.nodes)) {
    const fresh = freshId(id, graph.nodes)
    ids.set(id, fresh)
    graph.nodes[fresh] = {
      ...clone(node),
      params: ownSettings(block, settings.set, id, node),
      at: [node.at[0] + shift[0], node.at[1] + shift[1]],
      ...(instance.frozen === true ? { frozen: true } : {}),
      ...(instance.disabled === true ? { disabled: true } : {}),
    }
  }
  for (const fresh of ids.values()) {
    const node = graph.nodes[fresh]
    if (node?.weightsOf !== undefined) node.weightsOf = ids.get(node.weightsOf) ?? node.weightsOf
  }
  for (const wire of Object.values(block.wires)) {
    const from = ids.get(wire.from[0])
    const to = ids.get(wire.to[0])
    if (from !== undefined && to !== undefined)
      addWire(graph, [from, wire.from[1]], [to, wire.to[1]], wire.to[2])
  }
  return ids
}

function addWire(graph: Graph, from: [NodeId, string], to: [NodeId, string], key?: string): void {
  graph.wires[freshWireId(graph.wires)] = { from, to: key === undefined ? to : [to[0], to[1], key] }
}

/** What an input of the instance leads to: in the first copy where an output of that name feeds the next one, else in all. */
function inputEnds(block: Block, copies: readonly Copy[], port: string): Ends {
  const inner = Object.hasOwn(block.inputs, port) ? block.inputs[port] : undefined
  if (inner === undefined) return []
  const entered = Object.hasOwn(block.outputs, port) ? copies.slice(0, 1) : copies
  return entered.flatMap((copy) => {
    const id = copy.get(inner[0])
    return id === undefined ? [] : [[id, inner[1]] as const]
  })
}

function outputEnd(block: Block, copy: Copy | undefined, port: string): readonly [NodeId, string] | null {
  const inner = Object.hasOwn(block.outputs, port) ? block.outputs[port] : undefined
  const id = inner === undefined ? undefined : copy?.get(inner[0])
  return inner === undefined || id === undefined ? null : [id, inner[1]]
}

/** Wires that met at the instance now meet at the nodes inside. */
function rewire(graph: Graph, block: Block, copies: readonly Copy[], instance: NodeId): void {
  for (const wire of Object.values(graph.wires)) {
    if (wire.from[0] !== instance) continue
    const end = outputEnd(block, copies.at(-1), wire.from[1])
    if (end !== null) wire.from = [end[0], end[1]]
  }
  for (const [id, wire] of Object.entries(graph.wires)) {
    if (wire.to[0] !== instance) continue
    delete graph.wires[id]
    for (const [node, port] of inputEnds(block, copies, wire.to[1]))
      addWire(graph, [wire.from[0], wire.from[1]], [node, port], wire.to[2])
  }
}

/** An output feeds the next copy's input of the same name; on a list port it comes first, as analyse has it. */
function chain(
  graph: Graph,
  block: Block,
  copies: readonly Copy[],
  isList: (end: [NodeId, string]) => boolean,
): void {
  for (const [index, copy] of copies.entries()) {
    const before = copies[index - 1]
    if (before === undefined) continue
    for (const [port, [inner, innerPort]] of Object.entries(block.inputs)) {
      const from = outputEnd(block, before, port)
      const id = copy.get(inner)
      if (from === null || id === undefined) continue
      const there = Object.values(graph.wires).filter((wire) => wire.to[0] === id && wire.to[1] === innerPort)
      addWire(
        graph,
        [from[0], from[1]],
        [id, innerPort],
        isList([id, innerPort]) ? firstKey(there) : undefined,
      )
    }
  }
}

/** A key before all of these, which are numbered anew. */
function firstKey(wires: readonly Wire[]): string {
  const keys = freshKeys(wires.length + 1)
  for (const [at, wire] of wires.toSorted((a, b) => compareKeys(a.to[2] ?? '', b.to[2] ?? '')).entries())
    wire.to = [wire.to[0], wire.to[1], keys[at + 1] ?? '']
  return keys[0] ?? ''
}

/** Copies that were tied, or took their weights from another instance, take them from that node now. */
function shareWeights(graph: Graph, copies: readonly Copy[], tie: boolean): void {
  const [first, ...others] = copies
  if (!tie || first === undefined) return
  for (const copy of others) {
    for (const [inner, id] of copy) {
      const owner = first.get(inner)
      const node = graph.nodes[id]
      if (node === undefined || owner === undefined) continue
      node.weightsOf = graph.nodes[owner]?.weightsOf ?? owner
    }
  }
}

/** `encoder/0/attention` (or `encoder/attention` for one copy) becomes the new node; the instance's own path all of them. */
function renameInTraining(draft: Document, instance: NodeId, copies: readonly Copy[]): void {
  const renamed = (path: string): string[] => {
    const [head, ...rest] = path.split('/')
    if (head !== instance) return [path]
    const numbered = copies.length > 1 && /^\d+$/.test(rest[0] ?? '')
    const wanted = numbered ? copies.slice(Number(rest[0]), Number(rest[0]) + 1) : copies
    const [inner, ...deeper] = numbered ? rest.slice(1) : rest
    return wanted.flatMap((copy) => {
      const ids =
        inner === undefined ? [...copy.values()] : [copy.get(inner)].filter((id) => id !== undefined)
      return ids.map((id) => [id, ...deeper].join('/'))
    })
  }
  for (const step of draft.training.steps) {
    step.losses = step.losses.flatMap(renamed)
    if (step.trains !== 'all') step.trains = step.trains.flatMap(renamed)
  }
}

/** Why an instance cannot be taken apart, as a sentence; null where it can. */
export function expansionFault(document: Document, within: BlockId | null, id: NodeId): string | null {
  const graph = graphOf(document, within)
  const node = graph.nodes[id]
  const parsed = node?.type === blockType ? blockInstanceSchema.safeParse(node.params) : null
  const block = parsed?.success === true ? document.blocks[parsed.data.block] : undefined
  if (parsed?.success !== true || block === undefined)
    return 'Only an instance of a block can be taken apart.'
  const size = Object.keys(block.nodes).length * parsed.data.repeat
  if (size > largestExpansion)
    return `Taken apart, the block “${block.name}” would make ${size} nodes; at most ${largestExpansion} are made. Lower its repeat count first.`
  if (node?.bypass === true)
    return `The block “${block.name}” is bypassed, so nothing in it counts. Switch the bypass off first.`
  const sharers = Object.values(graph.nodes).some((other) => other.weightsOf === id)
  return node?.weightsOf !== undefined || sharers
    ? `The block “${block.name}” shares its weights with another instance, which a part of it cannot. Give both their own weights first.`
    : null
}

/** From one card to the next in a row. */
const column = 260

/** Where the nodes begin: about the instance, so far as what leads to it leaves room there. */
function beginning(graph: Graph, id: NodeId, x: number, half: number): number {
  const before = Object.values(graph.wires)
    .filter(({ to }) => to[0] === id)
    .flatMap(({ from }) => graph.nodes[from[0]]?.at[0] ?? [])
    .filter((feeder) => feeder < x)
  return Math.min(x, Math.max(x - half, ...before.map((feeder) => feeder + column)))
}

/**
 * Replaces an instance by what is in it and answers the new nodes. Ask `expansionFault` first: throws where it has one.
 */
export function expandBlock(
  draft: Document,
  within: BlockId | null,
  id: NodeId,
  isList: (graph: Graph, end: [NodeId, string]) => boolean,
): readonly NodeId[] {
  const fault = expansionFault(draft, within, id)
  const graph = graphOf(draft, within)
  const instance = graph.nodes[id]
  if (fault !== null || instance === undefined) throw new Error(fault ?? `There is no node "${id}".`)
  const settings = blockInstanceSchema.parse(instance.params)
  const block = graphOf(draft, settings.block) as Block
  const places = Object.values(block.nodes).map((node) => node.at)
  const [left, right] = [Math.min(...places.map(([x]) => x)), Math.max(...places.map(([x]) => x))]
  const top = Math.min(...places.map(([, y]) => y))
  const pitch = right - left + column
  const start = beginning(graph, id, instance.at[0], (right - left) / 2)
  makeRoom(draft, within, id, start + settings.repeat * pitch - instance.at[0])
  const copies = Array.from({ length: settings.repeat }, (_, copy) =>
    addCopy(graph, block, instance, settings, [start - left + copy * pitch, instance.at[1] - top]),
  )
  rewire(graph, block, copies, id)
  chain(graph, block, copies, (end) => isList(graph, end))
  shareWeights(graph, copies, settings.tie)
  if (within === null) renameInTraining(draft, id, copies)
  else {
    movePorts(draft.blocks[within], id, block, copies)
    moveSettings(draft, within, id, block, copies)
  }
  removeNodes(draft, within, [id])
  return copies.flatMap((copy) => [...copy.values()])
}

/** Ports of the enclosing block that stood for the instance's stand for those of the nodes inside. */
function movePorts(outer: Block | undefined, id: NodeId, block: Block, copies: readonly Copy[]): void {
  if (outer === undefined) return
  for (const [name, [node, port]] of Object.entries(outer.inputs)) {
    const [end] = node === id ? inputEnds(block, copies, port) : []
    if (end !== undefined) outer.inputs[name] = [end[0], end[1]]
  }
  for (const [name, [node, port]] of Object.entries(outer.outputs)) {
    const end = node === id ? outputEnd(block, copies.at(-1), port) : null
    if (end !== null) outer.outputs[name] = [end[0], end[1]]
  }
}

/** Settings of the enclosing block that stood for the instance's stand for those of the nodes inside, one for each copy. */
function moveSettings(
  draft: Document,
  within: BlockId,
  id: NodeId,
  block: Block,
  copies: readonly Copy[],
): void {
  const outer = draft.blocks[within]
  if (outer === undefined) return
  for (const [name, { node, field }] of Object.entries(outer.promoted)) {
    const inner = node === id && Object.hasOwn(block.promoted, field) ? block.promoted[field] : undefined
    if (inner === undefined) continue
    for (const [index, copy] of copies.entries()) {
      const stands = { node: copy.get(inner.node) ?? id, field: inner.field }
      if (index === 0) outer.promoted[name] = stands
      else twinSetting(draft, within, name, stands)
    }
  }
}
