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
import { pair, windowAxis } from '../kit/window'

export const depthwiseConv2d = defineNode({
  role: 'layer',
  type: 'depthwise-conv2d',
  version: 1,
  title: 'DepthwiseConv2D',
  family: 'conv',
  doc: 'Slides small windows over each channel of an image by itself and never mixes channels. A 1 × 1 Conv2D after it does that, as in MobileNet.',
  synonyms: ['mobilenet', 'channelwise', 'grouped convolution', 'depthwise separable'],
  fields: {
    ...kernelFields(2),
    ...depthwiseFields('image'),
    ...sumFields('channel of the output'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: {
    y: { doc: 'Images with as many channels a channel as the multiplier says, those of one side by side.' },
  },
  summary: (p) => `${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => depthwiseConvolved('DepthwiseConv2D', x, p),
  weights: ({ x }, p) => depthwiseWeights(x, p),
  multiplyAdds: ({ x }, p) => depthwiseMultiplyAdds(x, p),
  uses: { depthwise, depthwiseImages, places, finish, windowAxis },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const sums = uses.depthwise(tf, x, weights['depthwise_kernel']!, p, uses)
    return { y: uses.finish(tf, sums, weights['bias'], p.activation) }
  },
  // tfjs's layer loses its dilation.
  stock: (tf, p, own) =>
    Math.max(...p.dilation) > 1
      ? null
      : tf.layers.depthwiseConv2d({
          kernelSize: pair(p.kernelSize),
          depthMultiplier: p.depthMultiplier,
          strides: pair(p.strides),
          padding: p.padding,
          dataFormat: 'channelsLast',
          dilationRate: [1, 1],
          activation: p.activation,
          useBias: p.useBias,
          depthwiseInitializer: own.initialiser('depthwise_kernel', p.kernelInitialiser),
          ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
        }),
  emit: {
    torch: (p, { x }) => torchDepthwise(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxDepthwise(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasDepthwise(k, x, 'DepthwiseConv2D', specs.x, p),
  },
  idle: (_field, p, backEnd) => idleInKeras('DepthwiseConv2D', p, backEnd),
  cases: [
    { inputs: { x: tensor([null, 5, 4, 3]) } },
    {
      inputs: { x: tensor([null, 5, 6, 2]) },
      params: { depthMultiplier: 2, strides: [2, 2], activation: 'tanh' },
    },
    {
      inputs: { x: tensor([null, 6, 7, 2]) },
      params: { kernelSize: [2, 3], strides: [3, 2], padding: 'valid', useBias: false },
    },
    {
      inputs: { x: tensor([null, 6, 5, 2]) },
      params: { depthMultiplier: 3, dilation: [2, 1], activation: 'gelu' },
    },
    { inputs: { x: tensor([null, 7, 8, 1]) }, params: { strides: [2, 3], dilation: [1, 2] } },
    {
      inputs: { x: tensor([null, 4, 28, 1]) },
      params: { kernelSize: [5, 3], padding: 'valid' },
      refused: 'The kernel is 5 high, but x is only 4 high',
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
  ],
  migrations: [],
})
