/** The mean of the numbers under each window of a sequence; zeros of the padding are not counted (as Keras). */
import { defineNode } from '../kit/define'
import { averageImages, pool } from '../kit/maths/pool'
import { onnxAveragePool } from '../kit/onnx-window'
import { kerasPool, onnxPoolOf, poolFields, pooled, torchAveragePool } from '../kit/pool'
import { tensor } from '../kit/spec'
import { windowAxis } from '../kit/window'

export const averagePool1d = defineNode({
  role: 'layer',
  type: 'average-pool1d',
  version: 1,
  title: 'AveragePool1D',
  family: 'pool',
  doc: 'Takes the mean under each window of a sequence and so makes it shorter and smoother.',
  synonyms: ['downsample', 'subsample', 'mean pooling', 'avgpool', 'moving average'],
  fields: poolFields(1),
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'Shorter sequences with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => pooled('AveragePool1D', x, p),
  weights: () => ({}),
  uses: { pool, averageImages, windowAxis },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: uses.pool(tf, x, p, (image, size, strides) =>
      uses.averageImages(tf, image, size, strides, p.padding, uses.windowAxis),
    ),
  }),
  stock: (tf, p) =>
    tf.layers.averagePooling1d({
      poolSize: p.poolSize[0] ?? 1,
      strides: p.strides[0] ?? 1,
      padding: p.padding,
    }),
  emit: {
    torch: (p, { x }) => torchAveragePool(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxAveragePool(g, x, onnxPoolOf(specs.x, p)) }),
    keras: (k, { x }, p, specs) => kerasPool(k, x, 'AveragePooling1D', specs.x, p),
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
