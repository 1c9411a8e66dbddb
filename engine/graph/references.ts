/**
 * What the schema cannot see: that names used in a document exist in it. A file whose wires end in nothing is refused,
 * so that nobody who holds a `Document` needs to ask. What depends on the catalogue (ports, kinds, settings) is not
 * checked here, nor are the names in `weightsOf` and in training steps, which nothing is drawn from: a graph with such
 * problems opens, and analyse lists them.
 */
import { blockInstanceSchema, blockType, type Block, type Document } from './document'
import { issueSentence } from './issues'

type Graph = Pick<Block, 'nodes' | 'wires'>

function has(record: object, id: string): boolean {
  return Object.hasOwn(record, id)
}

function graphFault(graph: Graph, blocks: Document['blocks'], where: string): string | null {
  for (const [id, wire] of Object.entries(graph.wires)) {
    if (!has(graph.nodes, wire.from[0]))
      return `The wire \`${where}wires.${id}\` comes from "${wire.from[0]}", but there is no such node.`
    if (!has(graph.nodes, wire.to[0]))
      return `The wire \`${where}wires.${id}\` leads to "${wire.to[0]}", but there is no such node.`
  }
  for (const [id, node] of Object.entries(graph.nodes)) {
    if (node.type !== blockType) continue
    const instance = blockInstanceSchema.safeParse(node.params)
    if (!instance.success)
      return issueSentence(instance.error, node.params, {
        prefix: [...where.split('.').filter(Boolean), 'nodes', id, 'params'],
      })
    if (!has(blocks, instance.data.block))
      return `The node \`${where}nodes.${id}\` is an instance of the block "${instance.data.block}", but there is no such block.`
  }
  return null
}

function blockFault(id: string, block: Block): string | null {
  const ends = [...Object.entries(block.inputs), ...Object.entries(block.outputs)]
  for (const [port, [node]] of ends) {
    if (!has(block.nodes, node))
      return `The port "${port}" of the block \`blocks.${id}\` stands for a port of "${node}", but there is no such node inside.`
  }
  for (const [name, { node }] of Object.entries(block.promoted)) {
    if (!has(block.nodes, node))
      return `The setting "${name}" of the block \`blocks.${id}\` belongs to "${node}", but there is no such node inside.`
  }
  return null
}

/** A sentence about the first name that leads nowhere, or null. */
export function referenceFault(document: Document): string | null {
  const top = graphFault(document, document.blocks, '')
  if (top !== null) return top
  for (const [id, block] of Object.entries(document.blocks)) {
    const fault = graphFault(block, document.blocks, `blocks.${id}.`) ?? blockFault(id, block)
    if (fault !== null) return fault
  }
  return null
}
