/** Keeps the largest number under each window. */
import { defineNode } from '../kit/define'
import { onnxMaxPool } from '../kit/onnx-window'
import { kerasPool, onnxPoolOf, poolFields, pooled, torchMaxPool } from '../kit/pool'
import { tensor } from '../kit/spec'
import { pair } from '../kit/window'

export const maxPool2d = defineNode({
  role: 'layer',
  type: 'max-pool2d',
  version: 1,
  title: 'MaxPool2D',
  family: 'pool',
  doc: 'Keeps the largest number under each window of an image: whether a pattern was found matters more than where exactly.',
  synonyms: ['downsample', 'subsample', 'maxpooling'],
  fields: poolFields(2),
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller images with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => pooled('MaxPool2D', x, p),
  weights: () => ({}),
  build: (tf, p) =>
    tf.layers.maxPooling2d({
      poolSize: pair(p.poolSize),
      strides: pair(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
    }),
  emit: {
    torch: (p, { x }) => torchMaxPool(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxMaxPool(g, x, onnxPoolOf(specs.x, p)) }),
    keras: (k, { x }, p, specs) => kerasPool(k, x, 'MaxPooling2D', specs.x, p),
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
