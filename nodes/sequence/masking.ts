/** Says which steps of a sequence are real: those in which any feature differs from a value that stands for nothing. */
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { kerasReshape } from '../kit/keras-shape'
import type { KerasBuilder, KerasValue } from '../kit/keras'
import { sequenceRefusal } from '../kit/recurrent'
import { tensor, type Spec } from '../kit/spec'

const helper = `def masking(x, mask_value):
    """The sequence with its empty steps at zero, and 1 where a step is real: some feature is not the mask value."""
    mask = (x != mask_value).any(dim=-1)
    return x * mask.unsqueeze(-1), mask.to(x.dtype)
`

/**
 * The mask in Keras: the largest distance of a feature from the value, made so large that everything but zero is cut to
 * 1. Keras's own Masking gives no such number: it hands its mask on unseen, and every layer after it would take it.
 */
function kerasMask(k: KerasBuilder, x: KerasValue, value: number, spec: Spec): KerasValue {
  const flat = tensor(spec.shape.slice(0, 2))
  const one = (layer: string, config: object, input: KerasValue, output: Spec) =>
    k.layer({ layer, config: { ...config }, inputs: [input], outputs: [output] })
  // Its "steps" are our features: the maximum over the last axis.
  const largest = (input: KerasValue) =>
    one('GlobalMaxPooling1D', { data_format: 'channels_first', keepdims: false }, input, flat)
  const apart = one('Rescaling', { scale: 1, offset: -value }, x, spec)
  const distance = k.layer({
    layer: 'Maximum',
    config: {},
    inputs: [[largest(apart), largest(one('Rescaling', { scale: -1, offset: 0 }, apart, spec))]],
    outputs: [flat],
  })
  // Twice 1e30 lifts the smallest number that float32 knows (1e-45) above 1.
  const lifted = one('Rescaling', { scale: 1e30, offset: 0 }, distance, flat)
  const high = one('Rescaling', { scale: 1e30, offset: 0 }, lifted, flat)
  return one('ReLU', { max_value: 1, negative_slope: 0, threshold: 0 }, high, flat)
}

export const masking = defineNode({
  role: 'layer',
  type: 'masking',
  version: 1,
  title: 'Masking',
  family: 'sequence',
  doc: 'Finds the steps that only fill a sequence up: all their features are one value. Wire the mask to the layers that shall pass over them.',
  synonyms: ['padding', 'mask', 'variable length', 'ragged'],
  fields: {
    maskValue: real({ initial: 0, doc: 'What all features of a step are where the step is not real.' }),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' } },
  outputs: {
    y: { doc: 'The sequence, with zeros at the steps that are not real.' },
    mask: { doc: '1 where a step is real, 0 where not, B × T.' },
  },
  summary: (p) => `≠ ${p.maskValue}`,
  infer: ({ x }) =>
    sequenceRefusal('Masking', x) ?? { y: tensor(x.shape), mask: tensor(x.shape.slice(0, 2)) },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => {
    // Whether a step is real does not change with its numbers: no gradient, and tfjs has none for a comparison.
    const find = tf.customGrad((given) => ({
      value: tf.max(tf.cast(tf.notEqual(given as typeof x, p.maskValue), 'float32'), -1),
      gradFunc: () => tf.zeros(x.shape),
    }))
    const mask = find(x)
    return { y: tf.mul(x, tf.expandDims(mask, -1)), mask }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.masking',
      args: { mask_value: p.maskValue },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, { x }, p) => {
      const same = g.op('Equal', [x, g.floats([p.maskValue], [])])
      const differs = g.op('Cast', [g.op('Not', [same])], { to: 1 })
      const column = g.op('ReduceMax', [differs], { axes: [-1], keepdims: 1 })
      return { y: g.op('Mul', [x, column]), mask: g.op('Squeeze', [column, g.ints([-1])]) }
    },
    keras: (k, { x }, p, specs) => {
      const mask = kerasMask(k, x, p.maskValue, specs.x)
      const column = kerasReshape(k, mask, [...specs.x.shape.slice(0, 2), 1])
      const y = k.layer({
        layer: 'Multiply',
        config: {},
        inputs: [[x, column]],
        outputs: [tensor(specs.x.shape)],
      })
      return { y, mask }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 3, 2]) } },
    { inputs: { x: tensor([null, 'T', 1]) }, numbers: { x: { below: 3 } }, params: { maskValue: 2 } },
    { inputs: { x: tensor([null, 4, 2]) }, numbers: { x: { below: 2 } } },
    { inputs: { x: tensor([null, 4]) }, refused: 'there is no time axis' },
  ],
  migrations: [],
})
