/**
 * Lays the channels of every place out as a small square (Shi et al. 2016). The order of the channels is PyTorch's: those
 * of one output channel stand side by side, row by row. TensorFlow's depth_to_space has the output channels vary fastest.
 */
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { toChannelsFirst, toChannelsLast } from '../kit/onnx'
import { formatShape, refuse, tensor, type Spec } from '../kit/spec'
import { fixedGrid } from '../kit/window'

function shuffled(x: Spec, blockSize: number) {
  const grid = fixedGrid('PixelShuffle', x, 2)
  if ('refused' in grid) return grid
  const square = blockSize * blockSize
  if (grid.channels % square !== 0) {
    return refuse(
      `PixelShuffle makes a square of ${blockSize} × ${blockSize} out of the channels of every place, so their number must be divisible by ${square}, but x is ${formatShape(x.shape)}. ` +
        `Give the layer before it ${square} times as many channels as should come out.`,
    )
  }
  return { y: tensor([null, ...grid.lengths.map((length) => length * blockSize), grid.channels / square]) }
}

export const pixelShuffle = defineNode({
  role: 'layer',
  type: 'pixel-shuffle',
  version: 1,
  title: 'PixelShuffle',
  family: 'conv',
  doc: 'Lays the channels of every place out as a small square, so that a convolution can draw a larger image. The channels are in the order of PyTorch.',
  synonyms: ['depth to space', 'sub-pixel', 'super resolution', 'espcn', 'upscale'],
  fields: {
    blockSize: int({
      initial: 2,
      min: 2,
      max: 64,
      doc: 'Side of the squares: how many times as high and as wide the image becomes.',
    }),
  },
  inputs: {
    x: { doc: 'Images B × height × width × channels, with a square of channels for each that comes out.' },
  },
  outputs: { y: { doc: 'Larger images with fewer channels.' } },
  summary: (p) => `× ${p.blockSize}`,
  infer: ({ x }, p) => shuffled(x, p.blockSize),
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => {
    const [batch = 1, height = 1, width = 1, depth = 1] = x.shape
    const side = p.blockSize
    const channels = depth / (side * side)
    const squares = tf.reshape(x, [batch * height, width, channels, side, side])
    const rows = tf.transpose(squares, [0, 3, 1, 4, 2]) // (B·H, row, W, column, C)
    return { y: tf.reshape(rows, [batch, height * side, width * side, channels]) }
  },
  emit: {
    torch: (p) => ({
      call: 'F.pixel_shuffle',
      args: { upscale_factor: p.blockSize },
      tensors: [],
      channelsFirst: true,
    }),
    onnx: (g, { x }, p) => {
      const y = g.op('DepthToSpace', [toChannelsFirst(g, x, 4)], { blocksize: p.blockSize, mode: 'CRD' })
      return { y: toChannelsLast(g, y, 4) }
    },
    keras: (k, { x }, p, specs) => {
      const outputs = shuffled(specs.x, p.blockSize)
      if ('refused' in outputs) return outputs
      const [, height = 1, width = 1] = specs.x.shape.map(Number)
      const side = p.blockSize
      const [, rows, columns, channels] = outputs.y.shape.map(Number) as [number, number, number, number]
      const squares = [height, width, channels, side, side]
      const turned = [height, side, width, side, channels]
      const cut = k.layer({
        layer: 'Reshape',
        config: { target_shape: squares },
        inputs: [x],
        outputs: [tensor([null, ...squares])],
      })
      const laid = k.layer({
        layer: 'Permute',
        config: { dims: [1, 4, 2, 5, 3] },
        inputs: [cut],
        outputs: [tensor([null, ...turned])],
      })
      const y = k.layer({
        layer: 'Reshape',
        config: { target_shape: [rows, columns, channels] },
        inputs: [laid],
        outputs: [outputs.y],
      })
      return { y }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 2, 3, 8]) } },
    { inputs: { x: tensor([null, 2, 1, 9]) }, params: { blockSize: 3 } },
    { inputs: { x: tensor([null, 1, 1, 36]) }, params: { blockSize: 2 } },
    { inputs: { x: tensor([null, 4, 4, 6]) }, refused: 'must be divisible by 4' },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 'H', 4, 4]) }, refused: 'fixed height' },
  ],
  migrations: [],
})
