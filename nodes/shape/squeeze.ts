/** An axis that is one long taken away. */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { kerasReshape, kerasReshapeProblem } from '../kit/keras-shape'
import { formatShape, refuse, tensor, type Shape, type Spec } from '../kit/spec'

function narrowed(x: Spec, axis: number): Shape {
  return x.shape.toSpliced(countedAxis(x, axis), 1)
}

export const squeeze = defineNode({
  role: 'layer',
  type: 'squeeze',
  version: 1,
  title: 'Squeeze',
  family: 'shape',
  doc: 'Takes an axis away that is one long. The numbers stay the same.',
  synonyms: ['remove axis', 'drop axis', 'reshape'],
  fields: {
    axis: int({ initial: -1, min: -8, max: 8, doc: 'The axis that goes; -1 is the last one.' }),
  },
  inputs: { x: { doc: 'Numbers with an axis one long.' } },
  outputs: { y: { doc: 'The same numbers with one axis fewer.' } },
  summary: (p) => `axis ${p.axis}`,
  infer: ({ x }, p) => {
    const axis = frontAxis('Squeeze', 'x', x, p.axis)
    if (typeof axis !== 'number') return axis
    return x.shape[axis] === 1
      ? { y: tensor(narrowed(x, p.axis)) }
      : refuse(
          `Squeeze takes away an axis one long, but axis ${p.axis} of ${formatShape(x.shape)} is ${x.shape[axis] ?? 'B'} long.`,
        )
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => ({
    y: tf.squeeze(x, [p.axis < 0 ? p.axis + x.rank : p.axis]),
  }),
  emit: {
    torch: (p) => ({ call: 'torch.squeeze', args: { dim: p.axis }, tensors: [] }),
    onnx: (g, { x }, p) => ({ y: g.op('Squeeze', [x, g.ints([p.axis])]) }),
    keras: (k, { x }, p, specs) => {
      const shape = narrowed(specs.x, p.axis)
      return kerasReshapeProblem(shape) ?? { y: kerasReshape(k, x, shape) }
    },
  },
  idle: (_field, _p, backEnd) => (backEnd === 'keras' ? 'the shape of the result says it all' : null),
  cases: [
    { inputs: { x: tensor([null, 3, 1]) } },
    { inputs: { x: tensor([null, 1, 'T', 2]) }, params: { axis: 1 } },
    { inputs: { x: tensor([null, 1, 1]) }, params: { axis: -2 } },
    { inputs: { x: tensor([null, 1]) } },
    { inputs: { x: tensor([null, 3]) }, refused: 'is 3 long' },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { axis: 1 }, refused: 'is T long' },
    { inputs: { x: tensor([null, 1]) }, params: { axis: 0 }, refused: 'is the batch' },
  ],
  migrations: [],
})
