/** Attention and positions in ONNX operators (opset 17), for sequences whose length may be known only when it runs. */
import { alibiSlopes } from './maths/alibi'
import type { OnnxBuilder, OnnxValue } from './onnx'
import type { Dim } from './spec'

/** x [..., D] by a kernel [D, N] plus a bias [N]. */
export function onnxProject(
  g: OnnxBuilder,
  x: OnnxValue,
  kernel: OnnxValue,
  bias: OnnxValue | undefined,
): OnnxValue {
  const sums = g.op('MatMul', [x, kernel])
  return bias === undefined ? sums : g.op('Add', [sums, bias])
}

/** The length of an axis as a scalar int64. */
export function onnxLength(g: OnnxBuilder, x: OnnxValue, axis: number, dim: Dim | undefined): OnnxValue {
  if (typeof dim === 'number') return g.ints([dim], [])
  return g.op('Gather', [g.op('Shape', [x]), g.ints([axis], [])], { axis: 0 })
}

/** 0, 1, 2… along an axis of x, as a list of float32. */
export function onnxPlaces(g: OnnxBuilder, x: OnnxValue, axis: number, dim: Dim | undefined): OnnxValue {
  if (typeof dim === 'number') return g.floats(Array.from({ length: dim }, (_, at) => at))
  const range = g.op('Range', [g.ints([0], []), onnxLength(g, x, axis, dim), g.ints([1], [])])
  return g.op('Cast', [range], { to: 1 })
}

/** Place of the looker less place looked at: [from, to]. */
export function onnxDistance(g: OnnxBuilder, rows: OnnxValue, columns: OnnxValue): OnnxValue {
  return g.op('Sub', [g.op('Unsqueeze', [rows, g.ints([1])]), g.op('Unsqueeze', [columns, g.ints([0])])])
}

/** 1 where a place may look by position alone, else 0: [from, to]; null where it may look everywhere. */
export function onnxReach(
  g: OnnxBuilder,
  distance: () => OnnxValue,
  causal: boolean,
  window: number,
): OnnxValue | null {
  if (!causal && window === 0) return null
  const apart = distance()
  const behind = causal ? g.op('GreaterOrEqual', [apart, g.floats([0], [])]) : null
  const near = window > 0 ? g.op('Less', [g.op('Abs', [apart]), g.floats([window], [])]) : null
  const both = behind !== null && near !== null ? g.op('And', [behind, near]) : (behind ?? near)
  return both === null ? null : g.op('Cast', [both], { to: 1 })
}

export interface OnnxLook {
  readonly heads: number
  /** Key and value heads. */
  readonly groups: number
  /** Numbers of one head of query and key. */
  readonly size: number
  /** Numbers of one head of value. */
  readonly width: number
  /** Of the query and of the key. */
  readonly places: readonly [Dim | undefined, Dim | undefined]
  readonly causal?: boolean
  readonly window?: number
  readonly alibi?: boolean
  readonly mask?: { readonly value: OnnxValue; readonly rank: number } | undefined
}

function split(g: OnnxBuilder, x: OnnxValue, heads: number, size: number): OnnxValue {
  return g.op('Transpose', [g.op('Reshape', [x, g.ints([0, 0, heads, size])])], { perm: [0, 2, 1, 3] })
}

/** -1e9 for every 0 of a wall, 0 for every 1. */
function barrier(g: OnnxBuilder, wall: OnnxValue): OnnxValue {
  return g.op('Mul', [g.op('Sub', [wall, g.floats([1], [])]), g.floats([1e9], [])])
}

/** Added to the scores [B, heads, T, S]. */
function additions(g: OnnxBuilder, query: OnnxValue, key: OnnxValue, o: OnnxLook): readonly OnnxValue[] {
  const distance = () =>
    onnxDistance(g, onnxPlaces(g, query, 1, o.places[0]), onnxPlaces(g, key, 1, o.places[1]))
  const all: OnnxValue[] = []
  if (o.alibi === true) {
    const slopes = alibiSlopes(o.heads).map((slope) => -slope)
    all.push(g.op('Mul', [g.op('Abs', [distance()]), g.floats(slopes, [o.heads, 1, 1])]))
  }
  const reach = onnxReach(g, distance, o.causal === true, o.window ?? 0)
  if (reach !== null) all.push(barrier(g, reach))
  if (o.mask !== undefined) {
    const { value, rank } = o.mask
    all.push(barrier(g, rank === 3 ? g.op('Unsqueeze', [value, g.ints([1])]) : value))
  }
  return all
}

/**
 * As `attend` of maths/attention.ts: query [B, T, heads · size], key [B, S, groups · size], value [B, S, groups · width]
 * to the mix [B, T, heads · width] and who looked where [B, heads, T, S].
 */
export function onnxAttend(
  g: OnnxBuilder,
  query: OnnxValue,
  key: OnnxValue,
  value: OnnxValue,
  o: OnnxLook,
): { readonly mixed: OnnxValue; readonly attention: OnnxValue } {
  const { heads, groups, size, width } = o
  const share = heads / groups
  // Each key and value head stands beside the query heads that share it.
  const spread = (x: OnnxValue, each: number) => {
    const apart = split(g, x, groups, each)
    if (share === 1) return apart
    const index = Array.from({ length: heads }, (_, head) => Math.floor(head / share))
    return g.op('Gather', [apart, g.ints(index)], { axis: 1 })
  }
  const q = g.op('Mul', [split(g, query, heads, size), g.floats([1 / Math.sqrt(size)], [])])
  const keys = g.op('Transpose', [spread(key, size)], { perm: [0, 1, 3, 2] })
  const scores = additions(g, query, key, o).reduce(
    (sum, one) => g.op('Add', [sum, one]),
    g.op('MatMul', [q, keys]),
  )
  const attention = g.op('Softmax', [scores], { axis: -1 })
  const mixed = g.op('Transpose', [g.op('MatMul', [attention, spread(value, width)])], { perm: [0, 2, 1, 3] })
  return { mixed: g.op('Reshape', [mixed, g.ints([0, 0, heads * width])]), attention }
}

/** As `rotate` of maths/attention.ts, on x [B, T, heads · size]. */
export function onnxRotate(
  g: OnnxBuilder,
  x: OnnxValue,
  o: {
    readonly heads: number
    readonly size: number
    readonly base: number
    readonly layout: 'half' | 'interleaved'
    readonly places: Dim | undefined
  },
): OnnxValue {
  const half = o.size / 2
  const speeds = Array.from({ length: half }, (_, at) => o.base ** (-at / half))
  const table = (type: 'Cos' | 'Sin') => {
    if (typeof o.places === 'number') {
      const f = type === 'Cos' ? Math.cos : Math.sin
      const values = Array.from({ length: o.places }, (_, t) => speeds.map((speed) => f(t * speed))).flat()
      return g.floats(values, [o.places, 1, half])
    }
    const places = g.op('Unsqueeze', [onnxPlaces(g, x, 1, o.places), g.ints([1, 2])]) // (T, 1, 1)
    return g.op(type, [g.op('Mul', [places, g.floats(speeds, [1, 1, half])])])
  }
  const [cosine, sine] = [table('Cos'), table('Sin')]
  const pairs =
    o.layout === 'half'
      ? g.op('Reshape', [x, g.ints([0, 0, o.heads, 2, half])])
      : g.op('Reshape', [x, g.ints([0, 0, o.heads, half, 2])])
  const axis = o.layout === 'half' ? 3 : 4
  const [a, b] = [0, 1].map((at) => g.op('Gather', [pairs, g.ints([at], [])], { axis })) as [
    OnnxValue,
    OnnxValue,
  ]
  const turned = [
    g.op('Sub', [g.op('Mul', [a, cosine]), g.op('Mul', [b, sine])]),
    g.op('Add', [g.op('Mul', [b, cosine]), g.op('Mul', [a, sine])]),
  ].map((one) => g.op('Unsqueeze', [one, g.ints([axis])]))
  return g.op('Reshape', [g.op('Concat', turned, { axis }), g.ints([0, 0, o.heads * o.size])])
}

/** x brought to mean 0 and deviation 1 (`layer`), or to root mean square 1 (`rms`), over the last axis. */
export function onnxNormalise(
  g: OnnxBuilder,
  x: OnnxValue,
  o: {
    readonly norm: 'layer' | 'rms'
    readonly epsilon: number
    readonly gamma: OnnxValue
    readonly beta: OnnxValue | undefined
  },
): OnnxValue {
  if (o.norm === 'layer' && o.beta !== undefined)
    return g.op('LayerNormalization', [x, o.gamma, o.beta], { axis: -1, epsilon: { float: o.epsilon } })
  const square = g.op('ReduceMean', [g.op('Mul', [x, x])], { axes: [-1], keepdims: 1 })
  const root = g.op('Sqrt', [g.op('Add', [square, g.floats([o.epsilon], [])])])
  return g.op('Mul', [g.op('Div', [x, root]), o.gamma])
}

/** Learned rows [length, features] before every sequence of x. */
export function onnxPrepend(
  g: OnnxBuilder,
  x: OnnxValue,
  rows: OnnxValue,
  length: number,
  features: number,
): OnnxValue {
  const batch = g.op('Gather', [g.op('Shape', [x]), g.ints([0])], { axis: 0 })
  const shape = g.op('Concat', [batch, g.ints([length, features])], { axis: 0 })
  return g.op('Concat', [g.op('Expand', [rows, shape]), x], { axis: 1 })
}
