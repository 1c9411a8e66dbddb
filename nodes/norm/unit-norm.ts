/** Rows of length one: x / max(|x|, 1e-12), as Keras's UnitNormalization and PyTorch's normalize have it. */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { tensor } from '../kit/spec'

export const unitNorm = defineNode({
  role: 'layer',
  type: 'unit-norm',
  version: 1,
  title: 'UnitNorm',
  family: 'norm',
  doc: 'Scales the features of every place to a length of 1, so that only their direction counts. Products of such rows are cosines.',
  synonyms: ['l2 normalization', 'unit normalization', 'normalize', 'cosine similarity', 'contrastive'],
  fields: {
    axis: int({
      initial: -1,
      min: -8,
      max: 8,
      doc: 'The axis along which the length is taken; -1 is the last.',
    }),
  },
  inputs: { x: { doc: 'Any numbers with an axis after the batch.' } },
  outputs: { y: { doc: 'The same shape, of length 1 along the axis.' } },
  summary: (p) => (p.axis === -1 ? '' : `axis ${p.axis}`),
  infer: ({ x }, p) => {
    const axis = frontAxis('UnitNorm', 'x', x, p.axis)
    return typeof axis === 'number' ? { y: tensor(x.shape) } : axis
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => {
    const axis = p.axis < 0 ? p.axis + x.rank : p.axis
    const square = tf.sum(tf.square(x), axis, true)
    return { y: tf.mul(x, tf.rsqrt(tf.maximum(square, 1e-24))) }
  },
  emit: {
    torch: (p) => ({ call: 'F.normalize', args: { p: 2, dim: p.axis, eps: 1e-12 }, tensors: [] }),
    onnx: (g, { x }, p, specs) => {
      const axes = [countedAxis(specs.x, p.axis)]
      const length = g.op('ReduceL2', [x], { axes, keepdims: 1 })
      return { y: g.op('Div', [x, g.op('Max', [length, g.floats([1e-12], [])])]) }
    },
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'UnitNormalization',
        config: { axis: p.axis },
        inputs: [x],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 'T', 3]) } },
    { inputs: { x: tensor([null, 3, 2]) }, params: { axis: 1 } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis after the batch' },
    { inputs: { x: tensor([null, 3]) }, params: { axis: 0 }, refused: 'is the batch' },
  ],
  migrations: [],
})
