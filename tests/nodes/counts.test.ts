/** Parameters and multiply-adds of nets whose figures are published, and of attention by its parts. */
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { initialParams, type Definition } from '../../nodes/kit/define'
import { tensor, tokens, type Spec } from '../../nodes/kit/spec'
import * as node from './support/harness'

/** Runs x through a chain of layers and adds up what they cost. */
function chain(x: Spec, layers: readonly [string, object][]) {
  let parameters = 0
  let multiplyAdds = 0
  for (const [type, params] of layers) {
    const definition = catalogue.get(type) as Definition
    const p = { ...initialParams(definition), ...params }
    for (const { shape } of Object.values(node.weights(definition, { x }, p)))
      parameters += shape.reduce((a, b) => a * b, 1)
    multiplyAdds += node.multiplyAdds(definition, { x }, p)
    x = node.inferred(definition, { x }, p)['y'] as Spec
  }
  return { parameters, multiplyAdds, shape: x.shape }
}

it('counts VGG16 (Simonyan & Zisserman 2015)', () => {
  const layers: [string, object][] = []
  for (const [filters, times] of [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ] as const) {
    for (let i = 0; i < times; i++) layers.push(['conv2d', { filters, padding: 'same' }])
    layers.push(['max-pool2d', {}])
  }
  layers.push(
    ['flatten', {}],
    ['dense', { units: 4096 }],
    ['dense', { units: 4096 }],
    ['dense', { units: 1000 }],
  )
  expect(chain(tensor([null, 224, 224, 3]), layers)).toEqual({
    parameters: 138_357_544,
    multiplyAdds: 15_470_264_320,
    shape: [null, 1000],
  })
})

it('counts MobileNetV1 (Howard et al. 2017)', () => {
  const norm: [string, object] = ['batch-norm', {}]
  const layers: [string, object][] = [['conv2d', { filters: 32, strides: [2, 2], useBias: false }], norm]
  for (const [filters, stride] of [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array.from({ length: 5 }, () => [512, 1] as const),
    [1024, 2],
    [1024, 1],
  ] as const) {
    layers.push(['depthwise-conv2d', { strides: [stride, stride], useBias: false }], norm)
    layers.push(['conv2d', { filters, kernelSize: [1, 1], useBias: false }], norm)
  }
  layers.push(['global-average-pool2d', {}], ['dense', { units: 1000 }])
  expect(chain(tensor([null, 224, 224, 3]), layers)).toEqual({
    parameters: 4_253_864,
    multiplyAdds: 568_740_352,
    shape: [null, 1000],
  })
})

it('counts an LSTM step by step', () => {
  // 4 gates × (10 inputs + 20 of before) × 20 units, over 50 steps.
  expect(chain(tensor([null, 50, 10]), [['lstm', { units: 20 }]])).toEqual({
    parameters: 4 * 20 * 31,
    multiplyAdds: 50 * 4 * 20 * 30,
    shape: [null, 20],
  })
  expect(chain(tensor([null, 'T', 10]), [['lstm', { units: 20 }]]).multiplyAdds).toBe(4 * 20 * 30)
})

it('counts attention: four projections, scores and mix', () => {
  const attention = catalogue.get('multi-head-attention') as Definition
  const p = { ...initialParams(attention), heads: 4, keySize: 8 }
  const inputs = { query: tensor([null, 10, 32]) }
  expect(node.multiplyAdds(attention, inputs, p)).toBe(4 * 10 * 32 * 32 + 2 * 10 * 10 * 32)
  const weights = Object.values(node.weights(attention, inputs, p)).map(({ shape }) =>
    shape.reduce((a, b) => a * b, 1),
  )
  expect(weights.reduce((a, b) => a + b)).toBe(4 * 32 * 32 + 4 * 32)
})

const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0)

function parametersOf(type: string, inputs: node.SpecsByPort, params: object): number {
  const definition = catalogue.get(type) as Definition
  const p = { ...initialParams(definition), ...params }
  return sum(
    Object.values(node.weights(definition, inputs, p)).map(({ shape }) => shape.reduce((a, b) => a * b, 1)),
  )
}

describe('Transformers of published size', () => {
  const wide = tensor([null, 'T', 768])
  const base = { heads: 12, keySize: 64, feedForwardSize: 3072 }
  const block = parametersOf('encoder-block', { x: wide }, base)
  const norm = parametersOf('layer-norm', { x: wide }, {})
  const words = tokens([null, 'T'])

  it('GPT-2 small (Radford et al. 2019), its output tied to the embedding', () => {
    const start = parametersOf(
      'token-position-embedding',
      { x: words },
      { vocabulary: 50_257, length: 1024, units: 768 },
    )
    expect(start + 12 * block + norm).toBe(124_439_808)
  })

  it('BERT base (Devlin et al. 2019), with its pooler', () => {
    const rows = { vocabulary: 30_522, length: 512, units: 768 }
    const start = parametersOf('token-position-embedding', { x: words }, rows)
    const segments = parametersOf('embedding', { x: words }, { vocabulary: 2, units: 768 })
    const pooler = parametersOf('dense', { x: tensor([null, 768]) }, { units: 768 })
    expect(start + segments + norm + 12 * block + pooler).toBe(109_482_240)
  })

  it('ViT-B/16 (Dosovitskiy et al. 2021)', () => {
    const patches = { patchSize: [16, 16], units: 768 }
    const parts = [
      parametersOf('patch-embedding', { x: tensor([null, 224, 224, 3]) }, patches),
      parametersOf('class-token', { x: tensor([null, 196, 768]) }, {}),
      parametersOf('position-embedding', { x: tensor([null, 197, 768]) }, { length: 197 }),
      12 * block,
      norm,
      parametersOf('dense', { x: tensor([null, 768]) }, { units: 1000 }),
    ]
    expect(sum(parts)).toBe(86_567_656)
  })

  it('the Transformer base (Vaswani et al. 2017), one table for three', () => {
    const x = tensor([null, 'T', 512])
    const settings = { heads: 8, keySize: 64, feedForwardSize: 2048, order: 'post', activation: 'relu' }
    const table = parametersOf('embedding', { x: words }, { vocabulary: 37_000, units: 512 })
    const encoder = parametersOf('encoder-block', { x }, settings)
    const decoder = parametersOf('decoder-block', { x, memory: tensor([null, 'S', 512]) }, settings)
    expect(table + 6 * encoder + 6 * decoder).toBe(63_082_496)
  })
})

it('counts the work of a Transformer block by its parts', () => {
  const encoder = catalogue.get('encoder-block') as Definition
  const p = { ...initialParams(encoder), heads: 2, keySize: 4, feedForwardSize: 20 }
  const attention = 4 * 10 * 8 * 8 + 2 * 10 * 10 * 8
  expect(node.multiplyAdds(encoder, { x: tensor([null, 10, 8]) }, p)).toBe(attention + 2 * 10 * 8 * 20)
})
