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

export const separableConv1d = defineNode({
  role: 'layer',
  type: 'separable-conv1d',
  version: 1,
  title: 'SeparableConv1D',
  family: 'conv',
  doc: 'Slides small windows over each channel of a sequence by itself, then mixes the channels at every place: far less work than Conv1D, and nearly as good.',
  synonyms: ['depthwise separable', 'xception', 'mobilenet', 'pointwise'],
  fields: {
    filters: filtersField(),
    ...kernelFields(1),
    ...depthwiseFields('sequence'),
    ...sumFields('filter'),
    depthwiseInitialiser: kernelField(),
    pointwiseInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'Sequences with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => separated('SeparableConv1D', x, p),
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
  emit: {
    torch: (p, { x }) => torchSeparable(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxSeparable(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasSeparable(k, x, 'SeparableConv1D', specs.x, p),
  },
  idle: (_field, p, backEnd) => idleInKeras('SeparableConv1D', p, backEnd),
  cases: [
    { inputs: { x: tensor([null, 5, 2]) }, params: { filters: 3, activation: 'tanh' } },
    {
      inputs: { x: tensor([null, 'T', 2]) },
      params: { filters: 2, depthMultiplier: 2, dilation: [2], useBias: false },
    },
    {
      inputs: { x: tensor([null, 8, 2]) },
      params: { filters: 1, kernelSize: [2], strides: [3], padding: 'valid' },
    },
    { inputs: { x: tensor([null, 7, 1]) }, params: { filters: 2, strides: [2], dilation: [2] } },
    {
      inputs: { x: tensor([null, 4, 1]) },
      params: { kernelSize: [5], padding: 'valid' },
      refused: 'The kernel is 5 long, but x is only 4 long',
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
  ],
  migrations: [],
})
