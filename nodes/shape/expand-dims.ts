/** One more axis, one long. */
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { kerasReshape, kerasReshapeProblem } from '../kit/keras-shape'
import { formatShape, refuse, tensor, type Refusal, type Shape, type Spec } from '../kit/spec'

/** Where the axis goes, counted in the result, or why it cannot. */
function place(x: Spec, axis: number): number | Refusal {
  const front = axis < 0 ? axis + x.shape.length + 1 : axis
  if (x.shape.length >= 1 && front >= 1 && front <= x.shape.length) return front
  return refuse(
    `ExpandDims puts an axis after the batch, at 1 to ${Math.max(x.shape.length, 1)}, but was told ${axis} for ${formatShape(x.shape)}.`,
  )
}

function widened(x: Spec, axis: number): Shape {
  const front = axis < 0 ? axis + x.shape.length + 1 : axis
  return x.shape.toSpliced(front, 0, 1)
}

export const expandDims = defineNode({
  role: 'layer',
  type: 'expand-dims',
  version: 1,
  title: 'ExpandDims',
  family: 'shape',
  doc: 'Adds an axis one long, so that a row can be a sequence of one step, or stretch beside something longer.',
  synonyms: ['unsqueeze', 'new axis', 'add axis', 'reshape'],
  fields: {
    axis: int({ initial: -1, min: -8, max: 8, doc: 'Where the new axis stands in the result; -1 is last.' }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same numbers with one axis more.' } },
  summary: (p) => `axis ${p.axis}`,
  infer: ({ x }, p) => {
    const front = place(x, p.axis)
    return typeof front === 'number' ? { y: tensor(widened(x, p.axis)) } : front
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => ({
    y: tf.expandDims(x, p.axis < 0 ? p.axis + x.rank + 1 : p.axis),
  }),
  emit: {
    torch: (p) => ({ call: 'torch.unsqueeze', args: { dim: p.axis }, tensors: [] }),
    onnx: (g, { x }, p) => ({ y: g.op('Unsqueeze', [x, g.ints([p.axis])]) }),
    keras: (k, { x }, p, specs) => {
      const shape = widened(specs.x, p.axis)
      return kerasReshapeProblem(shape) ?? { y: kerasReshape(k, x, shape) }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 3]) } },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { axis: 1 } },
    { inputs: { x: tensor([null]) }, params: { axis: 1 } },
    { inputs: { x: tensor([null, 3, 2]) }, params: { axis: -2 } },
    { inputs: { x: tensor([null, 3]) }, params: { axis: 0 }, refused: 'after the batch' },
    { inputs: { x: tensor([null, 3]) }, params: { axis: 3 }, refused: 'after the batch' },
  ],
  migrations: [],
})
