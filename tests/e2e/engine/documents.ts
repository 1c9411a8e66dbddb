/** Small nets whose captured training is compared with the eager one, and what each of them is to show. */
import type { Document, Optimiser, Training } from '../../../engine/graph/document'
import { graph, step } from '../../engine/documents'

const recall = { kind: 'recall', samples: 64, length: 16, symbols: 4 }

export const adam: Optimiser = { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }

const twenty: Partial<Training> = { batchSize: 16, length: { steps: 24 }, steps: [step(adam)] }

/** Two hidden layers with dropout between them; 40 samples in batches of 16 leave a partial one. */
export function mlp(training: Partial<Training> = {}): Document {
  return graph(
    {
      data: ['data', { dataset: { ...recall, samples: 40 }, shape: [8, 8, 1] }],
      flat: ['flatten'],
      first: ['dense', { units: 16, activation: 'relu' }],
      drop: ['dropout', { rate: 0.3 }],
      second: ['dense', { units: 8, activation: 'tanh' }],
      net: ['dense', { units: 4 }],
      loss: ['sparse-categorical-crossentropy'],
      right: ['accuracy'],
    },
    [
      'data.x -> flat.x',
      'flat.y -> first.x',
      'first.y -> drop.x',
      'drop.y -> second.x',
      'second.y -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
      'net.y -> right.prediction',
      'data.y -> right.target',
    ],
    { ...twenty, ...training },
  )
}

/** Convolutions, pools and batch normalisation, whose statistics move in the forward pass. */
export function cnn(training: Partial<Training> = {}): Document {
  return graph(
    {
      data: ['data', { dataset: recall, shape: [8, 8, 1] }],
      conv: ['conv2d', { filters: 4, kernelSize: [3, 3], padding: 'same', activation: 'relu' }],
      pool: ['max-pool2d'],
      strided: ['conv2d', { filters: 6, kernelSize: [3, 3], strides: [2, 2], padding: 'same' }],
      norm: ['batch-norm', { momentum: 0.9 }],
      all: ['global-average-pool2d'],
      net: ['dense', { units: 4 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> conv.x',
      'conv.y -> pool.x',
      'pool.y -> strided.x',
      'strided.y -> norm.x',
      'norm.y -> all.x',
      'all.y -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { ...twenty, ...training },
  )
}

export function lstm(training: Partial<Training> = {}): Document {
  return graph(
    {
      data: ['data', { dataset: { ...recall, length: 6 } }],
      lstm: ['lstm', { units: 8 }],
      net: ['dense', { units: 4 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    ['data.x -> lstm.x', 'lstm.y -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
    { ...twenty, ...training },
  )
}

/** One decoder block on embedded symbols. */
export function gpt(training: Partial<Training> = {}): Document {
  return graph(
    {
      data: ['data', { dataset: { kind: 'reverse', samples: 64, length: 6, symbols: 5 } }],
      embed: ['embedding', { vocabulary: 5, units: 8 }],
      place: ['position-embedding', { length: 6 }],
      norm: ['layer-norm'],
      look: ['multi-head-attention', { heads: 2, keySize: 4, valueSize: 4, causal: true }],
      add: ['add'],
      wide: ['dense', { units: 16, activation: 'gelu' }],
      narrow: ['dense', { units: 8 }],
      sum: ['add'],
      net: ['dense', { units: 5 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> embed.x',
      'embed.y -> place.x',
      'place.y -> norm.x',
      'norm.y -> look.query',
      'look.y -> add.xs.a',
      'place.y -> add.xs.b',
      'add.y -> wide.x',
      'wide.y -> narrow.x',
      'narrow.y -> sum.xs.a',
      'add.y -> sum.xs.b',
      'sum.y -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { ...twenty, ...training },
  )
}
