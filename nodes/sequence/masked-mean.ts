/** The mean over the real steps of a sequence. */
import { defineNode } from '../kit/define'
import { maskRefusal, sequenceRefusal } from '../kit/recurrent'
import { tensor } from '../kit/spec'

const helper = `def masked_mean(x, mask):
    """The mean over the steps whose mask is 1; zeros where there is none."""
    return (x * mask.unsqueeze(-1)).sum(dim=1) / mask.sum(dim=1, keepdim=True).clamp(min=1)
`

export const maskedMean = defineNode({
  role: 'layer',
  type: 'masked-mean',
  version: 1,
  title: 'Masked mean',
  family: 'sequence',
  doc: 'Takes the mean over the real steps of a sequence and passes over those that only fill it up. Rows without a real step give zeros.',
  synonyms: ['mean pooling', 'average', 'global average pooling', 'sentence embedding'],
  fields: {},
  inputs: {
    x: { doc: 'A sequence B × T × features.' },
    mask: { doc: '1 where a step is real, 0 where it only fills up, B × T.' },
  },
  outputs: { y: { doc: 'The mean, B × features.' } },
  summary: () => '',
  infer: ({ x, mask }) =>
    sequenceRefusal('Masked mean', x) ?? maskRefusal(x, mask) ?? { y: tensor([null, x.shape[2] ?? null]) },
  weights: () => ({}),
  compute: ({ tf, inputs: { x, mask } }) => {
    const steps = tf.sum(mask, 1, true) // (B, 1)
    const atLeastOne = tf.add(steps, tf.relu(tf.sub(1, steps)))
    return { y: tf.div(tf.sum(tf.mul(x, tf.expandDims(mask, 2)), 1), atLeastOne) }
  },
  emit: {
    torch: () => ({ call: 'wiregrad.masked_mean', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { x, mask }) => {
      const sum = g.op('ReduceSum', [g.op('Mul', [x, g.op('Unsqueeze', [mask, g.ints([2])])]), g.ints([1])], {
        keepdims: 0,
      })
      const steps = g.op('ReduceSum', [mask, g.ints([1])], { keepdims: 1 })
      return { y: g.op('Div', [sum, g.op('Max', [steps, g.floats([1], [])])]) }
    },
    // GlobalAveragePooling1D would divide by zero where no step is real. A mask over its length, squared, is 1 / steps
    // at each real step, and zero where there is none.
    keras: (k, { x, mask }, _p, specs) => {
      const unit = k.layer({
        layer: 'UnitNormalization',
        config: { axis: -1 },
        inputs: [mask],
        outputs: [specs.mask],
      })
      const shares = k.layer({ layer: 'Multiply', config: {}, inputs: [[unit, unit]], outputs: [specs.mask] })
      const y = k.layer({
        layer: 'Dot',
        config: { axes: [1, 1], normalize: false },
        inputs: [[shares, x]],
        outputs: [tensor([null, specs.x.shape[2] ?? null])],
      })
      return { y }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 'T', 3]), mask: tensor([null, 'T']) } },
    { inputs: { x: tensor([null, 4]), mask: tensor([null, 4]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 3]) }, refused: 'should be B × 4' },
  ],
  migrations: [],
})
