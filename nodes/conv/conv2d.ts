/** A small window of weights that slides over an image and looks for the same thing everywhere. */
import {
  biasField,
  convolutionMultiplyAdds,
  convolutionWeights,
  convolved,
  filtersField,
  groupsField,
  idleInKeras,
  kerasConvolution,
  kernelField,
  kernelFields,
  onnxConvolution,
  sumFields,
  torchConvolution,
} from '../kit/convolution'
import { defineNode } from '../kit/define'
import { choice } from '../kit/fields'
import { convolve, convolveImages } from '../kit/maths/convolve'
import { depthwiseImages } from '../kit/maths/depthwise'
import { finish } from '../kit/maths/finish'
import { places } from '../kit/maths/places'
import { tensor } from '../kit/spec'
import { pair, windowAxis } from '../kit/window'

export const conv2d = defineNode({
  role: 'layer',
  type: 'conv2d',
  version: 2,
  title: 'Conv2D',
  family: 'conv',
  doc: 'Slides small windows of weights over an image; each finds its own pattern wherever it stands. Far fewer weights than Dense.',
  synonyms: ['convolution', 'cnn', 'filter', 'kernel', 'image', 'dilated', 'atrous', 'grouped'],
  fields: {
    filters: filtersField(),
    ...kernelFields(2),
    padding: choice(['valid', 'same'], {
      initial: 'same',
      doc: 'same adds zeros around the image so that stride 1 keeps its size; valid stays inside and shrinks it.',
    }),
    groups: groupsField(),
    ...sumFields('filter'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Images with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => convolved('Conv2D', x, p),
  weights: ({ x }, p) => convolutionWeights(x, p),
  multiplyAdds: ({ x }, p) => convolutionMultiplyAdds(x, p),
  uses: { convolve, convolveImages, depthwiseImages, places, finish, windowAxis },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const sums = uses.convolve(tf, x, weights['kernel']!, weights['bias'], p, uses)
    return { y: uses.finish(tf, sums, undefined, p.activation) }
  },
  stock: (tf, p, own) =>
    p.groups > 1 || (Math.max(...p.strides) > 1 && Math.max(...p.dilation) > 1)
      ? null
      : tf.layers.conv2d({
          filters: p.filters,
          kernelSize: pair(p.kernelSize),
          strides: pair(p.strides),
          padding: p.padding,
          dataFormat: 'channelsLast',
          dilationRate: pair(p.dilation),
          activation: p.activation,
          useBias: p.useBias,
          kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
          ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
        }),
  emit: {
    torch: (p, { x }) => torchConvolution(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxConvolution(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasConvolution(k, x, 'Conv2D', specs.x, p),
  },
  idle: (_field, p, backEnd) => idleInKeras('Conv2D', p, backEnd),
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
      inputs: { x: tensor([null, 6, 5, 2]) },
      params: { filters: 3, dilation: [2, 1] },
    },
    {
      inputs: { x: tensor([null, 7, 8, 2]) },
      params: { filters: 4, kernelSize: [2, 3], dilation: [3, 2], groups: 2, padding: 'valid' },
    },
    {
      inputs: { x: tensor([null, 5, 4, 4]) },
      params: { filters: 6, groups: 2, strides: [1, 2], activation: 'softmax' },
    },
    { inputs: { x: tensor([null, 4, 5, 3]) }, params: { filters: 6, groups: 3, useBias: false } },
    {
      inputs: { x: tensor([null, 8, 7, 1]) },
      params: { filters: 2, strides: [2, 3], dilation: [2, 1], activation: 'gelu' },
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
    {
      inputs: { x: tensor([null, 8, 8, 1]) },
      params: { dilation: [1, 4], padding: 'valid' },
      refused: 'The kernel is 9 wide with its dilation, but x is only 8 wide',
    },
    {
      inputs: { x: tensor([null, 8, 8, 6]) },
      params: { filters: 8, groups: 4 },
      refused: 'channels of x out evenly over the groups, but 6 cannot be cut into 4',
    },
    {
      inputs: { x: tensor([null, 8, 8, 4]) },
      params: { filters: 6, groups: 4 },
      refused: 'filters out evenly over the groups, but 6 cannot be cut into 4',
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 'H', 28, 1]) }, refused: 'fixed height' },
  ],
  migrations: [(params) => ({ ...params, dilation: [1, 1], groups: 1 })],
})
