/** The difference of two values. */
import { broadcastShape } from '../kit/broadcast'
import { defineNode } from '../kit/define'
import { kerasMerge } from '../kit/merge'
import { tensor } from '../kit/spec'

export const subtract = defineNode({
  role: 'layer',
  type: 'subtract',
  version: 1,
  title: 'Subtract',
  family: 'merge',
  doc: 'Takes the second value off the first, number by number. Axes of length 1 stretch to the length of the other.',
  synonyms: ['difference', 'minus', 'merge'],
  fields: {},
  inputs: { a: { doc: 'What is taken from.' }, b: { doc: 'What is taken off.' } },
  outputs: { y: { doc: 'Their difference, a - b.' } },
  summary: () => '',
  infer: ({ a, b }) => {
    const shape = broadcastShape('Subtract', [a, b])
    return 'refused' in shape ? shape : { y: tensor(shape) }
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { a, b } }) => ({ y: tf.sub(a, b) }),
  emit: {
    torch: () => ({ call: 'torch.sub', args: {}, tensors: [] }),
    onnx: (g, { a, b }) => ({ y: g.op('Sub', [a, b]) }),
    keras: (k, { a, b }, _p, specs) => ({ y: kerasMerge(k, 'Subtract', [a, b], [specs.a, specs.b]) }),
  },
  cases: [
    { inputs: { a: tensor([null, 3]), b: tensor([null, 3]) } },
    { inputs: { a: tensor([null, 'T', 1]), b: tensor([null, 1, 2]) } },
    { inputs: { a: tensor([null, 3]), b: tensor([null, 2]) }, refused: 'values of one shape' },
    { inputs: { a: tensor([null, 3]), b: tensor([null, 3, 3]) }, refused: 'values of one shape' },
  ],
  migrations: [],
})
