/** Every number of one row times every number of another. */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { kerasReshape, kerasReshapeProblem } from '../kit/keras-shape'
import { kerasMerge } from '../kit/merge'
import { formatShape, refuse, sameShape, tensor, type Shape, type Spec } from '../kit/spec'

const helper = `def outer(a, b):
    """Every number of a row of a times every number of the same row of b."""
    return a.unsqueeze(-1) * b.unsqueeze(-2)
`

/** The two as columns and as rows. */
function sides(a: Spec, b: Spec): readonly [Shape, Shape] {
  return [
    [...a.shape, 1],
    [...b.shape.slice(0, -1), 1, lastSize(b)],
  ]
}

export const outer = defineNode({
  role: 'layer',
  type: 'outer',
  version: 1,
  title: 'Outer',
  family: 'merge',
  doc: 'Multiplies every feature of a with every feature of b: all their pairs, such as the interactions of two kinds of input.',
  synonyms: ['outer product', 'pairs', 'interactions', 'bilinear'],
  fields: {},
  inputs: { a: { doc: 'Features on the last axis.' }, b: { doc: 'Features at the same places.' } },
  outputs: { y: { doc: 'Features of a by features of b.' } },
  summary: () => '',
  infer: ({ a, b }) => {
    const [features, others] = [featureCount('Outer', 'a', a), featureCount('Outer', 'b', b)]
    if (typeof features !== 'number') return features
    if (typeof others !== 'number') return others
    return sameShape(a.shape.slice(0, -1), b.shape.slice(0, -1))
      ? { y: tensor([...a.shape, others]) }
      : refuse(
          `Outer needs features at the same places, but a is ${formatShape(a.shape)} and b is ${formatShape(b.shape)}.`,
        )
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { a, b } }) => ({
    y: tf.mul(tf.expandDims(a, a.rank), tf.expandDims(b, b.rank - 1)),
  }),
  emit: {
    torch: () => ({ call: 'wiregrad.outer', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { a, b }) => ({
      y: g.op('Mul', [g.op('Unsqueeze', [a, g.ints([-1])]), g.op('Unsqueeze', [b, g.ints([-2])])]),
    }),
    keras: (k, { a, b }, _p, specs) => {
      const problem = kerasReshapeProblem(specs.a.shape)
      if (problem !== null) return problem
      const [columns, rows] = sides(specs.a, specs.b)
      const parts = [kerasReshape(k, a, columns), kerasReshape(k, b, rows)]
      return { y: kerasMerge(k, 'Multiply', parts, [tensor(columns), tensor(rows)]) }
    },
  },
  cases: [
    { inputs: { a: tensor([null, 3]), b: tensor([null, 2]) } },
    { inputs: { a: tensor([null, 'T', 2]), b: tensor([null, 'T', 3]) } },
    { inputs: { a: tensor([null, 3]), b: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { a: tensor([null, 2, 3]), b: tensor([null, 3]) }, refused: 'at the same places' },
  ],
  migrations: [],
})
