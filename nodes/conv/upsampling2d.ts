/** Makes images larger by whole factors, without weights. */
import { defineNode } from '../kit/define'
import { choice } from '../kit/fields'
import { lengthen } from '../kit/maths/upsample'
import { tensor } from '../kit/spec'
import { factorField, kerasUpsampling, onnxUpsampling, torchUpsampling, upsampled } from '../kit/upsampling'
import { pair } from '../kit/window'

export const upsampling2d = defineNode({
  role: 'layer',
  type: 'upsampling2d',
  version: 1,
  title: 'UpSampling2D',
  family: 'conv',
  doc: 'Makes images larger without weights. A Conv2D after it does what a transposed convolution does, without the chequered pattern.',
  synonyms: ['resize', 'upscale', 'interpolate', 'nearest neighbour', 'bilinear', 'decoder'],
  fields: {
    size: factorField(2),
    interpolation: choice(['nearest', 'bilinear'], {
      initial: 'nearest',
      doc: 'nearest repeats every number; bilinear goes smoothly from one to the next, as Keras and PyTorch (half-pixel centres).',
    }),
  },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Larger images with the same channels.' } },
  summary: (p) => `${p.size.join(' × ')} · ${p.interpolation}`,
  infer: ({ x }, p) => upsampled('UpSampling2D', x, p.size),
  weights: () => ({}),
  uses: { lengthen },
  compute: ({ tf, inputs: { x }, p, uses }) => {
    const [down = 1, across = 1] = p.size
    const rows = uses.lengthen(tf, x, 1, down, p.interpolation)
    return { y: uses.lengthen(tf, rows, 2, across, p.interpolation) }
  },
  // tfjs's bilinear is not half-pixel.
  stock: (tf, p) =>
    p.interpolation === 'nearest'
      ? tf.layers.upSampling2d({
          size: pair(p.size),
          dataFormat: 'channelsLast',
          interpolation: 'nearest',
        })
      : null,
  emit: {
    torch: (p) => torchUpsampling(p.size, p.interpolation),
    onnx: (g, { x }, p) => ({ y: onnxUpsampling(g, x, p.size, p.interpolation) }),
    keras: (k, { x }, p, specs) => kerasUpsampling(k, x, 'UpSampling2D', specs.x, p.size, p.interpolation),
  },
  cases: [
    { inputs: { x: tensor([null, 3, 4, 2]) } },
    { inputs: { x: tensor([null, 2, 3, 1]) }, params: { size: [3, 1] } },
    { inputs: { x: tensor([null, 3, 2, 2]) }, params: { interpolation: 'bilinear' } },
    { inputs: { x: tensor([null, 1, 3, 1]) }, params: { size: [4, 3], interpolation: 'bilinear' } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 'H', 28, 1]) }, refused: 'fixed height' },
  ],
  migrations: [],
})
