/**
 * The nets whose training steps are measured, as Wiregrad draws them: the five of other benchmarks (a tiny perceptron, a
 * perceptron on digits, Keras's simple convnet, an LSTM, nanoGPT's size for a CPU), ResNet-18 on images of 32 x 32 and a
 * bidirectional GRU, and five of them small enough for a software adapter. `stock-nets.ts` has the same nets, written by
 * hand for tfjs, and `peers/` for others.
 */
import type { Document } from '../../../engine/graph/document'
import { graph, step } from '../../engine/documents'

export const modelNames = [
  'tiny-mlp',
  'mlp',
  'cnn',
  'lstm',
  'gpt',
  'resnet18',
  'resnet18-of-4',
  'bigru',
  'small-cnn',
  'small-lstm',
  'small-gpt',
  'small-resnet',
  'small-bigru',
] as const
export type ModelName = (typeof modelNames)[number]

export interface Sizes {
  readonly batch: number
  readonly classes: number
  /** Of one sample. */
  readonly shape: readonly number[]
}

export interface GptSizes {
  readonly layers: number
  readonly heads: number
  readonly width: number
}

export const sizes: { readonly [K in ModelName]: Sizes } = {
  'tiny-mlp': { batch: 32, shape: [16], classes: 10 },
  mlp: { batch: 128, shape: [784], classes: 10 },
  cnn: { batch: 128, shape: [28, 28, 1], classes: 10 },
  lstm: { batch: 32, shape: [50, 16], classes: 10 },
  gpt: { batch: 12, shape: [64], classes: 65 },
  resnet18: { batch: 32, shape: [32, 32, 3], classes: 10 },
  // For the null adapter's half a gigabyte.
  'resnet18-of-4': { batch: 4, shape: [32, 32, 3], classes: 10 },
  bigru: { batch: 32, shape: [50, 16], classes: 10 },
  'small-cnn': { batch: 8, shape: [12, 12, 1], classes: 10 },
  'small-lstm': { batch: 8, shape: [6, 4], classes: 10 },
  'small-gpt': { batch: 2, shape: [16], classes: 65 },
  'small-resnet': { batch: 8, shape: [8, 8, 3], classes: 10 },
  'small-bigru': { batch: 8, shape: [6, 4], classes: 10 },
}

export const hidden = { 'tiny-mlp': [32, 32], mlp: [512, 256] } as const
export const units = { lstm: 64, 'small-lstm': 8, bigru: 64, 'small-bigru': 8 } as const
/** Filters of each stage of two blocks; every stage but the first halves the image. */
const wide = [64, 128, 256, 512] as const
export const stages = { resnet18: wide, 'resnet18-of-4': wide, 'small-resnet': [4, 8] } as const
/** Whether a net is made of such stages. */
export const isResnet = (name: ModelName): name is keyof typeof stages => name in stages
export const gptSizes: { readonly gpt: GptSizes; readonly 'small-gpt': GptSizes } = {
  gpt: { layers: 4, heads: 4, width: 128 },
  'small-gpt': { layers: 1, heads: 4, width: 32 },
}

type Layer = readonly [id: string, node: Parameters<typeof graph>[0][string]]

const adam = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const

/** Made-up samples: two batches of them, so that rows are dealt anew now and then. */
function dataset(name: ModelName): object {
  const { batch, shape, classes } = sizes[name]
  const [first = 1, second = Math.sqrt(first)] = shape
  const samples = 2 * batch
  if (name.endsWith('gpt')) return { kind: 'reverse', samples, length: first, symbols: classes }
  // As many numbers as a sample has; the node gives them its shape.
  const numbers = shape.reduce((product, n) => product * n, 1)
  return { kind: 'recall', samples, length: numbers / second, symbols: second }
}

const valid = { kernelSize: [3, 3], padding: 'valid' } as const

const predict = (classes: number): Layer => ['scores', ['dense', { units: classes }]]

function layersOf(name: ModelName): readonly Layer[] {
  const { classes } = sizes[name]
  switch (name) {
    case 'tiny-mlp':
    case 'mlp':
      return [
        ...hidden[name].map((width, at): Layer => [
          `hidden${at}`,
          ['dense', { units: width, activation: 'relu' }],
        ]),
        predict(classes),
      ]
    case 'cnn':
      return [
        ['conv1', ['conv2d', { filters: 32, ...valid, activation: 'relu' }]],
        ['pool1', ['max-pool2d']],
        ['conv2', ['conv2d', { filters: 64, ...valid, activation: 'relu' }]],
        ['pool2', ['max-pool2d']],
        ['flat', ['flatten']],
        ['drop', ['dropout', { rate: 0.5 }]],
        predict(classes),
      ]
    case 'small-cnn':
      return [
        ['conv1', ['conv2d', { filters: 8, ...valid, activation: 'relu' }]],
        ['pool1', ['max-pool2d']],
        ['flat', ['flatten']],
        predict(classes),
      ]
    case 'lstm':
    case 'small-lstm':
      return [['lstm', ['lstm', { units: units[name] }]], predict(classes)]
    case 'bigru':
    case 'small-bigru':
      // As PyTorch has it; tfjs's own can only be trained with the reset gate before the product.
      return [['walk', ['bidirectional', { cell: 'gru', units: units[name] }]], predict(classes)]
    case 'gpt':
    case 'small-gpt':
    case 'resnet18':
    case 'resnet18-of-4':
    case 'small-resnet':
      return []
  }
}

/** Nodes one after the other. */
function chain(name: ModelName): Document {
  const { batch, shape } = sizes[name]
  const layers = layersOf(name)
  const before = ['data.x', ...layers.map(([id]) => `${id}.y`)]
  return graph(
    {
      data: ['data', { dataset: dataset(name), ...(shape.length === 2 ? {} : { shape: [...shape] }) }],
      ...Object.fromEntries(layers),
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      ...layers.map(([id], at) => `${before[at]} -> ${id}.x`),
      `${before.at(-1)} -> loss.prediction`,
      'data.y -> loss.target',
    ],
    { batchSize: batch, length: { steps: 1_000_000 }, steps: [step(adam)] },
  )
}

const bare = { kernelSize: [3, 3], padding: 'same', useBias: false } as const

/** He et al. 2016 on small images: a convolution of 3 x 3 instead of the wide one with a pool. */
function resnet(name: keyof typeof stages): Document {
  const { batch, shape, classes } = sizes[name]
  const norm: Layer[1] = ['batch-norm', { momentum: 0.9 }]
  const relu: Layer[1] = ['activation', { function: 'relu' }]
  const nodes: Layer[] = [
    ['stem', ['conv2d', { ...bare, filters: stages[name][0] }]],
    ['stem_norm', norm],
    ['stem_relu', relu],
  ]
  const wires = ['data.x -> stem.x', 'stem.y -> stem_norm.x', 'stem_norm.y -> stem_relu.x']
  let last = 'stem_relu.y'
  for (const [at, filters] of stages[name].entries()) {
    for (const block of [0, 1]) {
      const id = (part: string) => `s${at}b${block}_${part}`
      const narrows = at > 0 && block === 0
      const strides = narrows ? [2, 2] : [1, 1]
      nodes.push(
        [id('conv1'), ['conv2d', { ...bare, filters, strides }]],
        [id('norm1'), norm],
        [id('relu1'), relu],
        [id('conv2'), ['conv2d', { ...bare, filters }]],
        [id('norm2'), norm],
        [id('sum'), ['add']],
        [id('relu2'), relu],
      )
      wires.push(
        `${last} -> ${id('conv1')}.x`,
        `${id('conv1')}.y -> ${id('norm1')}.x`,
        `${id('norm1')}.y -> ${id('relu1')}.x`,
        `${id('relu1')}.y -> ${id('conv2')}.x`,
        `${id('conv2')}.y -> ${id('norm2')}.x`,
        `${id('norm2')}.y -> ${id('sum')}.xs.a`,
        `${id('sum')}.y -> ${id('relu2')}.x`,
      )
      if (narrows) {
        nodes.push(
          [id('skip'), ['conv2d', { ...bare, kernelSize: [1, 1], filters, strides }]],
          [id('skip_norm'), norm],
        )
        wires.push(
          `${last} -> ${id('skip')}.x`,
          `${id('skip')}.y -> ${id('skip_norm')}.x`,
          `${id('skip_norm')}.y -> ${id('sum')}.xs.b`,
        )
      } else wires.push(`${last} -> ${id('sum')}.xs.b`)
      last = `${id('relu2')}.y`
    }
  }
  return graph(
    {
      data: ['data', { dataset: dataset(name), shape: [...shape] }],
      ...Object.fromEntries(nodes),
      mean: ['global-average-pool2d'],
      scores: ['dense', { units: classes }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      ...wires,
      `${last} -> mean.x`,
      'mean.y -> scores.x',
      'scores.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { batchSize: batch, length: { steps: 1_000_000 }, steps: [step(adam)] },
  )
}

/** A decoder as nanoGPT's: norms before attention and before the wide layer. */
function gpt(name: 'gpt' | 'small-gpt'): Document {
  const { batch, shape, classes } = sizes[name]
  const { layers, heads, width } = gptSizes[name]
  const [length = 1] = shape
  const attention = { heads, keySize: width / heads, causal: true }
  const blocks = Array.from({ length: layers }, (_, at) => at)
  const from = (at: number) => (at === 0 ? 'place.y' : `out${at - 1}.y`)
  return graph(
    {
      data: ['data', { dataset: dataset(name) }],
      embed: ['embedding', { vocabulary: classes, units: width }],
      place: ['position-embedding', { length }],
      ...Object.fromEntries(
        blocks.flatMap((at): Layer[] => [
          [`norm${at}`, ['layer-norm', { epsilon: 1e-5 }]],
          [`look${at}`, ['multi-head-attention', attention]],
          [`add${at}`, ['add']],
          [`inner${at}`, ['layer-norm', { epsilon: 1e-5 }]],
          [`wide${at}`, ['dense', { units: 4 * width, activation: 'gelu' }]],
          [`back${at}`, ['dense', { units: width }]],
          [`out${at}`, ['add']],
        ]),
      ),
      last: ['layer-norm', { epsilon: 1e-5 }],
      scores: ['dense', { units: classes, useBias: false }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> embed.x',
      'embed.y -> place.x',
      ...blocks.flatMap((at) => [
        `${from(at)} -> norm${at}.x`,
        `norm${at}.y -> look${at}.query`,
        `${from(at)} -> add${at}.xs.a`,
        `look${at}.y -> add${at}.xs.b`,
        `add${at}.y -> inner${at}.x`,
        `inner${at}.y -> wide${at}.x`,
        `wide${at}.y -> back${at}.x`,
        `add${at}.y -> out${at}.xs.a`,
        `back${at}.y -> out${at}.xs.b`,
      ]),
      `${from(layers)} -> last.x`,
      'last.y -> scores.x',
      'scores.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { batchSize: batch, length: { steps: 1_000_000 }, steps: [step(adam)] },
  )
}

export function documentOf(name: ModelName): Document {
  if (name === 'gpt' || name === 'small-gpt') return gpt(name)
  return isResnet(name) ? resnet(name) : chain(name)
}
