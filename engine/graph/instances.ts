/** Where a block stands: its instances in the document and in other blocks, and the settings of blocks around it that lead in. */
import { blockType, type Block, type BlockId, type Document, type Node, type NodeId } from './document'

interface Placed {
  readonly graph: Pick<Block, 'nodes' | 'wires' | 'frames'>
  readonly id: NodeId
  readonly node: Node
}

/** Every node that is an instance of a block, in the document and in other blocks. */
export function instancesOf(document: Document, block: BlockId): Placed[] {
  return [document, ...Object.values(document.blocks)].flatMap((graph) =>
    Object.entries(graph.nodes)
      .filter(([, node]) => node.type === blockType && node.params['block'] === block)
      .map(([id, node]) => ({ graph, id, node })),
  )
}

/** What an instance set for itself; the very object, to be changed in a draft. */
export function setOf(instance: Node): Record<string, unknown> {
  return instance.params['set'] as Record<string, unknown>
}

interface Promotion {
  readonly block: BlockId
  readonly name: string
  readonly node: NodeId
}

/** Settings of other blocks that stand for this setting of a block, on an instance of it inside them. */
export function promotionsOf(document: Document, block: BlockId, setting: string): Promotion[] {
  return Object.entries(document.blocks).flatMap(([outer, { nodes, promoted }]) =>
    Object.entries(promoted).flatMap(([name, { node, field }]) => {
      const holder = nodes[node]
      return field === setting && holder?.type === blockType && holder.params['block'] === block
        ? [{ block: outer, name, node }]
        : []
    }),
  )
}
