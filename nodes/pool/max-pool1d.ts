/** Keeps the largest number under each window of a sequence. */
import { defineNode } from '../kit/define'
import { pool } from '../kit/maths/pool'
import { onnxMaxPool } from '../kit/onnx-window'
import { kerasPool, onnxPoolOf, poolFields, pooled, torchMaxPool } from '../kit/pool'
import { tensor } from '../kit/spec'

export const maxPool1d = defineNode({
  role: 'layer',
  type: 'max-pool1d',
  version: 1,
  title: 'MaxPool1D',
  family: 'pool',
  doc: 'Keeps the largest number under each window of a sequence: whether a pattern was found matters more than where exactly.',
  synonyms: ['downsample', 'subsample', 'maxpooling'],
  fields: poolFields(1),
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'Shorter sequences with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => pooled('MaxPool1D', x, p),
  weights: () => ({}),
  uses: { pool },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: uses.pool(tf, x, p, (image, size, strides) => tf.maxPool(image, [...size], [...strides], p.padding)),
  }),
  stock: (tf, p) =>
    tf.layers.maxPooling1d({
      poolSize: p.poolSize[0] ?? 1,
      strides: p.strides[0] ?? 1,
      padding: p.padding,
    }),
  emit: {
    torch: (p, { x }) => torchMaxPool(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxMaxPool(g, x, onnxPoolOf(specs.x, p)) }),
    keras: (k, { x }, p, specs) => kerasPool(k, x, 'MaxPooling1D', specs.x, p),
  },
  cases: [
    { inputs: { x: tensor([null, 6, 2]) } },
    { inputs: { x: tensor([null, 5, 2]) }, params: { padding: 'same' } },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { poolSize: [3], strides: [1], padding: 'same' } },
    { inputs: { x: tensor([null, 7, 1]) }, params: { poolSize: [3], strides: [1] } },
    { inputs: { x: tensor([null, 8, 2]) }, params: { strides: [3], padding: 'same' } },
    { inputs: { x: tensor([null, 1, 3]) }, refused: 'The pool is 2 long, but x is only 1 long' },
    { inputs: { x: tensor([null, 'T', 3]) }, refused: 'needs a fixed number of steps' },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
  ],
  migrations: [],
})
