/**
 * What the nodes that reduce axes (mean, sum, largest) have in common. A mask [B, T] says which places of axis 1 count
 * (1) and which do not (0); a sample in which none counts gives zeros.
 */
import { frontAxes } from './axes'
import type { NodeCase } from './define'
import { bool, sizes } from './fields'
import { kerasPermute, kerasReshape, kerasReshapeProblem } from './keras-shape'
import type { KerasBuilder, KerasValue } from './keras'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { formatShape, refuse, tensor, type Dim, type Refusal, type Shape, type Spec } from './spec'

export const reduceFields = {
  axes: sizes({
    initial: [1],
    min: -8,
    doc: 'Which axes go, in rising order: 1 is time, 1, 2 the places of an image, -1 the features.',
  }),
  keepAxes: bool({ initial: false, doc: 'Keep the axes, one long, so that the result still lies beside x.' }),
}

export const reduceInputs = {
  x: { doc: 'Any numbers with an axis after the batch.' },
  mask: { doc: 'Which places of axis 1 count, B × T: 1 counts, 0 does not.', optional: true },
} as const

export interface ReduceSettings {
  readonly axes: readonly number[]
  readonly keepAxes: boolean
}
interface Given<T> {
  readonly x: T
  readonly mask: T | undefined
}

function axesOf(x: Spec, p: ReduceSettings): readonly number[] {
  return p.axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis))
}

function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  return keep
    ? shape.map((dim, at) => (axes.includes(at) ? 1 : dim))
    : shape.filter((_, at) => !axes.includes(at))
}

/** The spec of the result, or why there is none. */
export function reducedSpec(
  title: string,
  { x, mask }: Given<Spec>,
  p: ReduceSettings,
): { readonly y: Spec } | Refusal {
  if (p.axes.length === 0) return refuse(`${title} needs at least one axis to take away.`)
  const axes = frontAxes(title, 'x', x, p.axes)
  if ('refused' in axes) return axes
  if (mask !== undefined) {
    if (!axes.includes(1))
      return refuse(
        `A mask says which places of axis 1 count, but ${title} takes away axis ${p.axes.join(', ')}.`,
      )
    if (mask.shape.length !== 2 || mask.shape[0] !== x.shape[0] || mask.shape[1] !== x.shape[1]) {
      return refuse(
        `The mask of ${title} must be as long as axis 1 of x (${formatShape(x.shape.slice(0, 2))}), ` +
          `but is ${formatShape(mask.shape)}.`,
      )
    }
  }
  return { y: tensor(reducedShape(x.shape, axes, p.keepAxes)) }
}

type Kind = 'mean' | 'sum' | 'max'

/** Counts of the places of axis 1 that a mask keeps, never below 1 where none counts. */
function onnxCount(g: OnnxBuilder, mask: OnnxValue): OnnxValue {
  const count = g.op('ReduceSum', [mask, g.ints([1])], { keepdims: 1 })
  const none = g.op('Cast', [g.op('Equal', [count, g.floats([0], [])])], { to: 1 })
  return g.op('Add', [count, none])
}

export function onnxReduce(
  g: OnnxBuilder,
  kind: Kind,
  { x, mask }: Given<OnnxValue>,
  p: ReduceSettings,
  specs: Given<Spec>,
): OnnxValue {
  const axes = axesOf(specs.x, p)
  const keepdims = p.keepAxes ? 1 : 0
  const sum = (value: OnnxValue) => g.op('ReduceSum', [value, g.ints(axes)], { keepdims })
  const rank = specs.x.shape.length
  const inner = Array.from({ length: rank - 2 }, (_, at) => at + 2)
  const beside = (rows: OnnxValue, more: readonly number[]) =>
    more.length === 0 ? rows : g.op('Unsqueeze', [rows, g.ints(more)])
  if (mask === undefined) {
    if (kind === 'sum') return sum(x)
    return g.op(kind === 'mean' ? 'ReduceMean' : 'ReduceMax', [x], { axes, keepdims })
  }
  const kept = g.op('Mul', [x, beside(mask, inner)])
  if (kind === 'sum') return sum(kept)
  // The mean over the axes beside time first, so that the count is that of the mask alone.
  if (kind === 'mean') {
    const shares = beside(g.op('Div', [mask, onnxCount(g, mask)]), inner)
    const others = axes.filter((axis) => axis !== 1)
    const means = others.length === 0 ? x : g.op('ReduceMean', [x], { axes: others, keepdims: 1 })
    return sum(g.op('Mul', [means, shares]))
  }
  const barrier = g.op('Mul', [g.op('Sub', [mask, g.floats([1], [])]), g.floats([1e9], [])])
  const largest = g.op('ReduceMax', [g.op('Add', [kept, beside(barrier, inner)])], { axes, keepdims: 1 })
  const count = g.op('ReduceSum', [mask, g.ints([1])], { keepdims: 1 })
  const some = beside(g.op('Cast', [g.op('Greater', [count, g.floats([0], [])])], { to: 1 }), inner)
  const y = g.op('Mul', [largest, some])
  return p.keepAxes ? y : g.op('Squeeze', [y, g.ints(axes)])
}

/** Product of axes, one of which may be of unknown length. */
function together(dims: readonly Dim[]): Dim {
  return dims.find((dim) => typeof dim !== 'number') ?? dims.reduce<number>((n, dim) => n * Number(dim), 1)
}

/** x as [B, everything that goes, everything that stays], and the shape of the result. */
function kerasRows(k: KerasBuilder, x: KerasValue, spec: Spec, p: ReduceSettings) {
  const axes = axesOf(spec, p)
  const kept = spec.shape.map((_, at) => at).filter((at) => at > 0 && !axes.includes(at))
  const order = [0, ...axes, ...kept]
  const dims = (list: readonly number[]) => list.map((at) => spec.shape[at] ?? null)
  const rows: Shape = [spec.shape[0] ?? null, together(dims(axes)), together(dims(kept))]
  const turned = kerasPermute(k, x, spec.shape, order)
  const flat = axes.length === 1 && kept.length === 1 ? turned : kerasReshape(k, turned, rows)
  return { flat, rows, result: reducedShape(spec.shape, axes, p.keepAxes) }
}

/** Largest, mean or sum of the middle axis of [B, R, C] (unmasked). */
function kerasPool(k: KerasBuilder, kind: Kind, flat: KerasValue, rows: Shape): KerasValue {
  const outputs = [tensor([rows[0] ?? null, rows[2] ?? null])]
  if (kind !== 'sum') {
    const layer = kind === 'mean' ? 'GlobalAveragePooling1D' : 'GlobalMaxPooling1D'
    const config = { data_format: 'channels_last', keepdims: false }
    return k.layer({ layer, config, inputs: [flat], outputs })
  }
  // Keras has no sum of an axis, but a Dot with ones is one; the ones come from x itself, whatever its length.
  const places = [tensor([rows[0] ?? null, rows[1] ?? null])]
  const one = k.layer({
    layer: 'GlobalMaxPooling1D',
    config: { data_format: 'channels_first', keepdims: false },
    inputs: [flat],
    outputs: places,
  })
  const ones = k.layer({
    layer: 'Rescaling',
    config: { scale: 0, offset: 1 },
    inputs: [one],
    outputs: places,
  })
  return k.layer({
    layer: 'Dot',
    config: { axes: [1, 1], normalize: false },
    inputs: [[ones, flat]],
    outputs,
  })
}

export function kerasReduce(
  k: KerasBuilder,
  kind: Kind,
  { x, mask }: Given<KerasValue>,
  p: ReduceSettings,
  specs: Given<Spec>,
): { readonly y: KerasValue } | Refusal {
  const title = { mean: 'mean', sum: 'sum', max: 'largest number' }[kind]
  const axes = axesOf(specs.x, p)
  const shape = reducedShape(specs.x.shape, axes, p.keepAxes)
  const problem = kerasReshapeProblem(specs.x.shape) ?? kerasReshapeProblem(shape)
  if (problem !== null) return problem
  if (mask !== undefined && (kind !== 'sum' || axes.length > 1)) {
    return refuse(
      `Keras has no layer that takes the ${title} over axis ${p.axes.join(', ')} of what a mask keeps and gives zeros where it keeps nothing` +
        `${p.keepAxes ? ', the axes kept' : ''}.`,
    )
  }
  const { flat, rows, result } = kerasRows(k, x, specs.x, p)
  const outputs = [tensor([rows[0] ?? null, rows[2] ?? null])]
  const pooled =
    mask === undefined
      ? kerasPool(k, kind, flat, rows)
      : k.layer({ layer: 'Dot', config: { axes: [1, 1], normalize: false }, inputs: [[mask, flat]], outputs })
  return {
    y: result.length === 2 && !p.keepAxes && rows[2] === result[1] ? pooled : kerasReshape(k, pooled, result),
  }
}

/** Reductions over time, places, features, several axes, kept and not, with and without a mask, and what cannot be. */
export const reduceCases: readonly NodeCase<typeof reduceFields>[] = [
  { inputs: { x: tensor([null, 3, 2]) } },
  { inputs: { x: tensor([null, 'T', 3]) }, params: { keepAxes: true } },
  { inputs: { x: tensor([null, 2, 3, 2]) }, params: { axes: [1, 2] } },
  { inputs: { x: tensor([null, 2, 3]) }, params: { axes: [-1] } },
  { inputs: { x: tensor([null, 4]) } },
  { inputs: { x: tensor([null, 2, 'T', 2]) }, params: { axes: [1, -1] } },
  { inputs: { x: tensor([null, 'T', 2]), mask: tensor([null, 'T']) } },
  {
    inputs: { x: tensor([null, 3, 2, 2]), mask: tensor([null, 3]) },
    params: { axes: [1, 2], keepAxes: true },
  },
  { inputs: { x: tensor([null]) }, refused: 'needs an axis after the batch' },
  { inputs: { x: tensor([null, 3]) }, params: { axes: [] }, refused: 'at least one axis' },
  { inputs: { x: tensor([null, 3]) }, params: { axes: [0] }, refused: 'is the batch' },
  { inputs: { x: tensor([null, 3, 2]) }, params: { axes: [2, 1] }, refused: 'every axis once' },
  {
    inputs: { x: tensor([null, 3, 2]), mask: tensor([null, 3]) },
    params: { axes: [2] },
    refused: 'A mask says which places',
  },
  { inputs: { x: tensor([null, 3, 2]), mask: tensor([null, 4]) }, refused: 'as long as axis 1' },
]
