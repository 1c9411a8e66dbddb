/** A stretch of one axis, or one place of it. */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { bool, int } from '../kit/fields'
import { kerasCut, kerasCutProblem, kerasReshape } from '../kit/keras-shape'
import { formatShape, refuse, tensor, type Refusal, type Spec } from '../kit/spec'
import type { TorchEmit } from '../kit/torch'

interface Settings {
  readonly axis: number
  readonly begin: number
  readonly size: number
  readonly keepAxis: boolean
}

/** How many places are taken, or why they cannot be. */
function places(x: Spec, axis: number, p: Settings): number | Refusal {
  const length = x.shape[axis]
  const count = p.keepAxis ? p.size : 1
  if (typeof length !== 'number') {
    if (count === 0 && p.begin < 0) return -p.begin
    const within = count > 0 && (p.begin >= 0 || count <= -p.begin)
    return within
      ? count
      : refuse(
          `Slice needs a size along axis ${p.axis} of ${formatShape(x.shape)}, whose length is not fixed, ` +
            'and that many places after its begin.',
        )
  }
  const begin = p.begin < 0 ? p.begin + length : p.begin
  const size = count === 0 ? length - begin : count
  if (begin >= 0 && begin < length && begin + size <= length) return size
  return refuse(
    `Slice takes ${count === 0 ? 'everything' : count} from place ${p.begin} on, but axis ${p.axis} of x is only ` +
      `${length} long (${formatShape(x.shape)}).`,
  )
}

/** The same where `infer` has agreed. */
function taken(x: Spec, p: Settings): { readonly axis: number; readonly size: number } {
  const axis = countedAxis(x, p.axis)
  const size = places(x, axis, p)
  return { axis, size: typeof size === 'number' ? size : 1 }
}

function resultSpec(x: Spec, p: Settings): Spec {
  const { axis, size } = taken(x, p)
  return tensor(
    p.keepAxis
      ? x.shape.map((dim, at) => (at === axis ? size : dim))
      : x.shape.filter((_, at) => at !== axis),
  )
}

export const slice = defineNode({
  role: 'layer',
  type: 'slice',
  version: 1,
  title: 'Slice',
  family: 'shape',
  doc: 'Takes a stretch of one axis, such as the first 10 steps or the last 3 features, or a single place of it, such as the last step.',
  synonyms: ['cut', 'crop', 'narrow', 'select', 'take', 'index', 'last step'],
  fields: {
    axis: int({ initial: 1, min: -8, max: 8, doc: 'The axis that is cut; -1 is the last one (features).' }),
    begin: int({
      initial: 0,
      min: -1_000_000,
      max: 1_000_000,
      doc: 'The first place that is taken. Negative counts from the end: -1 is the last place.',
    }),
    size: int({
      initial: 1,
      min: 0,
      max: 1_000_000,
      doc: 'How many places are taken; 0 takes everything up to the end.',
    }),
    keepAxis: bool({
      initial: true,
      doc: 'Off takes the one place at begin and drops the axis, as a picture out of a film.',
    }),
  },
  inputs: { x: { doc: 'Any numbers with an axis after the batch.' } },
  outputs: { y: { doc: 'What was taken.' } },
  summary: (p) =>
    p.keepAxis
      ? `axis ${p.axis} · ${p.begin} + ${p.size === 0 ? 'rest' : p.size}`
      : `axis ${p.axis} · at ${p.begin}`,
  infer: ({ x }, p) => {
    const axis = frontAxis('Slice', 'x', x, p.axis)
    if (typeof axis !== 'number') return axis
    const size = places(x, axis, p)
    return typeof size === 'number' ? { y: resultSpec(x, p) } : size
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => {
    const axis = p.axis < 0 ? p.axis + x.rank : p.axis
    const length = x.shape[axis] ?? 1
    const first = p.begin < 0 ? p.begin + length : p.begin
    const count = !p.keepAxis ? 1 : p.size === 0 ? length - first : p.size
    if (first < 0 || first + count > length)
      throw new Error(`Slice takes ${count} from place ${p.begin} on, but x is only ${length} long there.`)
    const begin = x.shape.map((_, at) => (at === axis ? first : 0))
    const size = x.shape.map((all, at) => (at === axis ? count : all))
    const part = tf.slice(x, begin, size)
    return { y: p.keepAxis ? part : tf.squeeze(part, [axis]) }
  },
  emit: {
    torch: (p, { x }): TorchEmit =>
      p.keepAxis
        ? {
            call: 'torch.narrow',
            args: { dim: p.axis, start: p.begin, length: taken(x, p).size },
            tensors: [],
          }
        : { call: 'torch.select', args: { dim: p.axis, index: p.begin }, tensors: [] },
    onnx: (g, { x }, p, specs) => {
      const { axis, size } = taken(specs.x, p)
      // A stretch that ends at the end has no negative number for it.
      const end = p.begin < 0 && p.begin + size === 0 ? 2 ** 31 - 1 : p.begin + size
      const part = g.op('Slice', [x, g.ints([p.begin]), g.ints([end]), g.ints([axis])])
      return { y: p.keepAxis ? part : g.op('Squeeze', [part, g.ints([axis])]) }
    },
    keras: (k, { x }, p, specs) => {
      const { axis, size } = taken(specs.x, p)
      const problem = kerasCutProblem(specs.x.shape, axis)
      if (problem !== null) return problem
      const begin = p.begin < 0 ? p.begin + Number(specs.x.shape[axis]) : p.begin
      const part = kerasCut(k, x, specs.x.shape, axis, begin, size)
      return { y: p.keepAxis ? part : kerasReshape(k, part, resultSpec(specs.x, p).shape) }
    },
  },
  idle: (field, p) => (field === 'size' && !p.keepAxis ? 'a single place is taken' : null),
  cases: [
    { inputs: { x: tensor([null, 5, 2]) }, params: { begin: 1, size: 3 } },
    { inputs: { x: tensor([null, 4]) }, params: { axis: -1, begin: -3, size: 2 } },
    { inputs: { x: tensor([null, 4]) }, params: { begin: -2, size: 0 } },
    { inputs: { x: tensor([null, 5, 2]) }, params: { begin: 2, size: 0 } },
    { inputs: { x: tensor([null, 2, 3, 2]) }, params: { axis: 2, begin: 1, keepAxis: false } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { begin: -1, keepAxis: false } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { begin: 0, size: 2 } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { axis: 2, begin: 1, size: 2 } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis after the batch' },
    { inputs: { x: tensor([null, 3]) }, params: { axis: 0 }, refused: 'is the batch' },
    { inputs: { x: tensor([null, 3]) }, params: { axis: 2 }, refused: 'has no axis 2' },
    { inputs: { x: tensor([null, 3]) }, params: { begin: 2, size: 2 }, refused: 'is only 3 long' },
    { inputs: { x: tensor([null, 3]) }, params: { begin: -4, size: 0 }, refused: 'is only 3 long' },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { begin: 1, size: 0 }, refused: 'not fixed' },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { begin: -1, size: 2 }, refused: 'not fixed' },
  ],
  migrations: [],
})
