/** Spreads every number of a volume over a window: the way back from a convolution, which makes volumes larger. */
import { biasField, filtersField, kernelField, sumFields } from '../kit/convolution'
import { defineNode } from '../kit/define'
import { finish } from '../kit/maths/finish'
import { transposeConvolve } from '../kit/maths/transpose-convolve'
import { tensor } from '../kit/spec'
import {
  kerasTransposed,
  onnxTransposed,
  torchTransposed,
  transposed,
  transposedAxis,
  transposedFields,
  transposedMultiplyAdds,
  transposedWeights,
} from '../kit/transposed'

export const conv3dTranspose = defineNode({
  role: 'layer',
  type: 'conv3d-transpose',
  version: 1,
  title: 'Conv3DTranspose',
  family: 'conv',
  doc: 'Spreads every number of a volume over a window of learned weights and adds up where windows overlap: a learned way to make volumes larger.',
  synonyms: ['deconvolution', 'upsample', 'fractionally strided', 'generator', 'decoder'],
  fields: {
    filters: filtersField(),
    ...transposedFields(3),
    ...sumFields('filter'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'Larger volumes with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => transposed('Conv3DTranspose', x, p),
  weights: ({ x }, p) => transposedWeights(x, p),
  multiplyAdds: ({ x }, p) => transposedMultiplyAdds(x, p),
  uses: { transposeConvolve, transposedAxis, finish },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const sums = uses.transposeConvolve(tf, x, weights['kernel']!, p, uses.transposedAxis)
    return { y: uses.finish(tf, sums, weights['bias'], p.activation) }
  },
  emit: {
    torch: (p, { x }) => torchTransposed(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxTransposed(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasTransposed(k, x, 'Conv3DTranspose', specs.x, p),
  },
  cases: [
    {
      inputs: { x: tensor([null, 2, 2, 3, 2]) },
      params: { filters: 2, kernelSize: [3, 2, 2], activation: 'tanh' },
    },
    {
      inputs: { x: tensor([null, 2, 3, 2, 1]) },
      params: { filters: 2, kernelSize: [4, 2, 1], strides: [2, 1, 1], useBias: false },
    },
    {
      inputs: { x: tensor([null, 2, 1, 2, 2]) },
      params: { filters: 1, kernelSize: [2, 1, 3], strides: [3, 2, 1], padding: 'valid' },
    },
    {
      inputs: { x: tensor([null, 2, 2, 2, 1]) },
      params: { filters: 1, kernelSize: [3, 3, 2], strides: [1, 2, 3], padding: 'valid' },
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs volumes' },
    { inputs: { x: tensor([null, 'D', 4, 4, 1]) }, refused: 'fixed depth' },
  ],
  migrations: [],
})
