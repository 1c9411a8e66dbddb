/**
 * Writes documents for tests in a few words: nodes by id with the settings that differ from the defaults, wires as
 * `'dense.y -> loss.prediction'`.
 */
import { createDocument } from '../../engine/graph/create'
import { blockType, type Block, type Document, type Node, type Training } from '../../engine/graph/document'
import { freshKeys } from '../../engine/graph/keys'
import { catalogue } from '../../nodes/catalogue'
import { initialParams } from '../../nodes/kit/define'

export type NodeSketch = Partial<Omit<Node, 'params'>> & {
  readonly type: string
  readonly params?: Record<string, unknown>
}

export interface GraphSketch {
  readonly nodes: Readonly<Record<string, NodeSketch>>
  readonly wires?: readonly string[]
}

export interface BlockSketch extends GraphSketch {
  readonly name?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
  readonly promoted?: Block['promoted']
}

export interface DocumentSketch extends GraphSketch {
  readonly blocks?: Readonly<Record<string, BlockSketch>>
  readonly training?: Partial<Training>
}

function node(sketch: NodeSketch): Node {
  const definition = catalogue.get(sketch.type)
  const initial =
    sketch.type === blockType
      ? { repeat: 1, tie: false, set: {} }
      : definition === undefined
        ? {}
        : initialParams(definition)
  const params = structuredClone({ ...initial, ...sketch.params }) as Node['params']
  return { version: definition?.version ?? 1, at: [0, 0], ...sketch, params }
}

function end(text: string): [string, string] {
  const [id = '', port = ''] = text.trim().split('.')
  return [id, port]
}

function isList(nodes: GraphSketch['nodes'], [id, port]: [string, string]): boolean {
  return catalogue.get(nodes[id]?.type ?? '')?.inputs[port]?.list === true
}

function graph(sketch: GraphSketch): Pick<Block, 'nodes' | 'wires' | 'frames'> {
  const keys = freshKeys((sketch.wires ?? []).length)
  const wires = (sketch.wires ?? []).map((text, index): [string, Block['wires'][string]] => {
    const [from = '', to = ''] = text.split('->')
    const target = end(to)
    return [
      `w${index + 1}`,
      { from: end(from), to: isList(sketch.nodes, target) ? [...target, keys[index] ?? 'a0'] : target },
    ]
  })
  return {
    nodes: Object.fromEntries(Object.entries(sketch.nodes).map(([id, each]) => [id, node(each)])),
    wires: Object.fromEntries(wires),
    frames: {},
  }
}

function ports(sketch: Readonly<Record<string, string>> = {}): Block['inputs'] {
  return Object.fromEntries(Object.entries(sketch).map(([port, text]) => [port, end(text)]))
}

/** A document from a sketch; wires are named `w1`, `w2`... in the order given. */
export function sketch(of: DocumentSketch): Document {
  const empty = createDocument('Test')
  const blocks = Object.entries(of.blocks ?? {}).map(([id, block]): [string, Block] => [
    id,
    {
      ...graph(block),
      name: block.name ?? id,
      inputs: ports(block.inputs),
      outputs: ports(block.outputs),
      promoted: block.promoted ?? {},
    },
  ])
  return {
    ...empty,
    ...graph(of),
    blocks: Object.fromEntries(blocks),
    training: { ...empty.training, ...of.training },
  }
}

/** XOR: data -> input -> dense -> dense -> loss. */
export function xor(): Document {
  return sketch({
    nodes: {
      data: {
        type: 'data',
        params: {
          dataset: {
            kind: 'inline',
            x: [
              [0, 0],
              [0, 1],
              [1, 0],
              [1, 1],
            ],
            y: [[0], [1], [1], [0]],
          },
        },
      },
      input: { type: 'input', params: { shape: [2] } },
      hidden: { type: 'dense', params: { units: 4, activation: 'tanh' } },
      logits: { type: 'dense', params: { units: 1, activation: 'linear' } },
      loss: { type: 'binary-crossentropy' },
      output: { type: 'output' },
    },
    wires: [
      'data.x -> input.x',
      'input.y -> hidden.x',
      'hidden.y -> logits.x',
      'logits.y -> loss.prediction',
      'data.y -> loss.target',
      'logits.y -> output.x',
    ],
  })
}
