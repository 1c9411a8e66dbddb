/** The largest number of every channel over the whole image. */
import { defineNode } from '../kit/define'
import { globallyPooled, kerasGlobalPool, onnxGlobalPool, torchGlobalPool } from '../kit/global-pool'
import { tensor } from '../kit/spec'

export const globalMaxPool2d = defineNode({
  role: 'layer',
  type: 'global-max-pool2d',
  version: 1,
  title: 'GlobalMaxPool2D',
  family: 'pool',
  doc: 'Keeps the largest number of each channel over the whole image: whether a pattern was found anywhere at all.',
  synonyms: ['gmp', 'maximum', 'adaptive max pool'],
  fields: {},
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'B × channels.' } },
  summary: () => '',
  infer: ({ x }) => globallyPooled('GlobalMaxPool2D', x, 2),
  weights: () => ({}),
  build: (tf) => tf.layers.globalMaxPooling2d({ dataFormat: 'channelsLast' }),
  emit: {
    torch: () => torchGlobalPool('torch.amax', 2),
    onnx: (g, { x }) => ({ y: onnxGlobalPool(g, 'GlobalMaxPool', x, 2) }),
    keras: (k, { x }, _p, specs) => kerasGlobalPool(k, x, 'GlobalMaxPooling2D', specs.x, 2),
  },
  cases: [
    { inputs: { x: tensor([null, 3, 4, 2]) } },
    { inputs: { x: tensor([null, 'H', 2, 3]) } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 3, 3, 'F']) }, refused: 'fixed number of channels' },
  ],
  migrations: [],
})
