/** Large graphs laid out in rows, to be looked at. */
import type { Document, Node } from '../../../engine/graph/document'
import { sketch, type NodeSketch } from '../../support/graph'

const gap = { x: 230, y: 150 }

/** The nodes in the order they stand in, row below row, in about the shape of a window. */
export function inRows(document: Document): Document {
  const ids = Object.keys(document.nodes)
  const columns = Math.ceil(Math.sqrt(ids.length * 1.1))
  const nodes = ids.map((id, index): [string, Node] => [
    id,
    {
      ...(document.nodes[id] as Node),
      at: [(index % columns) * gap.x, Math.floor(index / columns) * gap.y],
    },
  ])
  return { ...document, nodes: Object.fromEntries(nodes) }
}

/**
 * `count` nodes in a chain: a first dense layer, and then layers that hand on its width. With `every`, each so many nodes
 * there is another dense layer, where an edit of the one before ends.
 */
export function passing(count: number, every = Infinity): Document {
  const nodes: Record<string, NodeSketch> = {
    data: { type: 'data', params: { dataset: { kind: 'inline', x: [[0, 1]], y: [[0]] } } },
    dense_0: { type: 'dense', params: { units: 64 } },
  }
  const wires = ['data.x -> dense_0.x']
  let last = 'dense_0'
  for (let index = 1; Object.keys(nodes).length + 2 < count; index += 1) {
    const dense = index % every === 0
    const id = `${dense ? 'dense' : 'node'}_${index}`
    nodes[id] = dense
      ? { type: 'dense', params: { units: 64 } }
      : { type: ['layer-norm', 'activation', 'dropout'][index % 3] ?? 'dropout' }
    wires.push(`${last}.y -> ${id}.x`)
    last = id
  }
  nodes['head'] = { type: 'dense', params: { units: 1 } }
  nodes['loss'] = { type: 'mean-squared-error' }
  wires.push(`${last}.y -> head.x`, 'head.y -> loss.prediction', 'data.y -> loss.target')
  return sketch({ nodes, wires })
}
