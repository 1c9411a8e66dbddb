/**
 * The smallest of values of one shape. `run` stretches axes of length 1 itself: tfjs's minimum does not sum its gradient
 * over them.
 */
import { defineNode } from '../kit/define'
import { widen } from '../kit/maths/widen'
import { kerasMerge, mergeCases, mergedSpec, mergeInputs } from '../kit/merge'

const helper = `def minimum(xs):
    """The smallest of all values, number by number."""
    y = xs[0]
    for x in xs[1:]:
        y = torch.minimum(y, x)
    return y
`

export const minimum = defineNode({
  role: 'layer',
  type: 'minimum',
  version: 1,
  title: 'Minimum',
  family: 'merge',
  doc: 'The smallest of values of the same shape, number by number. The gradient flows only to the smaller one.',
  synonyms: ['min', 'merge'],
  fields: {},
  inputs: mergeInputs,
  outputs: { y: { doc: 'The smallest number at every place.' } },
  summary: () => '',
  infer: (inputs) => mergedSpec('Minimum', inputs),
  weights: () => ({}),
  build: (tf) => tf.layers.minimum({}),
  run: ({ tf, inputs: { xs } }) => ({
    y: tf.tidy(() => widen(tf, xs).reduce((y, x) => tf.minimum(y, x))),
  }),
  emit: {
    torch: () => ({ call: 'wiregrad.minimum', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { xs }) => ({ y: g.op('Min', xs) }),
    keras: (k, { xs }, _p, specs) => ({ y: kerasMerge(k, 'Minimum', xs, specs.xs) }),
  },
  cases: mergeCases,
  migrations: [],
})
