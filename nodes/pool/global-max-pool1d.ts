/** The largest number of every channel over the whole sequence. */
import { defineNode } from '../kit/define'
import { globallyPooled, kerasGlobalPool, onnxGlobalPool, torchGlobalPool } from '../kit/global-pool'
import { tensor } from '../kit/spec'

export const globalMaxPool1d = defineNode({
  role: 'layer',
  type: 'global-max-pool1d',
  version: 1,
  title: 'GlobalMaxPool1D',
  family: 'pool',
  doc: 'Keeps the largest number of each channel over the whole sequence: whether a pattern was found anywhere at all.',
  synonyms: ['gmp', 'maximum', 'adaptive max pool'],
  fields: {},
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'B × channels.' } },
  summary: () => '',
  infer: ({ x }) => globallyPooled('GlobalMaxPool1D', x, 1),
  weights: () => ({}),
  build: (tf) => tf.layers.globalMaxPooling1d({}),
  emit: {
    torch: () => torchGlobalPool('torch.amax', 1),
    onnx: (g, { x }) => ({ y: onnxGlobalPool(g, 'GlobalMaxPool', x, 1) }),
    keras: (k, { x }, _p, specs) => kerasGlobalPool(k, x, 'GlobalMaxPooling1D', specs.x, 1),
  },
  cases: [
    { inputs: { x: tensor([null, 'T', 3]) } },
    { inputs: { x: tensor([null, 5, 2]) } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
    { inputs: { x: tensor([null, 3, 'F']) }, refused: 'fixed number of channels' },
  ],
  migrations: [],
})
