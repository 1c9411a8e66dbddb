/** The largest number of every channel over the whole volume. */
import { defineNode } from '../kit/define'
import { globallyPooled, kerasGlobalPool, onnxGlobalPool, torchGlobalPool } from '../kit/global-pool'
import { tensor } from '../kit/spec'

export const globalMaxPool3d = defineNode({
  role: 'layer',
  type: 'global-max-pool3d',
  version: 1,
  title: 'GlobalMaxPool3D',
  family: 'pool',
  doc: 'Keeps the largest number of each channel over the whole volume: whether a pattern was found anywhere at all.',
  synonyms: ['gmp', 'maximum', 'adaptive max pool'],
  fields: {},
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'B × channels.' } },
  summary: () => '',
  infer: ({ x }) => globallyPooled('GlobalMaxPool3D', x, 3),
  weights: () => ({}),
  compute: ({ tf, inputs: { x } }) => ({ y: tf.max(x, [1, 2, 3]) }),
  emit: {
    torch: () => torchGlobalPool('torch.amax', 3),
    onnx: (g, { x }) => ({ y: onnxGlobalPool(g, 'GlobalMaxPool', x, 3) }),
    keras: (k, { x }, _p, specs) => kerasGlobalPool(k, x, 'GlobalMaxPooling3D', specs.x, 3),
  },
  cases: [
    { inputs: { x: tensor([null, 2, 3, 2, 2]) } },
    { inputs: { x: tensor([null, 1, 1, 1, 3]) } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs volumes' },
    { inputs: { x: tensor([null, 3, 3, 3, 'F']) }, refused: 'fixed number of channels' },
  ],
  migrations: [],
})
