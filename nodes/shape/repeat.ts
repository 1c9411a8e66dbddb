/** The same numbers several times over: each place of an axis, or a whole row as a sequence. */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { choice, int } from '../kit/fields'
import { aroundAxis, kerasReshape, kerasReshapeProblem } from '../kit/keras-shape'
import { formatShape, refuse, tensor, type Shape, type Spec } from '../kit/spec'

interface Settings {
  readonly mode: 'elements' | 'sequence'
  readonly times: number
  readonly axis: number
}

function repeatedShape(x: Spec, p: Settings): Shape {
  if (p.mode === 'sequence') return x.shape.toSpliced(1, 0, p.times)
  const axis = countedAxis(x, p.axis)
  return x.shape.map((dim, at) => (at === axis && typeof dim === 'number' ? dim * p.times : dim))
}

export const repeat = defineNode({
  role: 'layer',
  type: 'repeat',
  version: 1,
  title: 'Repeat',
  family: 'shape',
  doc: 'Repeats a whole sample as every step of a sequence (what a decoder starts from), or each place of an axis, as in 1, 1, 2, 2.',
  synonyms: ['repeat vector', 'repeat interleave', 'tile', 'upsample', 'copy'],
  fields: {
    mode: choice(['sequence', 'elements'], {
      initial: 'sequence',
      doc: 'sequence: the sample becomes every step of a new first axis. elements: each place of an axis stands several times.',
    }),
    times: int({ initial: 2, min: 1, max: 100_000, doc: 'How many times.' }),
    axis: int({
      initial: 1,
      min: -8,
      max: 8,
      doc: 'The axis whose places are repeated; sequence needs none.',
    }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The repeated numbers.' } },
  summary: (p) => `${p.mode} × ${p.times}`,
  infer: ({ x }, p) => {
    if (p.mode === 'sequence') {
      return x.shape.length >= 2
        ? { y: tensor(repeatedShape(x, p)) }
        : refuse(`Repeat needs samples with an axis, but x is ${formatShape(x.shape)}.`)
    }
    const axis = frontAxis('Repeat', 'x', x, p.axis)
    if (typeof axis !== 'number') return axis
    return typeof x.shape[axis] === 'number'
      ? { y: tensor(repeatedShape(x, p)) }
      : refuse(`Repeat needs an axis of fixed length, but axis ${p.axis} of ${formatShape(x.shape)} is not.`)
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => {
    const axis = p.axis < 0 ? p.axis + x.rank : p.axis
    const at = p.mode === 'sequence' ? 1 : axis + 1
    const wide = tf.expandDims(x, at)
    // A sum with zeros and not a tile: the gradient of tile ends at rank 4.
    const y = tf.add(wide, tf.zeros(wide.shape.toSpliced(at, 1, p.times)))
    if (p.mode === 'sequence') return { y }
    return {
      y: tf.reshape(
        y,
        x.shape.map((size, place) => (place === axis ? size * p.times : size)),
      ),
    }
  },
  emit: {
    torch: (p) => ({
      call: 'torch.repeat_interleave',
      args: { repeats: p.times, dim: p.mode === 'sequence' ? 1 : p.axis },
      tensors: [],
      ...(p.mode === 'sequence' ? { before: { call: 'torch.unsqueeze', args: { dim: 1 } } } : {}),
    }),
    onnx: (g, { x }, p, specs) => {
      const rank = specs.x.shape.length
      const axis = p.mode === 'sequence' ? 0 : countedAxis(specs.x, p.axis)
      const wide = g.op('Unsqueeze', [x, g.ints([axis + 1])])
      const counts = Array.from({ length: rank + 1 }, (_, at) => (at === axis + 1 ? p.times : 1))
      const y = g.op('Tile', [wide, g.ints(counts)])
      if (p.mode === 'sequence') return { y }
      const length = Number(specs.x.shape[axis]) * p.times
      const before = g.op('Shape', [x], { start: 0, end: axis })
      const after = axis + 1 < rank ? [g.op('Shape', [x], { start: axis + 1 })] : []
      return { y: g.op('Reshape', [y, g.op('Concat', [before, g.ints([length]), ...after], { axis: 0 })]) }
    },
    keras: (k, { x }, p, specs) => {
      const shape = specs.x.shape
      const problem = kerasReshapeProblem(shape)
      if (problem !== null) return problem
      if (p.mode === 'sequence') {
        if (shape.length === 2) {
          const outputs = [tensor(repeatedShape(specs.x, p))]
          return { y: k.layer({ layer: 'RepeatVector', config: { n: p.times }, inputs: [x], outputs }) }
        }
        if (shape.slice(1).some((dim) => typeof dim !== 'number'))
          return refuse('Keras repeats samples of fixed size only, and one axis of this one varies.')
      }
      const axis = p.mode === 'sequence' ? 1 : countedAxis(specs.x, p.axis)
      const around =
        p.mode === 'sequence'
          ? ([shape[0] ?? null, 1, 1, Number(aroundAxis(shape, 0)[3])] as const)
          : aroundAxis(shape, axis)
      const wide = k.layer({
        layer: 'UpSampling2D',
        config: { size: [1, p.times], data_format: 'channels_last', interpolation: 'nearest' },
        inputs: [kerasReshape(k, x, around)],
        outputs: [
          tensor(around.map((dim, at) => (at === 2 && typeof dim === 'number' ? dim * p.times : dim))),
        ],
      })
      return { y: kerasReshape(k, wide, repeatedShape(specs.x, p)) }
    },
  },
  idle: (field, p) =>
    field === 'axis' && p.mode === 'sequence' ? 'a sequence is a new axis of its own' : null,
  cases: [
    { inputs: { x: tensor([null, 3]) } },
    { inputs: { x: tensor([null, 2, 2]) }, params: { times: 3 } },
    { inputs: { x: tensor([null, 'T', 2]) } },
    { inputs: { x: tensor([null, 3]) }, params: { mode: 'elements', times: 3 } },
    { inputs: { x: tensor([null, 2, 3, 2]) }, params: { mode: 'elements', axis: -2 } },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { mode: 'elements', axis: 2 } },
    { inputs: { x: tensor([null]) }, refused: 'samples with an axis' },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { mode: 'elements' }, refused: 'axis of fixed length' },
    { inputs: { x: tensor([null, 3]) }, params: { mode: 'elements', axis: 0 }, refused: 'is the batch' },
  ],
  migrations: [],
})
