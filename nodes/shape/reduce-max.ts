/** The largest number along some axes. */
import { defineNode } from '../kit/define'
import { besideMask } from '../kit/maths/beside-mask'
import { kerasReduce, onnxReduce, reduceCases, reducedSpec, reduceFields, reduceInputs } from '../kit/reduce'

const helper = `def reduce_max(x, mask=None, *, dim, keepdim):
    """The largest number along some axes; a mask [B, T] of ones says which places of axis 1 count."""
    if mask is None:
        return x.amax(dim, keepdim=keepdim)
    beside = mask.reshape(mask.shape + (1,) * (x.dim() - 2))
    largest = (x * beside + (beside - 1) * 1e9).amax(dim, keepdim=True) * (beside.sum(1, keepdim=True) > 0)
    return largest if keepdim else largest.amax(dim)
`

export const reduceMax = defineNode({
  role: 'layer',
  type: 'reduce-max',
  version: 1,
  title: 'Largest',
  family: 'shape',
  doc: 'The largest number along some axes: whether something was anywhere in a sequence or an image. A mask leaves padding out.',
  synonyms: ['reduce max', 'maximum', 'max over time', 'masked max', 'pooling', 'global max'],
  fields: reduceFields,
  inputs: reduceInputs,
  outputs: { y: { doc: 'The largest number, without the axes.' } },
  summary: (p) => `axis ${p.axes.join(', ')}`,
  infer: (inputs, p) => reducedSpec('Largest', inputs, p),
  weights: () => ({}),
  uses: { besideMask },
  compute: ({ tf, inputs: { x, mask }, p, uses }) => {
    const axes = p.axes.map((axis) => (axis < 0 ? axis + x.rank : axis))
    if (mask === undefined) return { y: tf.max(x, axes, p.keepAxes) }
    const beside = uses.besideMask(tf, mask, x.rank)
    const barrier = tf.mul(tf.sub(beside, 1), 1e9)
    const largest = tf.max(tf.add(tf.mul(x, beside), barrier), axes, true)
    const some = tf.step(tf.sum(beside, 1, true)) // 0 where no place counts
    const y = tf.mul(largest, some)
    return { y: p.keepAxes ? y : tf.squeeze(y, axes) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.reduce_max',
      args: { dim: p.axes, keepdim: p.keepAxes },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, inputs, p, specs) => ({ y: onnxReduce(g, 'max', inputs, p, specs) }),
    keras: (k, inputs, p, specs) => kerasReduce(k, 'max', inputs, p, specs),
  },
  cases: reduceCases,
  migrations: [],
})
