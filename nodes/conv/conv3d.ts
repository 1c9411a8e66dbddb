/** A small window of weights that slides through a volume and looks for the same thing everywhere. */
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
import { triple, windowAxis } from '../kit/window'

export const conv3d = defineNode({
  role: 'layer',
  type: 'conv3d',
  version: 1,
  title: 'Conv3D',
  family: 'conv',
  doc: 'Slides small windows of weights through a volume; each finds its own pattern wherever it stands: in scans, in video, in simulations.',
  synonyms: ['convolution', 'voxel', 'volume', 'video', 'scan', 'dilated', 'grouped'],
  fields: {
    filters: filtersField(),
    ...kernelFields(3),
    padding: choice(['valid', 'same'], {
      initial: 'same',
      doc: 'same adds zeros around the volume so that stride 1 keeps its size; valid stays inside and shrinks it.',
    }),
    groups: groupsField(),
    ...sumFields('filter'),
    kernelInitialiser: kernelField(),
    biasInitialiser: biasField(),
  },
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'Volumes with one channel a filter.' } },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')} · ${p.activation}`,
  infer: ({ x }, p) => convolved('Conv3D', x, p),
  weights: ({ x }, p) => convolutionWeights(x, p),
  multiplyAdds: ({ x }, p) => convolutionMultiplyAdds(x, p),
  uses: { convolve, convolveImages, depthwiseImages, places, finish, windowAxis },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const sums = uses.convolve(tf, x, weights['kernel']!, weights['bias'], p, uses)
    return { y: uses.finish(tf, sums, undefined, p.activation) }
  },
  stock: (tf, p, own) => {
    const both = Math.max(...p.strides) > 1 && Math.max(...p.dilation) > 1
    if (p.groups > 1 || both) return null
    return tf.layers.conv3d({
      filters: p.filters,
      kernelSize: triple(p.kernelSize),
      strides: triple(p.strides),
      padding: p.padding,
      dataFormat: 'channelsLast',
      dilationRate: triple(p.dilation),
      activation: p.activation,
      useBias: p.useBias,
      kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
      ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
    })
  },
  emit: {
    torch: (p, { x }) => torchConvolution(x, p),
    onnx: (g, { x }, p, specs) => ({ y: onnxConvolution(g, x, specs.x, p) }),
    keras: (k, { x }, p, specs) => kerasConvolution(k, x, 'Conv3D', specs.x, p),
  },
  idle: (_field, p, backEnd) => idleInKeras('Conv3D', p, backEnd),
  cases: [
    { inputs: { x: tensor([null, 3, 4, 3, 2]) }, params: { filters: 2, activation: 'tanh' } },
    {
      inputs: { x: tensor([null, 4, 3, 4, 1]) },
      params: { filters: 2, kernelSize: [2, 3, 2], strides: [2, 1, 2], padding: 'valid', useBias: false },
    },
    {
      inputs: { x: tensor([null, 4, 3, 3, 1]) },
      params: { filters: 2, kernelSize: [2, 2, 3], dilation: [2, 1, 2] },
    },
    {
      inputs: { x: tensor([null, 3, 3, 2, 2]) },
      params: { filters: 2, kernelSize: [3, 2, 1], strides: [2, 1, 1], groups: 2 },
    },
    {
      inputs: { x: tensor([null, 5, 3, 3, 1]) },
      params: { filters: 1, kernelSize: [2, 2, 2], strides: [2, 2, 1], dilation: [1, 2, 1] },
    },
    {
      inputs: { x: tensor([null, 2, 4, 4, 1]) },
      params: { padding: 'valid' },
      refused: 'The kernel is 3 deep, but x is only 2 deep',
    },
    { inputs: { x: tensor([null, 8, 8, 1]) }, refused: 'needs volumes' },
    { inputs: { x: tensor([null, 'D', 8, 8, 1]) }, refused: 'fixed depth' },
  ],
  migrations: [],
})
