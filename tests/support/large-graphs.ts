/**
 * Graphs for measuring: a thousand nodes in a chain of residual groups, and GPT-2 XL.
 */
import { produce } from 'immer'
import { blockType, type Document } from '../../engine/graph/document'
import { sketch, type NodeSketch } from './graph'

/** `count` nodes: groups of dense, layer norm, dropout and add around a skip, then a head with a loss. */
export function chain(count: number): Document {
  const nodes: Record<string, NodeSketch> = {
    data: { type: 'data', params: { dataset: { kind: 'inline', x: [[0, 1]], y: [[0]] } } },
    first: { type: 'dense', params: { units: 64 } },
  }
  const wires = ['data.x -> first.x']
  let last = 'first'
  for (let group = 0; Object.keys(nodes).length + 6 <= count; group += 1) {
    nodes[`dense_${group}`] = { type: 'dense', params: { units: 64, activation: 'relu' } }
    nodes[`norm_${group}`] = { type: 'layer-norm' }
    nodes[`drop_${group}`] = { type: 'dropout' }
    nodes[`add_${group}`] = { type: 'add' }
    wires.push(
      `${last}.y -> dense_${group}.x`,
      `dense_${group}.y -> norm_${group}.x`,
      `norm_${group}.y -> drop_${group}.x`,
      `drop_${group}.y -> add_${group}.xs`,
      `${last}.y -> add_${group}.xs`,
    )
    last = `add_${group}`
  }
  for (let extra = 0; Object.keys(nodes).length + 2 < count; extra += 1) {
    nodes[`extra_${extra}`] = { type: 'activation' }
    wires.push(`${last}.y -> extra_${extra}.x`)
    last = `extra_${extra}`
  }
  nodes['head'] = { type: 'dense', params: { units: 1 } }
  nodes['loss'] = { type: 'mean-squared-error' }
  wires.push(`${last}.y -> head.x`, 'head.y -> loss.prediction', 'data.y -> loss.target')
  return sketch({ nodes, wires })
}

/** The document after 1, 2, 3... edits of one node in the middle. */
export function edits(document: Document, count: number): Document[] {
  const documents: Document[] = []
  let last = document
  for (let index = 0; index < count; index += 1) {
    last = produce(last, (draft) => {
      const middle = draft.nodes['dense_100']
      if (middle !== undefined) middle.params['useBias'] = index % 2 === 0
    })
    documents.push(last)
  }
  return documents
}

const width = 1600

/**
 * GPT-2 XL (Radford et al. 2019): 48 blocks, width 1600, 25 heads, vocabulary 50,257, context 1024. Its head uses the
 * token embedding again, so it has no weights of its own and is left out here.
 */
export function gpt2xl(): Document {
  return sketch({
    nodes: {
      tokens: { type: 'input', params: { shape: [-1], values: 'tokens' } },
      embedding: { type: 'embedding', params: { vocabulary: 50257, units: width } },
      position: { type: 'position-embedding', params: { length: 1024 } },
      decoder: { type: blockType, params: { block: 'layer', repeat: 48 } },
      norm: { type: 'layer-norm' },
      output: { type: 'output' },
    },
    wires: [
      'tokens.y -> embedding.x',
      'embedding.y -> position.x',
      'position.y -> decoder.x',
      'decoder.x -> norm.x',
      'norm.y -> output.x',
    ],
    blocks: {
      layer: {
        name: 'Decoder layer',
        nodes: {
          entry: { type: 'input' },
          norm1: { type: 'layer-norm' },
          attention: {
            type: 'multi-head-attention',
            params: { heads: 25, keySize: 64, valueSize: 64, causal: true },
          },
          add1: { type: 'add' },
          norm2: { type: 'layer-norm' },
          wide: { type: 'dense', params: { units: 4 * width, activation: 'gelu' } },
          narrow: { type: 'dense', params: { units: width } },
          add2: { type: 'add' },
        },
        wires: [
          'entry.y -> norm1.x',
          'norm1.y -> attention.query',
          'entry.y -> add1.xs',
          'attention.y -> add1.xs',
          'add1.y -> norm2.x',
          'norm2.y -> wide.x',
          'wide.y -> narrow.x',
          'add1.y -> add2.xs',
          'narrow.y -> add2.xs',
        ],
        inputs: { x: 'entry.x' },
        outputs: { x: 'add2.y' },
      },
    },
  })
}
