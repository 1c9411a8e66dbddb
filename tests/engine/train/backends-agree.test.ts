/** The repaired wasm backend trains as plain JavaScript does: loss curves, probes and weights of small nets. */
import { expect, it } from 'vitest'
import type { Document } from '../../../engine/graph/document'
import { graph, step } from '../documents'
import { train } from '../running'

const adam = step({ kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-6 })
const training = { batchSize: 16, length: { steps: 20 }, steps: [adam] }
const recall = { kind: 'recall', samples: 64, length: 16, symbols: 4 }

const cnn = graph(
  {
    data: ['data', { dataset: recall, shape: [8, 8, 1] }],
    conv: [
      'conv2d',
      { filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'tanh' },
    ],
    pool: ['max-pool2d'],
    strided: ['conv2d', { filters: 6, kernelSize: [3, 3], strides: [2, 2], padding: 'same', useBias: false }],
    norm: ['batch-norm', { momentum: 0.9 }],
    mean: ['average-pool2d', { poolSize: [2, 2], strides: [1, 1], padding: 'same' }],
    all: ['global-average-pool2d'],
    net: ['dense', { units: 4 }],
    loss: ['sparse-categorical-crossentropy'],
  },
  [
    'data.x -> conv.x',
    'conv.y -> pool.x',
    'pool.y -> strided.x',
    'strided.y -> norm.x',
    'norm.y -> mean.x',
    'mean.y -> all.x',
    'all.y -> net.x',
    'net.y -> loss.prediction',
    'data.y -> loss.target',
  ],
  training,
)

const lstm = graph(
  {
    data: ['data', { dataset: recall }],
    lstm: ['lstm', { units: 8 }],
    net: ['dense', { units: 4 }],
    loss: ['sparse-categorical-crossentropy'],
  },
  ['data.x -> lstm.x', 'lstm.y -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
  training,
)

const attention = graph(
  {
    data: ['data', { dataset: { kind: 'reverse', samples: 64, length: 6, symbols: 5 } }],
    embed: ['embedding', { vocabulary: 5, units: 8 }],
    place: ['position-embedding', { length: 6 }],
    norm: ['layer-norm'],
    look: ['multi-head-attention', { heads: 2, keySize: 4, valueSize: 4, causal: false }],
    add: ['add'],
    net: ['dense', { units: 5 }],
    loss: ['sparse-categorical-crossentropy'],
    right: ['accuracy'],
  },
  [
    'data.x -> embed.x',
    'embed.y -> place.x',
    'place.y -> norm.x',
    'norm.y -> look.query',
    'look.y -> add.xs.a',
    'place.y -> add.xs.b',
    'add.y -> net.x',
    'net.y -> loss.prediction',
    'data.y -> loss.target',
    'net.y -> right.prediction',
    'data.y -> right.target',
  ],
  training,
)

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce(
    (most, value, at) => Math.max(most, Math.abs(value - b[at]!) / Math.max(1, Math.abs(b[at]!))),
    0,
  )
}

it.each<[string, Document]>([
  ['a CNN', cnn],
  ['an LSTM', lstm],
  ['attention', attention],
])('%s', async (_, document) => {
  const slow = await train(document, { backend: 'cpu' })
  const quick = await train(document, { backend: 'wasm' })
  expect(quick.started.backend.name).toBe('wasm')
  expect(slow.losses.at(-1)!).toBeLessThan(slow.losses[0]!)
  expect(worst(quick.losses, slow.losses)).toBeLessThan(1e-4)
  for (const key of Object.keys(slow.weights))
    expect([key, worst(quick.weights[key]!.values, slow.weights[key]!.values) < 1e-3]).toEqual([key, true])
  for (const [at, probe] of slow.probes.entries()) {
    expect(worst(quick.probes[at]!.relativeGradient, probe.relativeGradient)).toBeLessThan(1e-3)
    expect(worst(quick.probes[at]!.wireRms, probe.wireRms)).toBeLessThan(1e-3)
    expect([...probe.wireRms].every((rms) => rms !== -1 || document === attention)).toBe(true)
  }
  expect([slow.leak, quick.leak]).toEqual([0, 0])
})
