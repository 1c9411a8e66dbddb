/** Lays all axes but the batch out in one row, channels last. */
import { defineNode } from '../kit/define'
import { formatShape, refuse, sampleSize, tensor } from '../kit/spec'

export const flatten = defineNode({
  role: 'layer',
  type: 'flatten',
  version: 1,
  title: 'Flatten',
  family: 'shape',
  doc: 'Lays the numbers of each sample out in one row: what stands between convolutions and dense layers.',
  synonyms: ['vector', 'unroll', 'reshape'],
  fields: {},
  inputs: { x: { doc: 'Samples of any fixed shape.' } },
  outputs: { y: { doc: 'One row a sample, in row-major order (channels vary fastest).' } },
  summary: () => '',
  infer: ({ x }) => {
    const size = sampleSize(x.shape)
    if (x.shape.length < 2)
      return refuse(`Flatten needs samples with an axis, but x is ${formatShape(x.shape)}.`)
    if (size === null) {
      return refuse(
        `Flatten needs samples of one fixed size, but x is ${formatShape(x.shape)}. ` +
          'Take the last state of the sequence or its mean first.',
      )
    }
    return { y: tensor([null, size]) }
  },
  weights: () => ({}),
  // tfjs's flatten refuses rank 2, which Keras and PyTorch pass through.
  build: (tf, _p, _own, { x }) =>
    x.shape.length === 2
      ? tf.layers.reshape({ targetShape: [sampleSize(x.shape) ?? 1] })
      : tf.layers.flatten({ dataFormat: 'channelsLast' }),
  emit: {
    torch: () => ({ call: 'torch.flatten', args: { start_dim: 1 }, tensors: [] }),
    onnx: (g, { x }) => ({ y: g.op('Flatten', [x], { axis: 1 }) }),
    keras: (k, { x }, _p, specs) => ({
      y: k.layer({
        layer: 'Flatten',
        config: { data_format: 'channels_last' },
        inputs: [x],
        outputs: [tensor([null, sampleSize(specs.x.shape)])],
      }),
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 3, 4, 2]) } },
    { inputs: { x: tensor([null, 5, 2]) } },
    { inputs: { x: tensor([null, 7]) } },
    { inputs: { x: tensor([null]) }, refused: 'needs samples with an axis' },
    { inputs: { x: tensor([null, 'T', 2]) }, refused: 'one fixed size' },
  ],
  migrations: [],
})
