/** What the builders of published architectures share: a sketch becomes a laid out document with its words. */
import { blockType, type Document } from '../../engine/graph/document'
import { layOut } from '../../engine/import/layout'
import { sketch, type DocumentSketch, type NodeSketch } from '../support/graph'

export interface Architecture extends DocumentSketch {
  /** File name without its ending. */
  readonly file: string
  readonly name: string
  /** Where it was published, what was chosen, and where its count comes from. */
  readonly notes: string
  /** Every weight, moving statistics included, as published. */
  readonly parameters: number
  /** Per sample, where published. */
  readonly multiplyAdds?: number
  readonly batchSize: number
  /** Where nodes of the top level stand that have a place of their own in every picture of it; the others are laid out. */
  readonly places?: Readonly<Record<string, readonly [number, number]>>
}

/** The document of an architecture. */
export function documentOf({ name, notes, batchSize, places = {}, ...of }: Architecture): Document {
  const drawn = sketch(of)
  return {
    ...drawn,
    name,
    notes,
    nodes: Object.fromEntries(
      Object.entries(layOut(drawn)).map(([id, node]) => {
        const [x, y] = places[id] ?? node.at
        return [id, { ...node, at: [x, y] }]
      }),
    ),
    blocks: Object.fromEntries(
      Object.entries(drawn.blocks).map(([id, block]) => [id, { ...block, nodes: layOut(block) }]),
    ),
    training: { ...drawn.training, batchSize },
  }
}

export function instance(block: string, set: Readonly<Record<string, unknown>> = {}, repeat = 1): NodeSketch {
  return { type: blockType, params: { block, repeat, tie: false, set } }
}

/** Wires along a row of nodes, from the first output of each to the first input of the next. */
export function inRow(...ends: readonly string[]): string[] {
  return ends.slice(1).map((to, at) => `${port(ends[at] ?? '', 'y')} -> ${port(to, 'x')}`)
}

function port(end: string, usual: string): string {
  return end.includes('.') ? end : `${end}.${usual}`
}

const spread = { kind: 'normal', mean: 0, stddev: 0.02 }
/** Weights of GPT and BERT: N(0, 0.02). */
export const narrow = { kernelInitialiser: spread }
export const narrowRows = { initialiser: spread }

interface LayerSketch {
  readonly width: number
  readonly heads: number
  readonly activation: string
  readonly epsilon: number
  readonly causal: boolean
  readonly dropout: number
  /** `before`: norm, then the part; `after`: the part, then the norm of the sum. */
  readonly norm: 'before' | 'after'
  readonly initialiser: Readonly<Record<string, unknown>>
  readonly hidden?: number
}

/** One Transformer layer with a single stream: attention and feed-forward, each beside a skip. Port x to port x. */
export function transformerLayer(name: string, o: LayerSketch) {
  const before = o.norm === 'before'
  const norm = { type: 'layer-norm', params: { epsilon: o.epsilon } }
  const wires = before
    ? [
        ...inRow('entry', 'norm1', 'attention.query'),
        'entry.y -> add1.xs',
        ...inRow('attention', 'drop1', 'add1.xs'),
        ...inRow('add1', 'norm2', 'wide', 'bend', 'narrow', 'drop2'),
        'add1.y -> add2.xs',
        'drop2.y -> add2.xs',
      ]
    : [
        ...inRow('entry', 'attention.query'),
        'entry.y -> add1.xs',
        ...inRow('attention', 'drop1', 'add1.xs'),
        ...inRow('add1', 'norm1', 'wide', 'bend', 'narrow', 'drop2'),
        'norm1.y -> add2.xs',
        'drop2.y -> add2.xs',
        ...inRow('add2', 'norm2'),
      ]
  return {
    name,
    nodes: {
      entry: { type: 'input' },
      norm1: norm,
      attention: {
        type: 'multi-head-attention',
        params: {
          heads: o.heads,
          keySize: o.width / o.heads,
          causal: o.causal,
          ...o.initialiser,
        },
      },
      drop1: { type: 'dropout', params: { rate: o.dropout } },
      add1: { type: 'add' },
      norm2: norm,
      wide: {
        type: 'dense',
        params: { units: o.hidden ?? 4 * o.width, ...o.initialiser },
      },
      bend: { type: 'activation', params: { function: o.activation } },
      narrow: { type: 'dense', params: { units: o.width, ...o.initialiser } },
      drop2: { type: 'dropout', params: { rate: o.dropout } },
      add2: { type: 'add' },
    },
    wires,
    inputs: { x: 'entry.x' },
    outputs: { x: before ? 'add2.y' : 'norm2.y' },
  }
}
