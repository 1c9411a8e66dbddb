/** The mean over some axes: over time, over the places of an image, over the features. */
import { defineNode } from '../kit/define'
import { besideMask } from '../kit/maths/beside-mask'
import { kerasReduce, onnxReduce, reduceCases, reducedSpec, reduceFields, reduceInputs } from '../kit/reduce'

const helper = `def reduce_mean(x, mask=None, *, dim, keepdim):
    """The mean over some axes; a mask [B, T] of ones says which places of axis 1 count."""
    if mask is None:
        return x.mean(dim, keepdim=keepdim)
    count = mask.sum(1, keepdim=True)
    shares = mask / (count + (count == 0))
    others = [axis for axis in dim if axis % x.dim() != 1]
    means = x.mean(others, keepdim=True) if others else x
    return (means * shares.reshape(shares.shape + (1,) * (x.dim() - 2))).sum(dim, keepdim=keepdim)
`

export const reduceMean = defineNode({
  role: 'layer',
  type: 'reduce-mean',
  version: 1,
  title: 'Mean',
  family: 'shape',
  doc: 'The mean over some axes: of a sequence over time, of an image over its places. A mask leaves padding out.',
  synonyms: ['reduce mean', 'average', 'mean over time', 'masked mean', 'pooling', 'global average'],
  fields: reduceFields,
  inputs: reduceInputs,
  outputs: { y: { doc: 'The mean, without the axes.' } },
  summary: (p) => `axis ${p.axes.join(', ')}`,
  infer: (inputs, p) => reducedSpec('Mean', inputs, p),
  weights: () => ({}),
  uses: { besideMask },
  compute: ({ tf, inputs: { x, mask }, p, uses }) => {
    const axes = p.axes.map((axis) => (axis < 0 ? axis + x.rank : axis))
    if (mask === undefined) return { y: tf.mean(x, axes, p.keepAxes) }
    const count = tf.sum(mask, 1, true) // (B, 1)
    const shares = tf.div(mask, tf.add(count, tf.sub(1, tf.step(count))))
    const others = axes.filter((axis) => axis !== 1)
    const means = others.length === 0 ? x : tf.mean(x, others, true)
    return { y: tf.sum(tf.mul(means, uses.besideMask(tf, shares, x.rank)), axes, p.keepAxes) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.reduce_mean',
      args: { dim: p.axes, keepdim: p.keepAxes },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, inputs, p, specs) => ({ y: onnxReduce(g, 'mean', inputs, p, specs) }),
    keras: (k, inputs, p, specs) => kerasReduce(k, 'mean', inputs, p, specs),
  },
  cases: reduceCases,
  migrations: [],
})
