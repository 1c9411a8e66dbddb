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

/** Normal noise, which the host draws anew for every step. */
export function noisy(training: Partial<Training> = {}): Document {
  return graph(
    {
      data: ['data', { dataset: { ...recall, length: 4 }, shape: [16] }],
      noise: ['gaussian-noise', { stddev: 0.5 }],
      net: ['dense', { units: 4 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    ['data.x -> noise.x', 'noise.y -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
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

/** Nets whose tensors are wider than a workgroup of our kernels, by what they are to show. */
export const wideNets = {
  /** More filters and more under the kernel than a tile has, and more places than one part sums up. */
  convolutions: (samples = 24) =>
    graph(
      {
        data: ['data', { dataset: { kind: 'recall', samples, length: 12, symbols: 12 }, shape: [12, 12, 1] }],
        wide: ['conv2d', { filters: 40, kernelSize: [3, 3], activation: 'relu' }],
        far: [
          'conv2d',
          {
            filters: 6,
            kernelSize: [3, 2],
            strides: [2, 1],
            dilation: [2, 3],
            padding: 'valid',
            activation: 'gelu',
          },
        ],
        flat: ['reshape', { shape: [36, 6] }],
        late: [
          'conv1d',
          {
            filters: 5,
            kernelSize: [4],
            padding: 'causal',
            strides: [3],
            useBias: false,
            activation: 'relu',
          },
        ],
        all: ['flatten'],
        net: ['dense', { units: 12 }],
        loss: ['sparse-categorical-crossentropy'],
      },
      [
        'data.x -> wide.x',
        'wide.y -> far.x',
        'far.y -> flat.x',
        'flat.y -> late.x',
        'late.y -> all.x',
        'all.y -> net.x',
        'net.y -> loss.prediction',
        'data.y -> loss.target',
      ],
      { batchSize: 24 },
    ),
  /** Rows of 70 scores, and norms over 75 numbers. */
  norms: () =>
    graph(
      {
        data: ['data', { dataset: { kind: 'recall', samples: 40, length: 2, symbols: 70 }, shape: [140] }],
        wide: ['dense', { units: 75, activation: 'gelu' }],
        batch: ['batch-norm', { momentum: 0.9 }],
        norm: ['layer-norm'],
        rms: ['rms-norm'],
        bend: ['activation', { function: 'swish' }],
        net: ['dense', { units: 70 }],
        loss: ['sparse-categorical-crossentropy', { labelSmoothing: 0.1 }],
      },
      [
        'data.x -> wide.x',
        'wide.y -> batch.x',
        'batch.y -> norm.x',
        'norm.y -> rms.x',
        'rms.y -> bend.x',
        'bend.y -> net.x',
        'net.y -> loss.prediction',
        'data.y -> loss.target',
      ],
      { ...twenty, batchSize: 40 },
    ),
  /** 70 places, and four heads that share two. */
  attention: () =>
    graph(
      {
        data: ['data', { dataset: { kind: 'reverse', samples: 2, length: 70, symbols: 7 } }],
        embed: ['embedding', { vocabulary: 7, units: 12 }],
        place: ['position-embedding', { length: 70 }],
        look: ['multi-head-attention', { heads: 3, keySize: 5, valueSize: 4, causal: true }],
        shared: ['grouped-query-attention', { heads: 4, groups: 2, keySize: 6, causal: true, window: 60 }],
        net: ['dense', { units: 7 }],
        loss: ['sparse-categorical-crossentropy'],
      },
      [
        'data.x -> embed.x',
        'embed.y -> place.x',
        'place.y -> look.query',
        'look.y -> shared.query',
        'shared.y -> net.x',
        'net.y -> loss.prediction',
        'data.y -> loss.target',
      ],
      { ...twenty, batchSize: 2 },
    ),
  lstm: () => walked('lstm', { units: 70, returnSequences: true }),
  gru: () => walked('gru', { units: 70 }),
  rnn: () => walked('simple-rnn', { units: 70, goBackwards: true, returnSequences: true }),
} as const

function walked(type: string, params: Readonly<Record<string, unknown>>): Document {
  const sequence = params['returnSequences'] === true
  return graph(
    {
      data: ['data', { dataset: { ...recall, samples: 3, length: 5 } }],
      walk: [type, params],
      ...(sequence ? { flat: ['flatten'] } : {}),
      net: ['dense', { units: 4 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> walk.x',
      ...(sequence ? ['walk.y -> flat.x', 'flat.y -> net.x'] : ['walk.y -> net.x']),
      'net.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { ...twenty, batchSize: 3 },
  )
}
