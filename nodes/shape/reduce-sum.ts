/** The sum over some axes. */
import { defineNode } from '../kit/define'
import { besideMask } from '../kit/maths/beside-mask'
import { kerasReduce, onnxReduce, reduceCases, reducedSpec, reduceFields, reduceInputs } from '../kit/reduce'

const helper = `def reduce_sum(x, mask=None, *, dim, keepdim):
    """The sum over some axes; a mask [B, T] of ones says which places of axis 1 count."""
    if mask is not None:
        x = x * mask.reshape(mask.shape + (1,) * (x.dim() - 2))
    return x.sum(dim, keepdim=keepdim)
`

export const reduceSum = defineNode({
  role: 'layer',
  type: 'reduce-sum',
  version: 1,
  title: 'Sum',
  family: 'shape',
  doc: 'The sum over some axes: of a sequence over time, of a row over its features. A mask leaves padding out.',
  synonyms: ['reduce sum', 'total', 'add up', 'masked sum', 'pooling'],
  fields: reduceFields,
  inputs: reduceInputs,
  outputs: { y: { doc: 'The sum, without the axes.' } },
  summary: (p) => `axis ${p.axes.join(', ')}`,
  infer: (inputs, p) => reducedSpec('Sum', inputs, p),
  weights: () => ({}),
  uses: { besideMask },
  compute: ({ tf, inputs: { x, mask }, p, uses }) => {
    const axes = p.axes.map((axis) => (axis < 0 ? axis + x.rank : axis))
    const kept = mask === undefined ? x : tf.mul(x, uses.besideMask(tf, mask, x.rank))
    return { y: tf.sum(kept, axes, p.keepAxes) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.reduce_sum',
      args: { dim: p.axes, keepdim: p.keepAxes },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, inputs, p, specs) => ({ y: onnxReduce(g, 'sum', inputs, p, specs) }),
    keras: (k, inputs, p, specs) => kerasReduce(k, 'sum', inputs, p, specs),
  },
  cases: reduceCases,
  migrations: [],
})
