/** The mean of values of one shape: how several answers become one. */
import { defineNode } from '../kit/define'
import { kerasMerge, mergeCases, mergedSpec, mergeInputs } from '../kit/merge'

const helper = `def average(xs):
    """The mean of all values, number by number."""
    return sum(xs[1:], xs[0]) / len(xs)
`

export const average = defineNode({
  role: 'layer',
  type: 'average',
  version: 1,
  title: 'Average',
  family: 'merge',
  doc: 'The mean of values of the same shape, number by number: for example of the answers of several networks.',
  synonyms: ['mean', 'ensemble', 'merge'],
  fields: {},
  inputs: mergeInputs,
  outputs: { y: { doc: 'Their mean.' } },
  summary: () => '',
  infer: (inputs) => mergedSpec('Average', inputs),
  weights: () => ({}),
  build: (tf) => tf.layers.average({}),
  emit: {
    torch: () => ({ call: 'wiregrad.average', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { xs }) => ({ y: g.op('Mean', xs) }),
    keras: (k, { xs }, _p, specs) => ({ y: kerasMerge(k, 'Average', xs, specs.xs) }),
  },
  cases: mergeCases,
  migrations: [],
})
