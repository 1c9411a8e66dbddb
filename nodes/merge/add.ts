/** The sum of values of one shape: the other half of every shortcut (residual) connection. */
import { defineNode } from '../kit/define'
import { formatShape, refuse, sameShape, tensor } from '../kit/spec'

const helper = `def add(xs):
    """The sum of several tensors of one shape."""
    return sum(xs[1:], xs[0])
`

export const add = defineNode({
  role: 'layer',
  type: 'add',
  version: 1,
  title: 'Add',
  family: 'merge',
  doc: 'Adds values of the same shape, number by number. With a shortcut around some layers it makes a residual block.',
  synonyms: ['sum', 'plus', 'residual', 'skip connection', 'shortcut'],
  fields: {},
  inputs: { xs: { doc: 'Two or more values of one shape.', list: true } },
  outputs: { y: { doc: 'Their sum, of the same shape.' } },
  summary: () => '',
  infer: ({ xs }) => {
    const [first, ...others] = xs
    if (first === undefined || others.length === 0) {
      return refuse(`Add needs at least two wires, but has ${xs.length === 0 ? 'none' : 'one'}.`)
    }
    const odd = others.find((x) => !sameShape(x.shape, first.shape))
    if (odd !== undefined) {
      return refuse(
        `Add needs values of one shape, but has ${formatShape(first.shape)} and ${formatShape(odd.shape)}. ` +
          'Bring one to the shape of the other first, for example with a Dense or a 1 × 1 Conv2D.',
      )
    }
    return { y: tensor(first.shape) }
  },
  weights: () => ({}),
  build: (tf) => tf.layers.add({}),
  emit: {
    torch: () => ({ call: 'wiregrad.add', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { xs }) => ({ y: xs.reduce((sum, x) => g.op('Add', [sum, x])) }),
    keras: (k, { xs }, _p, specs) => ({
      y: k.layer({ layer: 'Add', config: {}, inputs: [xs], outputs: [tensor(specs.xs[0]?.shape ?? [])] }),
    }),
  },
  cases: [
    { inputs: { xs: [tensor([null, 3]), tensor([null, 3])] } },
    { inputs: { xs: [tensor([null, 'T', 2]), tensor([null, 'T', 2]), tensor([null, 'T', 2])] } },
    { inputs: { xs: [] }, refused: 'at least two wires' },
    { inputs: { xs: [tensor([null, 3])] }, refused: 'at least two wires' },
    { inputs: { xs: [tensor([null, 3]), tensor([null, 4])] }, refused: 'values of one shape' },
    { inputs: { xs: [tensor([null, 'T', 4]), tensor([null, 'S', 4])] }, refused: 'values of one shape' },
  ],
  migrations: [],
})
