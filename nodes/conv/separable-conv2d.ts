/** A convolution in two cheap halves: first each channel on its own, then all channels mixed at every place. */
import {
  biasField,
  filtersField,
  idleInKeras,
  kernelField,
  kernelFields,
  sumFields,
} from '../kit/convolution'
import { defineNode } from '../kit/define'
import {
  depthwiseFields,
  kerasSeparable,
  onnxSeparable,
  separableMultiplyAdds,
  separableWeights,
  separated,
  torchSeparable,
} from '../kit/depthwise'
import { convolve, convolveImages } from '../kit/maths/convolve'
import { depthwise, depthwiseImages } from '../kit/maths/depthwise'
import { finish } from '../kit/maths/finish'
import { places } from '../kit/maths/places'
import { tensor } from '../kit/spec'
import { windowAxis } from '../kit/window'

export const separableConv2d = defineNode({
  role: 'layer',
  type: 'separable-conv2d',
  version: 1,
  title: 'SeparableConv2D',
  family: 'conv',
  doc: 'Slides small windows over each channel of an image by itself, then mixes the channels at every place: far less work than Conv2D, and nearly as good.',
  synonyms: ['depthwise separable', 'xception', 'mobilenet', 'pointwise'],
  fields: {
    filters: filtersField(),
    ...kernelFields(2),
    ...depthwiseFields('image'),
    ...sumFields('filter'),
    depthwiseInitialiser: kernelField(),
    pointwiseInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Images with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => separated('SeparableConv2D', x, p),
  weights: ({ x }, p) => separableWeights(x, p),
  multiplyAdds: ({ x }, p) => separableMultiplyAdds(x, p),
  uses: { depthwise, depthwiseImages, convolve, convolveImages, places, finish, windowAxis },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const channels = uses.depthwise(tf, x, weights['depthwise_kernel']!, p, uses)
    const ones = p.kernelSize.map(() => 1)
    const point = { kernelSize: ones, strides: ones, dilation: ones, groups: 1, padding: 'valid' as const }
    const sums = uses.convolve(tf, channels, weights['pointwise_kernel']!, weights['bias'], point, uses)
    return { y: uses.finish(tf, sums, undefined, p.activation) }
  },
  // No stock layer: tfjs's saves neither its depth multiplier nor its initialisers.
  emit: {
    torch: (p, { x }) => torchSeparable(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxSeparable(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasSeparable(k, x, 'SeparableConv2D', specs.x, p),
  },
  idle: (_field, p, backEnd) => idleInKeras('SeparableConv2D', p, backEnd),
  cases: [
    { inputs: { x: tensor([null, 4, 3, 2]) }, params: { filters: 3, activation: 'tanh' } },
    {
      inputs: { x: tensor([null, 5, 6, 2]) },
      params: { filters: 2, depthMultiplier: 2, strides: [2, 2], useBias: false },
    },
    {
      inputs: { x: tensor([null, 5, 4, 1]) },
      params: { filters: 2, kernelSize: [2, 3], padding: 'valid' },
    },
    { inputs: { x: tensor([null, 5, 4, 2]) }, params: { filters: 1, dilation: [2, 1] } },
    { inputs: { x: tensor([null, 6, 5, 1]) }, params: { filters: 2, strides: [2, 1], dilation: [1, 2] } },
    {
      inputs: { x: tensor([null, 4, 28, 1]) },
      params: { kernelSize: [5, 3], padding: 'valid' },
      refused: 'The kernel is 5 high, but x is only 4 high',
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
  ],
  migrations: [],
})
