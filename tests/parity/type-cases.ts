/**
 * One small case for every way in which a node type computes: each is run by the type's definition here and by the
 * module that it names in PyTorch there. Dropout and noise are left out, since no two generators agree.
 */
import { indices, oneHot, reals, type Numbers } from './numbers'

export interface TypeCase {
  readonly name: string
  readonly type: string
  readonly params: Readonly<Record<string, unknown>>
  /** By port; a list for a list port. */
  readonly inputs: Readonly<Record<string, Numbers | readonly Numbers[]>>
  /** Batch statistics instead of the moving ones. */
  readonly training?: boolean
}

const functions = [
  'linear',
  'relu',
  'elu',
  'selu',
  'sigmoid',
  'tanh',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'gelu',
]

const dense: readonly TypeCase[] = [
  ...functions.map((activation) => ({
    name: `dense-${activation}`,
    type: 'dense',
    params: { units: 4, activation },
    inputs: { x: reals(`dense-${activation}`, [3, 5], 1.5) },
  })),
  {
    name: 'dense-no-bias',
    type: 'dense',
    params: { units: 3, useBias: false },
    inputs: { x: reals('dense-no-bias', [2, 4]) },
  },
  {
    name: 'dense-sequence',
    type: 'dense',
    params: { units: 3, activation: 'softmax' },
    inputs: { x: reals('dense-sequence', [2, 3, 4]) },
  },
]

const activation: readonly TypeCase[] = [...functions, 'leaky-relu'].map((name) => ({
  name: `activation-${name}`,
  type: 'activation',
  params: { function: name, ...(name === 'leaky-relu' ? { slope: 0.2 } : {}) },
  inputs: { x: reals(`activation-${name}`, [3, 6], 3) },
}))

function image(
  name: string,
  type: string,
  params: TypeCase['params'],
  shape: readonly number[],
  training = false,
): TypeCase {
  return { name, type, params, inputs: { x: reals(name, shape, 1.5) }, ...(training ? { training } : {}) }
}

const conv: readonly TypeCase[] = [
  image('conv-valid', 'conv2d', { filters: 3, kernelSize: [3, 3], padding: 'valid' }, [2, 5, 4, 2]),
  image('conv-same', 'conv2d', { filters: 2, kernelSize: [3, 3], padding: 'same' }, [2, 4, 5, 2]),
  image('conv-same-even-kernel', 'conv2d', { filters: 2, kernelSize: [2, 4], padding: 'same' }, [1, 5, 5, 2]),
  image(
    'conv-same-strided',
    'conv2d',
    { filters: 3, kernelSize: [3, 3], strides: [2, 2], padding: 'same', activation: 'tanh' },
    [2, 6, 7, 1],
  ),
  image(
    'conv-valid-strided',
    'conv2d',
    { filters: 2, kernelSize: [2, 3], strides: [2, 1], padding: 'valid' },
    [2, 6, 5, 2],
  ),
  image(
    'conv-1x1-softmax',
    'conv2d',
    { filters: 3, kernelSize: [1, 1], activation: 'softmax', useBias: false },
    [2, 2, 3, 2],
  ),
]

const pool: readonly TypeCase[] = ['max-pool2d', 'average-pool2d'].flatMap((type) => [
  image(`${type}-valid`, type, { poolSize: [2, 2], strides: [2, 2], padding: 'valid' }, [2, 5, 4, 2]),
  image(`${type}-same-odd`, type, { poolSize: [2, 2], strides: [2, 2], padding: 'same' }, [2, 5, 3, 2]),
  image(`${type}-same-overlap`, type, { poolSize: [3, 3], strides: [2, 2], padding: 'same' }, [2, 6, 6, 2]),
  image(`${type}-same-even`, type, { poolSize: [3, 3], strides: [1, 1], padding: 'same' }, [1, 4, 4, 2]),
  image(`${type}-oblong`, type, { poolSize: [3, 1], strides: [1, 2], padding: 'valid' }, [1, 5, 5, 2]),
])

const norm: readonly TypeCase[] = [
  image('batch-norm-rows-evaluation', 'batch-norm', {}, [5, 3]),
  image('batch-norm-rows-training', 'batch-norm', { momentum: 0.9, epsilon: 1e-5 }, [5, 3], true),
  image('batch-norm-images-evaluation', 'batch-norm', { epsilon: 1e-2 }, [2, 3, 3, 2]),
  image('batch-norm-images-training', 'batch-norm', { momentum: 0.8 }, [2, 3, 3, 2], true),
  image('batch-norm-sequence-training', 'batch-norm', {}, [3, 4, 2], true),
  image('layer-norm-rows', 'layer-norm', {}, [4, 5]),
  image('layer-norm-sequence', 'layer-norm', { epsilon: 1e-5 }, [2, 3, 6]),
]

const shape: readonly TypeCase[] = [
  image('global-average-pool2d', 'global-average-pool2d', {}, [2, 3, 4, 2]),
  image('dropout-evaluation', 'dropout', { rate: 0.5 }, [3, 4]),
  image('flatten', 'flatten', {}, [2, 2, 3, 2]),
  image('reshape', 'reshape', { shape: [3, -1] }, [2, 2, 3, 2]),
  {
    name: 'add',
    type: 'add',
    params: {},
    inputs: { xs: ['a', 'b', 'c'].map((part) => reals(`add-${part}`, [2, 3])) },
  },
  {
    name: 'concatenate',
    type: 'concatenate',
    params: { axis: -1 },
    inputs: { xs: [2, 1, 3].map((size) => reals(`concatenate-${size}`, [2, 2, size])) },
  },
  {
    name: 'concatenate-time',
    type: 'concatenate',
    params: { axis: 1 },
    inputs: { xs: [2, 1].map((size) => reals(`concatenate-time-${size}`, [2, size, 3])) },
  },
]

const sequence: readonly TypeCase[] = [
  {
    name: 'embedding',
    type: 'embedding',
    params: { vocabulary: 6, units: 3 },
    inputs: { x: indices('embedding', [2, 4], 6) },
  },
  image('position-embedding', 'position-embedding', { length: 5 }, [2, 3, 4]),
  image('lstm-last', 'lstm', { units: 3 }, [2, 4, 3]),
  image('lstm-sequences', 'lstm', { units: 2, returnSequences: true }, [2, 5, 3]),
  image('lstm-no-bias', 'lstm', { units: 2, useBias: false }, [2, 3, 2]),
  image(
    'lstm-other-gates',
    'lstm',
    { units: 2, activation: 'softsign', recurrentActivation: 'tanh' },
    [2, 3, 2],
  ),
]

/** 1 where a place may look; every place may look somewhere. */
const looks = {
  dtype: 'float32',
  shape: [2, 3, 4],
  values: [1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1],
} as const
const looksBack = {
  dtype: 'float32',
  shape: [1, 1, 4, 4],
  values: [1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1],
} as const

function attention(name: string, params: TypeCase['params'], inputs: TypeCase['inputs']): TypeCase {
  return { name: `attention-${name}`, type: 'multi-head-attention', params, inputs }
}

const attentions: readonly TypeCase[] = [
  attention('self', { heads: 2, keySize: 2 }, { query: reals('attention-self', [2, 3, 4]) }),
  attention(
    'causal',
    { heads: 2, keySize: 3, causal: true },
    { query: reals('attention-causal', [2, 4, 6]) },
  ),
  attention(
    'cross',
    { heads: 2, keySize: 2 },
    { query: reals('attention-cross', [2, 3, 4]), key: reals('attention-cross-key', [2, 5, 3]) },
  ),
  attention(
    'mask',
    { heads: 2, keySize: 2 },
    {
      query: reals('attention-mask', [2, 3, 4]),
      key: reals('attention-mask-key', [2, 4, 4]),
      value: reals('attention-mask-value', [2, 4, 2]),
      mask: looks,
    },
  ),
  attention(
    'mask-causal',
    { heads: 1, keySize: 4, causal: true },
    { query: reals('attention-mask-causal', [1, 4, 4]), mask: looksBack },
  ),
  attention(
    'own-sizes',
    { heads: 2, keySize: 3, valueSize: 1 },
    { query: reals('attention-own-sizes', [2, 3, 4]), key: reals('attention-own-sizes-key', [2, 2, 5]) },
  ),
  attention(
    'no-bias',
    { heads: 3, keySize: 2, valueSize: 4, useBias: false, causal: true },
    { query: reals('attention-no-bias', [1, 3, 4]) },
  ),
]

function scored(name: string, type: string, prediction: Numbers, target?: Numbers, params = {}): TypeCase {
  return { name, type, params, inputs: { prediction, ...(target === undefined ? {} : { target }) } }
}

/** 0 and 1. */
const yesNo = (name: string, shape: readonly number[]) => ({
  ...indices(name, shape, 2),
  dtype: 'float32' as const,
})

const losses: readonly TypeCase[] = [
  scored(
    'categorical',
    'categorical-crossentropy',
    reals('categorical', [4, 3], 3),
    oneHot('categorical', [4, 3]),
  ),
  scored(
    'categorical-sequence',
    'categorical-crossentropy',
    reals('categorical-sequence', [2, 3, 4], 3),
    oneHot('categorical-sequence', [2, 3, 4]),
  ),
  scored('sparse', 'sparse-categorical-crossentropy', reals('sparse', [5, 3], 3), indices('sparse', [5], 3)),
  scored(
    'sparse-sequence',
    'sparse-categorical-crossentropy',
    reals('sparse-sequence', [2, 3, 4], 3),
    indices('sparse-sequence', [2, 3], 4),
  ),
  scored('binary', 'binary-crossentropy', reals('binary', [5, 2], 4), yesNo('binary', [5, 2])),
  scored('binary-real', 'binary-crossentropy', reals('binary-real', [5, 1], 4), undefined, {
    constantTarget: 1,
  }),
  scored('binary-fake', 'binary-crossentropy', reals('binary-fake', [5, 1], 4), undefined, {
    constantTarget: 0,
  }),
  scored('squares', 'mean-squared-error', reals('squares', [3, 4]), reals('squares-target', [3, 4])),
  scored('squares-constant', 'mean-squared-error', reals('squares-constant', [3, 2]), undefined, {
    constantTarget: 0.5,
  }),
]

const metrics: readonly TypeCase[] = [
  scored('accuracy-index', 'accuracy', reals('accuracy-index', [9, 3]), indices('accuracy-index', [9], 3)),
  scored('accuracy-column', 'accuracy', reals('accuracy-column', [8, 3]), oneHot('accuracy-column', [8, 3])),
  scored('accuracy-yes-no', 'accuracy', reals('accuracy-yes-no', [8, 1]), yesNo('accuracy-yes-no', [8, 1])),
  scored(
    'accuracy-threshold',
    'accuracy',
    reals('accuracy-t', [8, 1], 0.5, 0.5),
    yesNo('accuracy-t', [8, 1]),
    {
      threshold: 0.5,
    },
  ),
  scored('absolute', 'mean-absolute-error', reals('absolute', [4, 3]), reals('absolute-target', [4, 3])),
]

/** By the golden file that keeps them. */
export const typeCases: Readonly<Record<string, readonly TypeCase[]>> = {
  'types-rows': [...dense, ...activation, ...losses, ...metrics],
  'types-images': [...conv, ...pool],
  'types-rest': [...norm, ...shape, ...sequence, ...attentions],
}
