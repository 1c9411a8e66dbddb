/** The mean of every channel over the whole volume. */
import { defineNode } from '../kit/define'
import { globallyPooled, kerasGlobalPool, onnxGlobalPool, torchGlobalPool } from '../kit/global-pool'
import { tensor } from '../kit/spec'

export const globalAveragePool3d = defineNode({
  role: 'layer',
  type: 'global-average-pool3d',
  version: 1,
  title: 'GlobalAveragePool3D',
  family: 'pool',
  doc: 'Takes the mean of each channel over the whole volume: how strongly a pattern was found at all. Often stands before the last Dense.',
  synonyms: ['gap', 'mean', 'adaptive average pool'],
  fields: {},
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'B × channels.' } },
  summary: () => '',
  infer: ({ x }) => globallyPooled('GlobalAveragePool3D', x, 3),
  weights: () => ({}),
  compute: ({ tf, inputs: { x } }) => ({ y: tf.mean(x, [1, 2, 3]) }),
  emit: {
    torch: () => torchGlobalPool('torch.mean', 3),
    onnx: (g, { x }) => ({ y: onnxGlobalPool(g, 'GlobalAveragePool', x, 3) }),
    keras: (k, { x }, _p, specs) => kerasGlobalPool(k, x, 'GlobalAveragePooling3D', specs.x, 3),
  },
  cases: [
    { inputs: { x: tensor([null, 2, 3, 2, 2]) } },
    { inputs: { x: tensor([null, 1, 1, 1, 3]) } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs volumes' },
    { inputs: { x: tensor([null, 3, 3, 3, 'F']) }, refused: 'fixed number of channels' },
  ],
  migrations: [],
})
