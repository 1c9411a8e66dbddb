/** A small window of weights that slides along a sequence and looks for the same thing at every step. */
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
import { windowAxis } from '../kit/window'

export const conv1d = defineNode({
  role: 'layer',
  type: 'conv1d',
  version: 1,
  title: 'Conv1D',
  family: 'conv',
  doc: 'Slides small windows of weights along a sequence; each finds its own pattern wherever it stands: in sound, text, measurements.',
  synonyms: ['convolution', 'temporal', 'time series', 'causal', 'tcn', 'wavenet', 'dilated', 'grouped'],
  fields: {
    filters: filtersField(),
    ...kernelFields(1),
    padding: choice(['valid', 'same', 'causal'], {
      initial: 'same',
      doc: 'same adds zeros at both ends so that stride 1 keeps the length; causal adds them all before, so that no step sees a later one; valid adds none.',
    }),
    groups: groupsField(),
    ...sumFields('filter'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'Sequences with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => convolved('Conv1D', x, p),
  weights: ({ x }, p) => convolutionWeights(x, p),
  multiplyAdds: ({ x }, p) => convolutionMultiplyAdds(x, p),
  uses: { convolve, convolveImages, depthwiseImages, places, finish, windowAxis },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const sums = uses.convolve(tf, x, weights['kernel']!, weights['bias'], p, uses)
    return { y: uses.finish(tf, sums, undefined, p.activation) }
  },
  stock: (tf, p, own) => {
    const both = Math.max(...p.strides) > 1 && Math.max(...p.dilation) > 1
    if (p.groups > 1 || p.padding === 'causal' || both) return null
    return tf.layers.conv1d({
      filters: p.filters,
      kernelSize: [...p.kernelSize],
      strides: [...p.strides],
      padding: p.padding,
      dataFormat: 'channelsLast',
      dilationRate: p.dilation[0] ?? 1,
      activation: p.activation,
      useBias: p.useBias,
      kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
      ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
    })
  },
  emit: {
    torch: (p, { x }) => torchConvolution(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxConvolution(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasConvolution(k, x, 'Conv1D', specs.x, p),
  },
  idle: (_field, p, backEnd) => idleInKeras('Conv1D', p, backEnd),
  cases: [
    { inputs: { x: tensor([null, 6, 2]) }, params: { filters: 3, activation: 'tanh' } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { filters: 2, padding: 'causal', dilation: [2] } },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { filters: 2, kernelSize: [4], useBias: false } },
    {
      inputs: { x: tensor([null, 9, 2]) },
      params: { filters: 3, kernelSize: [2], strides: [3], padding: 'valid' },
    },
    {
      inputs: { x: tensor([null, 8, 4]) },
      params: { filters: 4, strides: [2], padding: 'causal', groups: 2 },
    },
    { inputs: { x: tensor([null, 7, 2]) }, params: { filters: 4, dilation: [2], groups: 2 } },
    {
      inputs: { x: tensor([null, 8, 2]) },
      params: { filters: 2, strides: [2], dilation: [3], activation: 'gelu' },
    },
    { inputs: { x: tensor([null, 8, 1]) }, params: { filters: 2, kernelSize: [2], strides: [3] } },
    {
      inputs: { x: tensor([null, 4, 1]) },
      params: { kernelSize: [5], padding: 'valid' },
      refused: 'The kernel is 5 long, but x is only 4 long',
    },
    {
      inputs: { x: tensor([null, 'T', 2]) },
      params: { padding: 'valid' },
      refused: 'needs a fixed number of steps',
    },
    {
      inputs: { x: tensor([null, 'T', 2]) },
      params: { strides: [2] },
      refused: 'needs a fixed number of steps',
    },
    {
      inputs: { x: tensor([null, 8, 6]) },
      params: { filters: 8, groups: 4 },
      refused: '6 cannot be cut into 4',
    },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
    { inputs: { x: tensor([null, 'T', 'F']) }, refused: 'fixed number of channels' },
  ],
  migrations: [],
})
