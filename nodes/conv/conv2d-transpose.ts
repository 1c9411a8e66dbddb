/** Spreads every number of an image over a window: the way back from a convolution, which makes images larger. */
import { biasField, filtersField, kernelField, sumFields } from '../kit/convolution'
import { defineNode } from '../kit/define'
import { tensor } from '../kit/spec'
import {
  kerasTransposed,
  onnxTransposed,
  torchTransposed,
  transposed,
  transposedFields,
  transposedMultiplyAdds,
  transposedWeights,
} from '../kit/transposed'
import { pair } from '../kit/window'

export const conv2dTranspose = defineNode({
  role: 'layer',
  type: 'conv2d-transpose',
  version: 1,
  title: 'Conv2DTranspose',
  family: 'conv',
  doc: 'Spreads every number of an image over a window of learned weights and adds up where windows overlap: a learned way to make images larger.',
  synonyms: ['deconvolution', 'upsample', 'fractionally strided', 'generator', 'decoder'],
  fields: {
    filters: filtersField(),
    ...transposedFields(2),
    ...sumFields('filter'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Larger images with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => transposed('Conv2DTranspose', x, p),
  weights: ({ x }, p) => transposedWeights(x, p),
  multiplyAdds: ({ x }, p) => transposedMultiplyAdds(x, p),
  build: (tf, p, own) =>
    tf.layers.conv2dTranspose({
      filters: p.filters,
      kernelSize: pair(p.kernelSize),
      strides: pair(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
      activation: p.activation,
      useBias: p.useBias,
      kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
      ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
    }),
  emit: {
    torch: (p, { x }) => torchTransposed(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxTransposed(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasTransposed(k, x, 'Conv2DTranspose', specs.x, p),
  },
  cases: [
    { inputs: { x: tensor([null, 3, 4, 2]) }, params: { filters: 3, activation: 'tanh' } },
    {
      inputs: { x: tensor([null, 3, 2, 2]) },
      params: { filters: 2, kernelSize: [4, 2], padding: 'same', useBias: false },
    },
    {
      inputs: { x: tensor([null, 3, 3, 1]) },
      params: { filters: 2, kernelSize: [3, 2], strides: [1, 3], padding: 'valid' },
    },
    {
      inputs: { x: tensor([null, 2, 3, 2]) },
      params: { filters: 2, kernelSize: [5, 2], strides: [2, 3], activation: 'softsign' },
    },
    { inputs: { x: tensor([null, 2, 3, 2]) }, params: { filters: 1, padding: 'valid' } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 'H', 28, 1]) }, refused: 'fixed height' },
  ],
  migrations: [],
})
