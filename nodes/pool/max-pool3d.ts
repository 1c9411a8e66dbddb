/** Keeps the largest number under each window of a volume. */
import { defineNode } from '../kit/define'
import { pool } from '../kit/maths/pool'
import { onnxMaxPool } from '../kit/onnx-window'
import { kerasPool, onnxPoolOf, poolFields, pooled, torchMaxPool } from '../kit/pool'
import { tensor } from '../kit/spec'
import { triple } from '../kit/window'

export const maxPool3d = defineNode({
  role: 'layer',
  type: 'max-pool3d',
  version: 1,
  title: 'MaxPool3D',
  family: 'pool',
  doc: 'Keeps the largest number under each window of a volume: whether a pattern was found matters more than where exactly.',
  synonyms: ['downsample', 'subsample', 'maxpooling'],
  fields: poolFields(3),
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller volumes with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => pooled('MaxPool3D', x, p),
  weights: () => ({}),
  uses: { pool },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: uses.pool(tf, x, p, (image, size, strides) => tf.maxPool(image, [...size], [...strides], p.padding)),
  }),
  stock: (tf, p) =>
    tf.layers.maxPooling3d({
      poolSize: triple(p.poolSize),
      strides: triple(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
    }),
  emit: {
    torch: (p, { x }) => torchMaxPool(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxMaxPool(g, x, onnxPoolOf(specs.x, p)) }),
    keras: (k, { x }, p, specs) => kerasPool(k, x, 'MaxPooling3D', specs.x, p),
  },
  cases: [
    { inputs: { x: tensor([null, 2, 4, 3, 2]) } },
    { inputs: { x: tensor([null, 3, 3, 3, 1]) }, params: { padding: 'same' } },
    {
      inputs: { x: tensor([null, 3, 4, 3, 1]) },
      params: { poolSize: [3, 2, 1], strides: [1, 2, 1], padding: 'same' },
    },
    { inputs: { x: tensor([null, 4, 3, 3, 1]) }, params: { poolSize: [2, 3, 1], strides: [1, 1, 2] } },
    { inputs: { x: tensor([null, 1, 8, 8, 3]) }, refused: 'The pool is 2 deep, but x is only 1 deep' },
    { inputs: { x: tensor([null, 'D', 8, 8, 3]) }, refused: 'fixed depth' },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs volumes' },
  ],
  migrations: [],
})
