/**
 * Works out operators whose inputs are all known: constants, and the sizes that exporters compute around a Reshape. The
 * batch is not known: it is NaN, and whatever is computed with it.
 */
import { arrayOf } from '../../formats/onnx/tensor'
import { count, permute } from '../../formats/weight-layout'
import { isRefusal } from '../../../nodes/kit/spec'
import { wholeOf, wholesOf, type OnnxOperator } from './operator'

export interface Known {
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

/** More is no noise around a shape but a computation. */
const mostNumbers = 4_000_000

type Fold = (operator: OnnxOperator, inputs: readonly (Known | undefined)[]) => Known | null

function front(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

function list(known: Known | undefined): readonly number[] | undefined {
  return known === undefined ? undefined : [...known.values]
}

const binary =
  (of: (a: number, b: number) => number): Fold =>
  (_operator, [a, b]) => {
    if (a === undefined || b === undefined) return null
    const [long, short] = a.values.length >= b.values.length ? [a, b] : [b, a]
    if (short.values.length !== 1 && short.shape.join() !== long.shape.join()) return null
    const at = (known: Known, place: number) => known.values[known.values.length === 1 ? 0 : place] ?? NaN
    const values = Float64Array.from(long.values, (_, place) => of(at(a, place), at(b, place)))
    return { shape: long.shape, values }
  }

/** Axes of 1 taken out or put in; the numbers stay. */
const axesOf = (operator: OnnxOperator, given: Known | undefined) => wholesOf(operator, 'axes') ?? list(given)

const folds: Readonly<Record<string, Fold>> = {
  Identity: (_operator, [x]) => x ?? null,
  Cast: (_operator, [x]) => x ?? null,
  Unsqueeze: (operator, [x, given]) => {
    const axes = axesOf(operator, given)
    if (x === undefined || axes === undefined) return null
    const rank = x.shape.length + axes.length
    if (rank > 32) return null
    const open = new Set(axes.map((axis) => front(axis, rank)))
    const rest = [...x.shape]
    const shape = Array.from({ length: rank }, (_, axis) => (open.has(axis) ? 1 : (rest.shift() ?? 1)))
    return { shape, values: x.values }
  },
  Squeeze: (operator, [x, given]) => {
    if (x === undefined) return null
    const axes = axesOf(operator, given)?.map((axis) => front(axis, x.shape.length))
    const shape = x.shape.filter((dim, axis) => (axes === undefined ? dim !== 1 : !axes.includes(axis)))
    return { shape, values: x.values }
  },
  Reshape: (_operator, [x, to]) => {
    if (x === undefined || to === undefined) return null
    const wanted = [...to.values].map((dim, axis) => (dim === 0 ? (x.shape[axis] ?? 1) : dim))
    const known = wanted.reduce((product, dim) => (dim < 0 ? product : product * dim), 1)
    return { shape: wanted.map((dim) => (dim < 0 ? x.values.length / known : dim)), values: x.values }
  },
  Transpose: (operator, [x]) => {
    const perm = wholesOf(operator, 'perm') ?? x?.shape.map((_, axis) => axis).reverse()
    if (x === undefined || perm === undefined || perm.length !== x.shape.length) return null
    return permute({ shape: x.shape, values: Float32Array.from(x.values) }, perm)
  },
  Concat: (_operator, inputs) => {
    if (inputs.some((x) => x?.shape.length !== 1)) return null
    const values = Float64Array.from(inputs.flatMap((x) => list(x) ?? []))
    return { shape: [values.length], values }
  },
  Gather: (operator, [x, at]) => {
    if (x?.shape.length !== 1 || at === undefined || wholeOf(operator, 'axis', 0) !== 0) return null
    const values = Float64Array.from(at.values, (place) => x.values[front(place, x.values.length)] ?? NaN)
    return { shape: at.shape, values }
  },
  Slice: (operator, [x, from, to, , step]) => {
    if (x?.shape.length !== 1 || (step !== undefined && step.values[0] !== 1)) return null
    const start = wholesOf(operator, 'starts')?.[0] ?? from?.values[0]
    const end = wholesOf(operator, 'ends')?.[0] ?? to?.values[0]
    if (start === undefined || end === undefined) return null
    const values = Float64Array.from(x.values.slice(start, end > x.values.length ? undefined : end))
    return { shape: [values.length], values }
  },
  ConstantOfShape: (operator, [shape]) => {
    if (shape === undefined) return null
    const sizes = [...shape.values]
    const tensor = operator.attributes.get('value')?.t
    const array = tensor === undefined ? null : arrayOf(tensor)
    const value = array === null || isRefusal(array) ? 0 : (array.values[0] ?? 0)
    if (!(count(sizes) <= mostNumbers)) return null
    return { shape: sizes, values: new Float64Array(count(sizes)).fill(value) }
  },
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Floor: (_operator, [x]) => (x === undefined ? null : { shape: x.shape, values: x.values.map(Math.floor) }),
}

/** What a Constant holds. */
function constant({ attributes }: OnnxOperator): Known | null {
  const { t } = attributes.get('value') ?? {}
  if (t !== undefined) {
    const array = arrayOf(t)
    return isRefusal(array) ? null : array
  }
  const one = attributes.get('value_float')?.f ?? attributes.get('value_int')?.i
  if (one !== undefined) return { shape: [], values: Float64Array.of(one) }
  const many = attributes.get('value_floats')?.floats ?? attributes.get('value_ints')?.ints
  return many === undefined ? null : { shape: [many.length], values: Float64Array.from(many) }
}

/** The result of an operator over known inputs; null where it cannot be told. */
export function fold(operator: OnnxOperator, known: (name: string) => Known | undefined): Known | null {
  if (operator.type === 'Constant') return constant(operator)
  if (!Object.hasOwn(folds, operator.type) || operator.outputs.length !== 1) return null
  const inputs = operator.inputs.map((name) => (name === '' ? undefined : known(name)))
  const told = operator.inputs.every((name, at) => name === '' || inputs[at] !== undefined)
  if (!told || inputs.some((x) => x !== undefined && x.values.length > mostNumbers)) return null
  const result = folds[operator.type]?.(operator, inputs) ?? null
  // The shape of a damaged file may promise anything.
  return result !== null && count(result.shape) === result.values.length ? result : null
}
