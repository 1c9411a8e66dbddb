/**
 * Copies of nodes with the wires between them: duplicate, copy, paste. The copies get ids of their own.
 */
import { canShare, type Catalogue } from '../../nodes/kit/define'
import type { BlockId, Document, NodeId } from './document'
import { connect, graphOf, minimise, type Graph } from './edit'
import { freshId } from './ids'
import { compareKeys } from './keys'

/** Nodes, and the wires between them. */
export type Piece = Pick<Graph, 'nodes' | 'wires'>

/** These nodes with the wires between them; shares its parts with the document. */
export function pieceOf(document: Document, block: BlockId | null, ids: ReadonlySet<NodeId>): Piece {
  const { nodes, wires } = graphOf(document, block)
  return {
    nodes: Object.fromEntries(Object.entries(nodes).filter(([id]) => ids.has(id))),
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

/**
 * Adds copies of the nodes, moved by `offset`; answers their ids by those of the originals. A copy shares the weights
 * of the copied owner, else of the owner that is there, else has its own.
 */
export function insertPiece(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  piece: Piece,
  offset: readonly [number, number],
): ReadonlyMap<NodeId, NodeId> {
  const { nodes } = graphOf(draft, block)
  const before = new Map(Object.entries(nodes).map(([id, { type }]) => [id, type]))
  const renamed = new Map<NodeId, NodeId>()
  for (const [id, node] of Object.entries(piece.nodes)) {
    const copy = freshId(node.type, nodes)
    renamed.set(id, copy)
    nodes[copy] = structuredClone({ ...node, at: [node.at[0] + offset[0], node.at[1] + offset[1]] })
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
