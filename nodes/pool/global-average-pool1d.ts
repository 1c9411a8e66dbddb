/** The mean of every channel over the whole sequence. */
import { defineNode } from '../kit/define'
import { globallyPooled, kerasGlobalPool, onnxGlobalPool, torchGlobalPool } from '../kit/global-pool'
import { tensor } from '../kit/spec'

export const globalAveragePool1d = defineNode({
  role: 'layer',
  type: 'global-average-pool1d',
  version: 1,
  title: 'GlobalAveragePool1D',
  family: 'pool',
  doc: 'Takes the mean of each channel over the whole sequence: how strongly a pattern was found at all. Often stands before the last Dense.',
  synonyms: ['gap', 'mean', 'adaptive average pool'],
  fields: {},
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'B × channels.' } },
  summary: () => '',
  infer: ({ x }) => globallyPooled('GlobalAveragePool1D', x, 1),
  weights: () => ({}),
  build: (tf) => tf.layers.globalAveragePooling1d({}),
  emit: {
    torch: () => torchGlobalPool('torch.mean', 1),
    onnx: (g, { x }) => ({ y: onnxGlobalPool(g, 'GlobalAveragePool', x, 1) }),
    keras: (k, { x }, _p, specs) => kerasGlobalPool(k, x, 'GlobalAveragePooling1D', specs.x, 1),
  },
  cases: [
    { inputs: { x: tensor([null, 'T', 3]) } },
    { inputs: { x: tensor([null, 5, 2]) } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
    { inputs: { x: tensor([null, 3, 'F']) }, refused: 'fixed number of channels' },
  ],
  migrations: [],
})
