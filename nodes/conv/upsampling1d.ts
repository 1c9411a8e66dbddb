/** Makes sequences longer by whole factors, without weights: every number is repeated. */
import { defineNode } from '../kit/define'
import { lengthen } from '../kit/maths/upsample'
import { tensor } from '../kit/spec'
import { factorField, kerasUpsampling, onnxUpsampling, torchUpsampling, upsampled } from '../kit/upsampling'

export const upsampling1d = defineNode({
  role: 'layer',
  type: 'upsampling1d',
  version: 1,
  title: 'UpSampling1D',
  family: 'conv',
  doc: 'Makes sequences longer without weights, by repeating every number. A Conv1D after it does what a transposed convolution does.',
  synonyms: ['resize', 'upscale', 'repeat', 'nearest neighbour', 'decoder'],
  fields: { size: factorField(1) },
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'Longer sequences with the same channels.' } },
  summary: (p) => p.size.join(' × '),
  infer: ({ x }, p) => upsampled('UpSampling1D', x, p.size),
  weights: () => ({}),
  uses: { lengthen },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: uses.lengthen(tf, x, 1, p.size[0] ?? 1, 'nearest'),
  }),
  emit: {
    torch: (p) => torchUpsampling(p.size, 'nearest'),
    onnx: (g, { x }, p) => ({ y: onnxUpsampling(g, x, p.size, 'nearest') }),
    keras: (k, { x }, p, specs) => kerasUpsampling(k, x, 'UpSampling1D', specs.x, p.size, null),
  },
  cases: [
    { inputs: { x: tensor([null, 4, 2]) } },
    { inputs: { x: tensor([null, 3, 1]) }, params: { size: [3] } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
    { inputs: { x: tensor([null, 'T', 2]) }, refused: 'fixed number of steps' },
  ],
  migrations: [],
})
