/** An image as a sequence of patches, each mapped linearly (Dosovitskiy et al. 2021): a convolution whose stride is its kernel. */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, initialiser, int, sizes } from '../kit/fields'
import { toChannelsFirst } from '../kit/onnx'
import { formatShape, refuse, tensor, type Refusal, type Spec } from '../kit/spec'
import { pair } from '../kit/window'

interface Patches {
  readonly down: number
  readonly across: number
}

function patchesOf(x: Spec, patchSize: readonly number[]): Patches | Refusal {
  const [, height, width, channels] = x.shape
  if (
    x.shape.length !== 4 ||
    typeof height !== 'number' ||
    typeof width !== 'number' ||
    typeof channels !== 'number'
  ) {
    return refuse(
      `Patch embedding needs images of a fixed size B × height × width × channels, but x is ${formatShape(x.shape)}.`,
    )
  }
  const [high, wide] = pair(patchSize)
  if (height % high !== 0 || width % wide !== 0) {
    return refuse(
      `Patches of ${high} × ${wide} do not fill an image of ${height} × ${width}. Choose a patch size that divides both.`,
    )
  }
  return { down: height / high, across: width / wide }
}

export const patchEmbedding = defineNode({
  role: 'layer',
  type: 'patch-embedding',
  version: 1,
  title: 'Patch embedding',
  family: 'attention',
  doc: 'Cuts an image into patches, row by row, and makes a row of features of each: the sequence on which a vision Transformer works.',
  synonyms: ['vit', 'vision transformer', 'patches', 'patchify', 'tokenise'],
  fields: {
    patchSize: sizes({ initial: [4, 4], length: 2, doc: 'Height and width of a patch.' }),
    units: int({ initial: 32, min: 1, max: 1_000_000, doc: 'How many numbers stand for one patch.' }),
    useBias: bool({ initial: true, doc: 'Adds one learned number to every feature.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights are drawn.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'B × patches × units, the patches from left to right and from top to bottom.' } },
  summary: (p) => `${p.patchSize.join(' × ')} → ${p.units}`,
  infer: ({ x }, p) => {
    const patches = patchesOf(x, p.patchSize)
    return 'refused' in patches ? patches : { y: tensor([null, patches.down * patches.across, p.units]) }
  },
  weights: ({ x }, p) => ({
    kernel: {
      shape: [...p.patchSize, lastSize(x), p.units],
      initialiser: p.kernelInitialiser,
      trainable: true,
    },
    ...(p.useBias ? { bias: { shape: [p.units], initialiser: p.biasInitialiser, trainable: true } } : {}),
  }),
  multiplyAdds: ({ x }, p) => {
    const patches = patchesOf(x, p.patchSize)
    const [high, wide] = pair(p.patchSize)
    return 'refused' in patches ? 0 : patches.down * patches.across * high * wide * lastSize(x) * p.units
  },
  compute: ({ tf, inputs: { x }, p, weights }) => {
    const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
    const [high = 1, wide = 1] = p.patchSize
    const [down, across] = [height / high, width / wide]
    const strips = tf.reshape(x, [batch * down, high, across, wide * channels])
    const patches = tf.reshape(tf.transpose(strips, [0, 2, 1, 3]), [-1, high * wide * channels])
    const sums = tf.matMul(patches, tf.reshape(weights['kernel']!, [-1, p.units]))
    const shifted = p.useBias ? tf.add(sums, weights['bias']!) : sums
    return { y: tf.reshape(shifted, [batch, down * across, p.units]) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'nn.Conv2d',
      args: {
        in_channels: lastSize(x),
        out_channels: p.units,
        kernel_size: p.patchSize,
        stride: p.patchSize,
        bias: p.useBias,
      },
      tensors: [
        { name: 'weight', parts: [{ weight: 'kernel', permute: [3, 2, 0, 1] }] },
        ...(p.useBias ? [{ name: 'bias', parts: [{ weight: 'bias' }] }] : []),
      ],
      channelsFirst: true,
      after: { call: 'torch.flatten', args: { start_dim: 1, end_dim: 2 } },
    }),
    onnx: (g, { x }, p) => {
      const kernel = g.weight('kernel', { permute: [3, 2, 0, 1] })
      const strides = [...p.patchSize]
      const inputs = [toChannelsFirst(g, x, 4), kernel, ...(p.useBias ? [g.weight('bias')] : [])]
      const maps = g.op('Conv', inputs, { kernel_shape: strides, strides, pads: [0, 0, 0, 0] })
      const rows = g.op('Reshape', [maps, g.ints([0, p.units, -1])]) // (B, units, patches)
      return { y: g.op('Transpose', [rows], { perm: [0, 2, 1] }) }
    },
    keras: (k, { x }, p, specs) => {
      const patches = patchesOf(specs.x, p.patchSize)
      if ('refused' in patches) return patches
      const { down, across } = patches
      const maps = k.layer({
        layer: 'Conv2D',
        config: {
          filters: p.units,
          kernel_size: p.patchSize,
          strides: p.patchSize,
          padding: 'valid',
          data_format: 'channels_last',
          dilation_rate: [1, 1],
          groups: 1,
          activation: 'linear',
          use_bias: p.useBias,
        },
        inputs: [x],
        weights: [
          { path: 'vars/0', parts: [{ weight: 'kernel' }] },
          ...(p.useBias ? [{ path: 'vars/1', parts: [{ weight: 'bias' }] }] : []),
        ],
        outputs: [tensor([null, down, across, p.units])],
      })
      const y = k.layer({
        layer: 'Reshape',
        config: { target_shape: [down * across, p.units] },
        inputs: [maps],
        outputs: [tensor([null, down * across, p.units])],
      })
      return { y }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 4, 6, 2]) }, params: { patchSize: [2, 3], units: 3 } },
    { inputs: { x: tensor([null, 4, 4, 1]) }, params: { patchSize: [2, 2], units: 2, useBias: false } },
    { inputs: { x: tensor([null, 6, 4, 1]) }, params: { patchSize: [1, 1], units: 2 } },
    { inputs: { x: tensor([null, 5, 4, 1]) }, params: { patchSize: [2, 2] }, refused: 'do not fill' },
    { inputs: { x: tensor([null, 'H', 4, 1]) }, refused: 'fixed size' },
    { inputs: { x: tensor([null, 16]) }, refused: 'needs images' },
  ],
  migrations: [],
})
