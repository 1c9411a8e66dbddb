/** The mean of the numbers under each window of a volume; zeros of the padding are not counted (as Keras). */
import { defineNode } from '../kit/define'
import { averageImages, pool } from '../kit/maths/pool'
import { onnxAveragePool } from '../kit/onnx-window'
import { kerasPool, onnxPoolOf, poolFields, pooled, torchAveragePool } from '../kit/pool'
import { tensor } from '../kit/spec'
import { triple, windowAxis } from '../kit/window'

export const averagePool3d = defineNode({
  role: 'layer',
  type: 'average-pool3d',
  version: 1,
  title: 'AveragePool3D',
  family: 'pool',
  doc: 'Takes the mean under each window of a volume and so makes it smaller and smoother.',
  synonyms: ['downsample', 'subsample', 'mean pooling', 'avgpool'],
  fields: poolFields(3),
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller volumes with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => pooled('AveragePool3D', x, p),
  weights: () => ({}),
  uses: { pool, averageImages, windowAxis },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: uses.pool(tf, x, p, (image, size, strides) =>
      uses.averageImages(tf, image, size, strides, p.padding, uses.windowAxis),
    ),
  }),
  stock: (tf, p) =>
    tf.layers.averagePooling3d({
      poolSize: triple(p.poolSize),
      strides: triple(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
    }),
  emit: {
    torch: (p, { x }) => torchAveragePool(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxAveragePool(g, x, onnxPoolOf(specs.x, p)) }),
    keras: (k, { x }, p, specs) => kerasPool(k, x, 'AveragePooling3D', specs.x, p),
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
