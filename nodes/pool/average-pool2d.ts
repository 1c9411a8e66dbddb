/** The mean of the numbers under each window of an image; zeros of the padding are not counted (as Keras). */
import { defineNode } from '../kit/define'
import { averageImages, pool } from '../kit/maths/pool'
import { onnxAveragePool } from '../kit/onnx-window'
import { kerasPool, onnxPoolOf, poolFields, pooled, torchAveragePool } from '../kit/pool'
import { tensor } from '../kit/spec'
import { pair, windowAxis } from '../kit/window'

export const averagePool2d = defineNode({
  role: 'layer',
  type: 'average-pool2d',
  version: 1,
  title: 'AveragePool2D',
  family: 'pool',
  doc: 'Takes the mean under each window of an image and so makes it smaller and smoother.',
  synonyms: ['downsample', 'subsample', 'mean pooling', 'avgpool'],
  fields: poolFields(2),
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller images with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => pooled('AveragePool2D', x, p),
  weights: () => ({}),
  uses: { pool, averageImages, windowAxis },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: uses.pool(tf, x, p, (image, size, strides) =>
      uses.averageImages(tf, image, size, strides, p.padding, uses.windowAxis),
    ),
  }),
  stock: (tf, p) =>
    tf.layers.averagePooling2d({
      poolSize: pair(p.poolSize),
      strides: pair(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
    }),
  emit: {
    torch: (p, { x }) => torchAveragePool(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxAveragePool(g, x, onnxPoolOf(specs.x, p)) }),
    keras: (k, { x }, p, specs) => kerasPool(k, x, 'AveragePooling2D', specs.x, p),
  },
  cases: [
    { inputs: { x: tensor([null, 4, 6, 2]) } },
    { inputs: { x: tensor([null, 5, 5, 1]) }, params: { padding: 'same' } },
    {
      inputs: { x: tensor([null, 6, 5, 2]) },
      params: { poolSize: [3, 3], strides: [1, 1], padding: 'same' },
    },
    { inputs: { x: tensor([null, 5, 5, 1]) }, params: { poolSize: [3, 2], strides: [1, 2] } },
    { inputs: { x: tensor([null, 8, 1, 3]) }, refused: 'The pool is 2 wide, but x is only 1 wide' },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
  ],
  migrations: [],
})
