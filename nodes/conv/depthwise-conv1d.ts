/** Convolves each channel with kernels of its own: the cheap half of a separable convolution. */
import { biasField, idleInKeras, kernelField, kernelFields, sumFields } from '../kit/convolution'
import { defineNode } from '../kit/define'
import {
  depthwiseConvolved,
  depthwiseFields,
  depthwiseMultiplyAdds,
  depthwiseWeights,
  kerasDepthwise,
  onnxDepthwise,
  torchDepthwise,
} from '../kit/depthwise'
import { depthwise, depthwiseImages } from '../kit/maths/depthwise'
import { finish } from '../kit/maths/finish'
import { places } from '../kit/maths/places'
import { tensor } from '../kit/spec'
import { windowAxis } from '../kit/window'

export const depthwiseConv1d = defineNode({
  role: 'layer',
  type: 'depthwise-conv1d',
  version: 1,
  title: 'DepthwiseConv1D',
  family: 'conv',
  doc: 'Slides small windows along each channel of a sequence by itself and never mixes channels. A Conv1D with a kernel of 1 after it does that.',
  synonyms: ['temporal', 'channelwise', 'grouped convolution', 'depthwise separable'],
  fields: {
    ...kernelFields(1),
    ...depthwiseFields('sequence'),
    ...sumFields('channel of the output'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: {
    y: {
      doc: 'Sequences with as many channels a channel as the multiplier says, those of one side by side.',
    },
  },
  summary: (p) => `${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => depthwiseConvolved('DepthwiseConv1D', x, p),
  weights: ({ x }, p) => depthwiseWeights(x, p),
  multiplyAdds: ({ x }, p) => depthwiseMultiplyAdds(x, p),
  uses: { depthwise, depthwiseImages, places, finish, windowAxis },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const sums = uses.depthwise(tf, x, weights['depthwise_kernel']!, p, uses)
    return { y: uses.finish(tf, sums, weights['bias'], p.activation) }
  },
  emit: {
    torch: (p, { x }) => torchDepthwise(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxDepthwise(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasDepthwise(k, x, 'DepthwiseConv1D', specs.x, p),
  },
  idle: (_field, p, backEnd) => idleInKeras('DepthwiseConv1D', p, backEnd),
  cases: [
    { inputs: { x: tensor([null, 5, 3]) }, params: { activation: 'tanh' } },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { depthMultiplier: 2, dilation: [2] } },
    {
      inputs: { x: tensor([null, 8, 2]) },
      params: { kernelSize: [2], strides: [3], padding: 'valid', useBias: false },
    },
    { inputs: { x: tensor([null, 7, 2]) }, params: { strides: [2], dilation: [2] } },
    {
      inputs: { x: tensor([null, 4, 1]) },
      params: { kernelSize: [5], padding: 'valid' },
      refused: 'The kernel is 5 long, but x is only 4 long',
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
  ],
  migrations: [],
})
