/**
 * The largest of values of one shape. `run` stretches axes of length 1 itself: tfjs's maximum does not sum its gradient
 * over them.
 */
import { defineNode } from '../kit/define'
import { widen } from '../kit/maths/widen'
import { kerasMerge, mergeCases, mergedSpec, mergeInputs } from '../kit/merge'

const helper = `def maximum(xs):
    """The largest of all values, number by number."""
    y = xs[0]
    for x in xs[1:]:
        y = torch.maximum(y, x)
    return y
`

export const maximum = defineNode({
  role: 'layer',
  type: 'maximum',
  version: 1,
  title: 'Maximum',
  family: 'merge',
  doc: 'The largest of values of the same shape, number by number. The gradient flows only to the larger one.',
  synonyms: ['max', 'maxout', 'merge'],
  fields: {},
  inputs: mergeInputs,
  outputs: { y: { doc: 'The largest number at every place.' } },
  summary: () => '',
  infer: (inputs) => mergedSpec('Maximum', inputs),
  weights: () => ({}),
  build: (tf) => tf.layers.maximum({}),
  run: ({ tf, inputs: { xs } }) => ({
    y: tf.tidy(() => widen(tf, xs).reduce((y, x) => tf.maximum(y, x))),
  }),
  emit: {
    torch: () => ({ call: 'wiregrad.maximum', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { xs }) => ({ y: g.op('Max', xs) }),
    keras: (k, { xs }, _p, specs) => ({ y: kerasMerge(k, 'Maximum', xs, specs.xs) }),
  },
  cases: mergeCases,
  migrations: [],
})
