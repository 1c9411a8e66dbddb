/** Makes volumes larger by whole factors, without weights: every number is repeated. */
import { defineNode } from '../kit/define'
import { lengthen } from '../kit/maths/upsample'
import { tensor } from '../kit/spec'
import { factorField, kerasUpsampling, onnxUpsampling, torchUpsampling, upsampled } from '../kit/upsampling'

export const upsampling3d = defineNode({
  role: 'layer',
  type: 'upsampling3d',
  version: 1,
  title: 'UpSampling3D',
  family: 'conv',
  doc: 'Makes volumes larger without weights, by repeating every number. A Conv3D after it does what a transposed convolution does.',
  synonyms: ['resize', 'upscale', 'repeat', 'nearest neighbour', 'decoder'],
  fields: { size: factorField(3) },
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'Larger volumes with the same channels.' } },
  summary: (p) => p.size.join(' × '),
  infer: ({ x }, p) => upsampled('UpSampling3D', x, p.size),
  weights: () => ({}),
  uses: { lengthen },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: p.size.reduce((y, times, axis) => uses.lengthen(tf, y, axis + 1, times, 'nearest'), x),
  }),
  emit: {
    torch: (p) => torchUpsampling(p.size, 'nearest'),
    onnx: (g, { x }, p) => ({ y: onnxUpsampling(g, x, p.size, 'nearest') }),
    keras: (k, { x }, p, specs) => kerasUpsampling(k, x, 'UpSampling3D', specs.x, p.size, null),
  },
  cases: [
    { inputs: { x: tensor([null, 2, 2, 3, 1]) } },
    { inputs: { x: tensor([null, 2, 1, 2, 2]) }, params: { size: [1, 3, 2] } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs volumes' },
    { inputs: { x: tensor([null, 'D', 4, 4, 1]) }, refused: 'fixed depth' },
  ],
  migrations: [],
})
