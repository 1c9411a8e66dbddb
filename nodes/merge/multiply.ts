/** The product of values of one shape: a gate, when one of them lies between 0 and 1. */
import { defineNode } from '../kit/define'
import { kerasMerge, mergeCases, mergedSpec, mergeInputs } from '../kit/merge'

const helper = `def multiply(xs):
    """The product of all values, number by number."""
    return math.prod(xs[1:], start=xs[0])
`

export const multiply = defineNode({
  role: 'layer',
  type: 'multiply',
  version: 1,
  title: 'Multiply',
  family: 'merge',
  doc: 'Multiplies values of the same shape, number by number. With a sigmoid before one input it is a gate.',
  synonyms: ['product', 'gate', 'hadamard', 'times', 'attention'],
  fields: {},
  inputs: mergeInputs,
  outputs: { y: { doc: 'Their product.' } },
  summary: () => '',
  infer: (inputs) => mergedSpec('Multiply', inputs),
  weights: () => ({}),
  build: (tf) => tf.layers.multiply({}),
  emit: {
    torch: () => ({ call: 'wiregrad.multiply', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { xs }) => ({ y: xs.reduce((product, x) => g.op('Mul', [product, x])) }),
    keras: (k, { xs }, _p, specs) => ({ y: kerasMerge(k, 'Multiply', xs, specs.xs) }),
  },
  cases: mergeCases,
  migrations: [],
})
