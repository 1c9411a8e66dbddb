/** A value cut into equal parts along one axis. */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { kerasCut, kerasCutProblem } from '../kit/keras-shape'
import { formatShape, refuse, tensor, type Spec } from '../kit/spec'

const ports = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const

/** One entry a part, by port. */
function parts<T>(count: number, part: (index: number) => T) {
  const made = ports.slice(0, count).map((port, index) => [port, part(index)] as const)
  return Object.fromEntries(made) as { readonly a: T; readonly b: T } & {
    readonly [K in (typeof ports)[number]]?: T
  }
}

function partSpec(x: Spec, axis: number, count: number): Spec {
  return tensor(x.shape.map((dim, at) => (at === axis && typeof dim === 'number' ? dim / count : dim)))
}

export const split = defineNode({
  role: 'layer',
  type: 'split',
  version: 1,
  title: 'Split',
  family: 'shape',
  doc: 'Cuts a value into equal parts along one axis, each with an output of its own: the heads of a net, or a mean and a deviation.',
  synonyms: ['chunk', 'divide', 'unstack', 'slice', 'parts'],
  fields: {
    parts: int({
      initial: 2,
      min: 2,
      max: 8,
      doc: 'How many parts, two to eight; they must divide the axis evenly.',
    }),
    axis: int({ initial: -1, min: -8, max: 8, doc: 'The axis that is cut; -1 is the last one (features).' }),
  },
  inputs: { x: { doc: 'Any numbers with an axis after the batch.' } },
  outputs: {
    a: { doc: 'The first part.' },
    b: { doc: 'The second part.' },
    c: { doc: 'The third part.', optional: true },
    d: { doc: 'The fourth part.', optional: true },
    e: { doc: 'The fifth part.', optional: true },
    f: { doc: 'The sixth part.', optional: true },
    g: { doc: 'The seventh part.', optional: true },
    h: { doc: 'The eighth part.', optional: true },
  },
  summary: (p) => `${p.parts} parts`,
  infer: ({ x }, p) => {
    const axis = frontAxis('Split', 'x', x, p.axis)
    if (typeof axis !== 'number') return axis
    const length = x.shape[axis]
    if (typeof length !== 'number' || length % p.parts !== 0) {
      return refuse(
        `Split needs an axis of fixed length that ${p.parts} parts divide evenly, but axis ${p.axis} of ` +
          `${formatShape(x.shape)} is ${length ?? 'B'} long.`,
      )
    }
    return parts(p.parts, () => partSpec(x, axis, p.parts))
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => {
    const [a, b, c, d, e, f, g, h] = tf.split(x, p.parts, p.axis < 0 ? p.axis + x.rank : p.axis)
    const named = Object.entries({ a, b, c, d, e, f, g, h }).filter(([, part]) => part !== undefined)
    return Object.fromEntries(named) as { a: typeof x; b: typeof x }
  },
  emit: {
    torch: (p) => ({ call: 'torch.chunk', args: { chunks: p.parts, dim: p.axis }, tensors: [] }),
    onnx: (g, { x }, p) => {
      const all = g.ops('Split', [x], { axis: p.axis }, p.parts)
      return parts(p.parts, (index) => all[index] ?? x)
    },
    keras: (k, { x }, p, specs) => {
      const axis = countedAxis(specs.x, p.axis)
      const size = Number(specs.x.shape[axis]) / p.parts
      return (
        kerasCutProblem(specs.x.shape, axis) ??
        parts(p.parts, (index) => kerasCut(k, x, specs.x.shape, axis, index * size, size))
      )
    },
  },
  cases: [
    { inputs: { x: tensor([null, 6]) } },
    { inputs: { x: tensor([null, 'T', 6]) }, params: { parts: 3 } },
    { inputs: { x: tensor([null, 8, 2]) }, params: { parts: 8, axis: 1 } },
    { inputs: { x: tensor([null, 2, 4, 2]) }, params: { axis: -2 } },
    { inputs: { x: tensor([null, 5]) }, refused: 'divide evenly' },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { axis: 1 }, refused: 'divide evenly' },
    { inputs: { x: tensor([null, 4]) }, params: { axis: 0 }, refused: 'is the batch' },
  ],
  migrations: [],
})
