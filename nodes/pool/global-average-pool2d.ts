/** The mean of every channel over the whole image. */
import { defineNode } from '../kit/define'
import { toChannelsFirst } from '../kit/onnx'
import { formatShape, refuse, tensor } from '../kit/spec'

export const globalAveragePool2d = defineNode({
  role: 'layer',
  type: 'global-average-pool2d',
  version: 1,
  title: 'GlobalAveragePool2D',
  family: 'pool',
  doc: 'Takes the mean of each channel over the whole image: how strongly a pattern was found at all. Often stands before the last Dense.',
  synonyms: ['gap', 'mean', 'adaptive average pool'],
  fields: {},
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'B × channels.' } },
  summary: () => '',
  infer: ({ x }) => {
    const channels = x.shape[3]
    if (x.shape.length !== 4 || typeof channels !== 'number') {
      return refuse(
        `GlobalAveragePool2D needs images B × height × width × channels, but x is ${formatShape(x.shape)}. ` +
          'Put it after a convolution.',
      )
    }
    return { y: tensor([null, channels]) }
  },
  weights: () => ({}),
  build: (tf) => tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
  emit: {
    torch: () => ({ call: 'torch.mean', args: { dim: [1, 2] }, tensors: [] }),
    onnx: (g, { x }) => {
      const means = g.op('GlobalAveragePool', [toChannelsFirst(g, x, 4)]) // (B, C, 1, 1)
      return { y: g.op('Flatten', [means], { axis: 1 }) }
    },
    keras: (k, { x }, _p, specs) => ({
      y: k.layer({
        layer: 'GlobalAveragePooling2D',
        config: { data_format: 'channels_last', keepdims: false },
        inputs: [x],
        outputs: [tensor([null, specs.x.shape[3] ?? null])],
      }),
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 3, 4, 2]) } },
    { inputs: { x: tensor([null, 1, 1, 5]) } },
    { inputs: { x: tensor([null, 4, 2]) }, refused: 'needs images' },
  ],
  migrations: [],
})
