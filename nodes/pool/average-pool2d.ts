/** The mean of the numbers under each window; zeros of the padding are not counted (as Keras). */
import { defineNode } from '../kit/define'
import { choice, sizes } from '../kit/fields'
import { tensor, type Spec } from '../kit/spec'
import { evenPadding, imageWindow, padding } from '../kit/window'

interface Settings {
  readonly poolSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
}

function poolWindow(x: Spec, p: Settings) {
  return imageWindow('AveragePool2D', x, {
    size: p.poolSize,
    strides: p.strides,
    padding: p.padding,
    word: 'pool',
  })
}

function pair(list: readonly number[]): [number, number] {
  return [list[0] ?? 1, list[1] ?? 1]
}

export const averagePool2d = defineNode({
  role: 'layer',
  type: 'average-pool2d',
  version: 1,
  title: 'AveragePool2D',
  family: 'pool',
  doc: 'Takes the mean under each window of an image and so makes it smaller and smoother.',
  synonyms: ['downsample', 'subsample', 'mean pooling', 'avgpool'],
  fields: {
    poolSize: sizes({ initial: [2, 2], length: 2, doc: 'Height and width of the window.' }),
    strides: sizes({
      initial: [2, 2],
      length: 2,
      doc: 'How far the window moves at a time, down and across.',
    }),
    padding: choice(['valid', 'same'], {
      initial: 'valid',
      doc: 'valid leaves out what does not fill a window; same lets the last window hang over the edge.',
    }),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller images with the same channels.' } },
  summary: (p) => p.poolSize.join(' × '),
  infer: ({ x }, p) => {
    const window = poolWindow(x, p)
    return 'refused' in window
      ? window
      : { y: tensor([null, window.height.places, window.width.places, window.channels]) }
  },
  weights: () => ({}),
  build: (tf, p) =>
    tf.layers.averagePooling2d({
      poolSize: pair(p.poolSize),
      strides: pair(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
    }),
  emit: {
    torch: (p, { x }) => {
      const window = poolWindow(x, p)
      const even = 'refused' in window ? [0, 0] : evenPadding(window)
      const args = { kernel_size: p.poolSize, stride: p.strides }
      if (even === null && !('refused' in window)) {
        return { call: 'wiregrad.AveragePool2d', args: { ...args, pad: padding(window) }, tensors: [] }
      }
      return {
        call: 'nn.AvgPool2d',
        args: { ...args, padding: even ?? [0, 0], count_include_pad: false },
        tensors: [],
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
