/**
 * Copies of nodes with the wires between them: duplicate, copy, paste. The copies get ids of their own.
 */
import { canShare, type Catalogue } from '../../nodes/kit/define'
import { blockType, type Block, type BlockId, type Document, type Node, type NodeId } from './document'
import { connect, graphOf, minimise, type Graph } from './edit'
import { sameValue } from './history'
import { freshId, freshLabel } from './ids'
import { compareKeys } from './keys'

/** Nodes, the wires between them, and the definitions of the blocks that they are instances of. */
export type Piece = Pick<Graph, 'nodes' | 'wires'> & Pick<Document, 'blocks'>

function blockOf(node: Node): BlockId | null {
  const block = node.type === blockType ? node.params['block'] : null
  return typeof block === 'string' ? block : null
}

/** The blocks that these nodes are made of, those inside blocks included. */
export function blocksUsed(blocks: Document['blocks'], nodes: Graph['nodes']): Record<BlockId, Block> {
  const used: Record<BlockId, Block> = {}
  const open = Object.values(nodes)
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const id = blockOf(node)
    const block = id !== null && Object.hasOwn(blocks, id) ? blocks[id] : undefined
    if (id === null || block === undefined || Object.hasOwn(used, id)) continue
    used[id] = block
    open.push(...Object.values(block.nodes))
  }
  return used
}

/** These nodes with the wires between them; shares its parts with the document. */
export function pieceOf(document: Document, block: BlockId | null, ids: ReadonlySet<NodeId>): Piece {
  const { nodes, wires } = graphOf(document, block)
  const taken = Object.fromEntries(Object.entries(nodes).filter(([id]) => ids.has(id)))
  return {
    nodes: taken,
    blocks: blocksUsed(document.blocks, taken),
    wires: Object.fromEntries(
      Object.entries(wires).filter(([, wire]) => ids.has(wire.from[0]) && ids.has(wire.to[0])),
    ),
  }
}

function fits(catalogue: Catalogue, type: string, owner: string | undefined): boolean {
  if (owner === undefined) return false
  const definition = catalogue.get(type)
  return definition === undefined ? type === owner : canShare(definition, owner)
}

function placed(
  node: Node,
  blocks: ReadonlyMap<BlockId, BlockId>,
  offset: readonly [number, number] = [0, 0],
): Node {
  const copy = structuredClone({
    ...node,
    at: [node.at[0] + offset[0], node.at[1] + offset[1]] as [number, number],
  })
  const block = blockOf(copy)
  if (block !== null) copy.params['block'] = blocks.get(block) ?? block
  return copy
}

/** Definitions that are not there yet, under ids that are free; answers what each is called here. */
function insertBlocks(draft: Document, blocks: Document['blocks']): ReadonlyMap<BlockId, BlockId> {
  const there = Object.entries(blocks).filter(
    ([id, block]) => Object.hasOwn(draft.blocks, id) && sameValue(draft.blocks[id], block),
  )
  // The same word for the same thing; where the same word means another thing here, a word of its own.
  const names = new Map(there.map(([id]) => [id, id]))
  const taken = new Set(Object.keys(draft.blocks))
  const fresh = Object.entries(blocks).filter(([id]) => !names.has(id))
  for (const [id] of fresh) {
    const name = freshId(id, taken)
    taken.add(name)
    names.set(id, name)
  }
  for (const [id, block] of fresh) {
    draft.blocks[names.get(id) ?? id] = {
      ...structuredClone(block),
      nodes: Object.fromEntries(
        Object.entries(block.nodes).map(([inner, node]) => [inner, placed(node, names)]),
      ),
    }
  }
  return names
}

/**
 * Adds copies of the nodes, moved by `offset`; answers their ids by those of the originals. A copy shares the weights
 * of the copied owner, else of the owner that is there, else has its own; where its label is taken it gets the next number.
 */
export function insertPiece(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  piece: Piece,
  offset: readonly [number, number],
): ReadonlyMap<NodeId, NodeId> {
  const blocks = insertBlocks(draft, piece.blocks)
  const { nodes } = graphOf(draft, block)
  const before = new Map(Object.entries(nodes).map(([id, { type }]) => [id, type]))
  const labels = new Set(Object.values(nodes).flatMap(({ label }) => label ?? []))
  const renamed = new Map<NodeId, NodeId>()
  for (const [id, node] of Object.entries(piece.nodes)) {
    const copy = freshId(node.type, nodes)
    renamed.set(id, copy)
    const there = placed(node, blocks, offset)
    nodes[copy] = there
    if (there.label !== undefined) {
      there.label = freshLabel(there.label, labels)
      labels.add(there.label)
    }
    if (block === null && catalogue.get(node.type)?.role === 'loss') minimise(draft, copy)
  }
  for (const id of renamed.values()) {
    const node = nodes[id]
    if (node?.weightsOf === undefined) continue
    const owner = renamed.get(node.weightsOf)
    if (owner !== undefined) node.weightsOf = owner
    else if (!fits(catalogue, node.type, before.get(node.weightsOf))) delete node.weightsOf
  }
  const wires = Object.values(piece.wires).toSorted((a, b) => compareKeys(a.to[2] ?? '', b.to[2] ?? ''))
  for (const { from, to } of wires) {
    const source = renamed.get(from[0])
    const target = renamed.get(to[0])
    if (source !== undefined && target !== undefined)
      connect(draft, block, catalogue, [source, from[1]], [target, to[1]])
  }
  return renamed
}

/** Gives copies the wires that enter their originals from outside the piece. */
export function connectIncoming(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  copies: ReadonlyMap<NodeId, NodeId>,
): void {
  const entering = Object.values(graphOf(draft, block).wires)
    .filter(({ from, to }) => copies.has(to[0]) && !copies.has(from[0]))
    .toSorted((a, b) => compareKeys(a.to[2] ?? '', b.to[2] ?? ''))
  for (const { from, to } of entering) {
    const copy = copies.get(to[0])
    if (copy !== undefined) connect(draft, block, catalogue, [from[0], from[1]], [copy, to[1]])
  }
}
