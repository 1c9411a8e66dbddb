/**
 * The mean of the numbers under each window; zeros of the padding are not counted (as Keras). `run`, because tfjs's
 * gradient of it counts them: wrong at the edges on every backend.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { poolFields, poolWindow, pooled } from '../kit/pool'
import { tensor } from '../kit/spec'
import { evenPadding, padding, pair, windowAxis } from '../kit/window'

/** PyTorch counts what it pads with on one side only. */
const helper = `class AveragePool2d(nn.Module):
    """The mean over the part of each window that lies on the image; padding is (left, right, top, bottom)."""

    def __init__(self, kernel_size, stride, pad):
        super().__init__()
        self.kernel_size, self.stride, self.pad = kernel_size, stride, pad

    def forward(self, x):
        on_image = F.pad(torch.ones_like(x[:1, :1]), self.pad)
        means = F.avg_pool2d(F.pad(x, self.pad), self.kernel_size, self.stride)
        return means / F.avg_pool2d(on_image, self.kernel_size, self.stride)
`

/** Along one axis: the zeros before and after, and by what each mean over a whole window falls short of ours. */
function axisShares(length: number, size: number, stride: number) {
  const { places, before, after } = windowAxis(length, size, stride, 'same')
  const shares = Array.from({ length: places }, (_, place) => {
    const start = place * stride - before
    return size / (Math.min(length, start + size) - Math.max(0, start))
  })
  return { zeros: [before, after] as [number, number], shares }
}

export const averagePool2d = defineNode({
  role: 'layer',
  type: 'average-pool2d',
  version: 1,
  title: 'AveragePool2D',
  family: 'pool',
  doc: 'Takes the mean under each window of an image and so makes it smaller and smoother.',
  synonyms: ['downsample', 'subsample', 'mean pooling', 'avgpool'],
  fields: poolFields(),
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller images with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => pooled('AveragePool2D', x, p),
  weights: () => ({}),
  build: (tf, p) =>
    tf.layers.averagePooling2d({
      poolSize: pair(p.poolSize),
      strides: pair(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
    }),
  run: ({ tf, inputs: { x }, p }) => {
    const pool = (image: typeof x) =>
      tf.avgPool(image as Tensor4D, pair(p.poolSize), pair(p.strides), 'valid')
    if (p.padding === 'valid') return { y: pool(x) }
    const [high, wide] = pair(p.poolSize)
    const [down, across] = pair(p.strides)
    const rows = axisShares(x.shape[1] ?? 1, high, down)
    const columns = axisShares(x.shape[2] ?? 1, wide, across)
    const y = tf.tidy(() => {
      const means = pool(tf.pad(x, [[0, 0], rows.zeros, columns.zeros, [0, 0]])) // (B, OH, OW, C)
      const byRow = tf.tensor(rows.shares, [1, rows.shares.length, 1, 1])
      return tf.mul(tf.mul(means, byRow), tf.tensor(columns.shares, [1, 1, columns.shares.length, 1]))
    })
    return { y }
  },
  emit: {
    torch: (p, { x }) => {
      const window = poolWindow('AveragePool2D', x, p)
      const even = 'refused' in window ? [0, 0] : evenPadding(window)
      const args = { kernel_size: p.poolSize, stride: p.strides }
      if (even === null && !('refused' in window)) {
        return {
          call: 'wiregrad.AveragePool2d',
          args: { ...args, pad: padding(window) },
          tensors: [],
          channelsFirst: true,
          helpers: [helper],
        }
      }
      return {
        call: 'nn.AvgPool2d',
        args: { ...args, padding: even ?? [0, 0], count_include_pad: false },
        tensors: [],
        channelsFirst: true,
      }
    },
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
