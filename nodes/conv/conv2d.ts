/** A small window of weights that slides over an image and looks for the same thing everywhere. */
import { activationField, afterActivation } from '../kit/activations'
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, choice, initialiser, int, sizes } from '../kit/fields'
import { tensor, type Spec } from '../kit/spec'
import { evenPadding, imageWindow, padding, pair } from '../kit/window'

interface Settings {
  readonly kernelSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
}

function kernelWindow(x: Spec, p: Settings) {
  return imageWindow('Conv2D', x, {
    size: p.kernelSize,
    strides: p.strides,
    padding: p.padding,
    word: 'kernel',
  })
}

export const conv2d = defineNode({
  role: 'layer',
  type: 'conv2d',
  version: 1,
  title: 'Conv2D',
  family: 'conv',
  doc: 'Slides small windows of weights over an image; each finds its own pattern wherever it stands. Far fewer weights than Dense.',
  synonyms: ['convolution', 'cnn', 'filter', 'kernel', 'image'],
  fields: {
    filters: int({
      initial: 16,
      min: 1,
      max: 100_000,
      doc: 'How many patterns are looked for; the channels of the output.',
    }),
    kernelSize: sizes({ initial: [3, 3], length: 2, doc: 'Height and width of the window.' }),
    strides: sizes({
      initial: [1, 1],
      length: 2,
      doc: 'How far the window moves at a time, down and across. 2 halves the image.',
    }),
    padding: choice(['valid', 'same'], {
      initial: 'same',
      doc: 'same adds zeros around the image so that stride 1 keeps its size; valid stays inside and shrinks it.',
    }),
    activation: activationField({ initial: 'linear', doc: 'Bends the sums.' }),
    useBias: bool({ initial: true, doc: 'Adds one learned number to every filter.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights are drawn. He suits relu.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Images with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => {
    const window = kernelWindow(x, p)
    return 'refused' in window
      ? window
      : { y: tensor([null, window.height.places, window.width.places, p.filters]) }
  },
  weights: ({ x }, p) => ({
    kernel: {
      shape: [...p.kernelSize, lastSize(x), p.filters],
      initialiser: p.kernelInitialiser,
      trainable: true,
    },
    ...(p.useBias ? { bias: { shape: [p.filters], initialiser: p.biasInitialiser, trainable: true } } : {}),
  }),
  multiplyAdds: ({ x }, p) => {
    const window = kernelWindow(x, p)
    if ('refused' in window) return 0
    const [high, wide] = pair(p.kernelSize)
    return window.height.places * window.width.places * high * wide * window.channels * p.filters
  },
  build: (tf, p, own) =>
    tf.layers.conv2d({
      filters: p.filters,
      kernelSize: pair(p.kernelSize),
      strides: pair(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
      dilationRate: [1, 1],
      activation: p.activation,
      useBias: p.useBias,
      kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
      ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
    }),
  emit: {
    torch: (p, { x }) => {
      const window = kernelWindow(x, p)
      const even = 'refused' in window ? [0, 0] : evenPadding(window)
      return {
        call: 'nn.Conv2d',
        args: {
          in_channels: lastSize(x),
          out_channels: p.filters,
          kernel_size: p.kernelSize,
          stride: p.strides,
          padding: even ?? [0, 0],
          bias: p.useBias,
        },
        tensors: [
          { name: 'weight', parts: [{ weight: 'kernel', permute: [3, 2, 0, 1] }] },
          ...(p.useBias ? [{ name: 'bias', parts: [{ weight: 'bias' }] }] : []),
        ],
        channelsFirst: true,
        // `same` with a stride pads the end more than the start, which nn.Conv2d cannot do itself.
        ...(even === null && !('refused' in window)
          ? { before: { call: 'F.pad', args: { pad: padding(window) } } }
          : {}),
        ...afterActivation(p.activation),
      }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 5, 5, 2]) }, params: { filters: 3 } },
    { inputs: { x: tensor([null, 5, 6, 1]) }, params: { filters: 2, strides: [2, 2], activation: 'tanh' } },
    {
      inputs: { x: tensor([null, 5, 6, 2]) },
      params: { filters: 2, kernelSize: [2, 3], padding: 'valid', useBias: false },
    },
    {
      inputs: { x: tensor([null, 6, 6, 1]) },
      params: { filters: 2, kernelSize: [3, 3], strides: [2, 1], padding: 'valid' },
    },
    {
      inputs: { x: tensor([null, 28, 28, 1]) },
      params: { kernelSize: [3, 30], padding: 'valid' },
      refused: 'The kernel is 30 wide, but x is only 28 wide',
    },
    {
      inputs: { x: tensor([null, 4, 28, 1]) },
      params: { kernelSize: [5, 3], padding: 'valid' },
      refused: 'The kernel is 5 high, but x is only 4 high',
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 'H', 28, 1]) }, refused: 'fixed height' },
  ],
  migrations: [],
})
