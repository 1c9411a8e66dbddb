/** Spreads every number of a sequence over a window: the way back from a convolution, which makes sequences longer. */
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

export const conv1dTranspose = defineNode({
  role: 'layer',
  type: 'conv1d-transpose',
  version: 1,
  title: 'Conv1DTranspose',
  family: 'conv',
  doc: 'Spreads every number of a sequence over a window of learned weights and adds up where windows overlap: a learned way to make sequences longer.',
  synonyms: ['deconvolution', 'upsample', 'fractionally strided', 'generator', 'decoder'],
  fields: {
    filters: filtersField(),
    ...transposedFields(1),
    ...sumFields('filter'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'Longer sequences with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => transposed('Conv1DTranspose', x, p),
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
    keras: (k, { x }, p, specs) => kerasTransposed(k, x, 'Conv1DTranspose', specs.x, p),
  },
  cases: [
    { inputs: { x: tensor([null, 4, 2]) }, params: { filters: 3, activation: 'tanh' } },
    { inputs: { x: tensor([null, 3, 2]) }, params: { filters: 2, kernelSize: [4], useBias: false } },
    { inputs: { x: tensor([null, 3, 2]) }, params: { filters: 2, kernelSize: [2], strides: [3] } },
    { inputs: { x: tensor([null, 3, 1]) }, params: { filters: 2, padding: 'valid' } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
    { inputs: { x: tensor([null, 'T', 2]) }, refused: 'fixed number of steps' },
  ],
  migrations: [],
})
