/** Parameters and multiply-adds of nets whose figures are published, and of attention by its parts. */
import { expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { initialParams, type Definition } from '../../nodes/kit/define'
import { tensor, type Spec } from '../../nodes/kit/spec'
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
