/** Keras's Dot: sums of products along one axis of each value; normalised first, they are cosines. */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { bool, sizes } from '../kit/fields'
import type { OnnxValue } from '../kit/onnx'
import { formatShape, refuse, tensor, type Dim, type Refusal, type Shape, type Spec } from '../kit/spec'

interface Found {
  readonly axes: readonly [number, number]
  readonly shape: Shape
  readonly summed: Dim
}

function product(a: Spec, b: Spec, given: readonly number[]): Found | Refusal {
  const odd = [a, b].find((x) => x.shape.length < 2 || x.shape.length > 3)
  if (odd !== undefined)
    return refuse(`Dot needs rows B × n or matrices B × n × m, but has ${formatShape(odd.shape)}.`)
  const axisA = frontAxis('Dot', 'a', a, given[0] ?? -1)
  const axisB = frontAxis('Dot', 'b', b, given[1] ?? -1)
  if (typeof axisA !== 'number') return axisA
  if (typeof axisB !== 'number') return axisB
  const summed = a.shape[axisA] ?? null
  if (summed !== b.shape[axisB]) {
    return refuse(
      `Dot sums along axis ${axisA} of a (${formatShape(a.shape)}) and axis ${axisB} of b (${formatShape(b.shape)}), ` +
        'which must be of one length.',
    )
  }
  const restA = a.shape.filter((_, at) => at !== 0 && at !== axisA)
  const restB = b.shape.filter((_, at) => at !== 0 && at !== axisB)
  const rest = [...restA, ...restB]
  return { axes: [axisA, axisB], shape: [a.shape[0] ?? null, ...(rest.length === 0 ? [1] : rest)], summed }
}

const helper = `def dot(a, b, axes, normalize):
    """Sums of products along one axis of each; rows alone give one number a sample, [B, 1]."""
    if normalize:
        a, b = F.normalize(a, dim=axes[0], eps=1e-7), F.normalize(b, dim=axes[1], eps=1e-7)
    a, b = a.movedim(axes[0], -1), b.movedim(axes[1], -1)
    rows = a if a.dim() == 3 else a.unsqueeze(1)
    columns = b if b.dim() == 3 else b.unsqueeze(1)
    y = rows @ columns.transpose(1, 2)
    if b.dim() == 2:
        y = y.squeeze(2)
    return y.squeeze(1) if a.dim() == 2 and b.dim() == 3 else y
`

export const dot = defineNode({
  role: 'layer',
  type: 'dot',
  version: 1,
  title: 'Dot',
  family: 'merge',
  doc: 'Sums of products along one axis of each value: how alike two rows are. Normalised, the rows are taken at length 1 and the sums are cosines.',
  synonyms: ['dot product', 'cosine similarity', 'inner product', 'siamese', 'contrastive'],
  fields: {
    axes: sizes({
      initial: [-1, -1],
      length: 2,
      min: -2,
      doc: 'The axis of a and the axis of b along which products are summed; -1 is the last.',
    }),
    normalise: bool({ initial: false, doc: 'Bring both to length 1 along their axis first.' }),
  },
  inputs: { a: { doc: 'Rows or matrices.' }, b: { doc: 'Rows or matrices.' } },
  outputs: { y: { doc: 'What is left of a, then what is left of b; two rows give one number.' } },
  summary: (p) => (p.normalise ? 'cosine' : ''),
  infer: ({ a, b }, p) => {
    const found = product(a, b, p.axes)
    return 'refused' in found ? found : { y: tensor(found.shape) }
  },
  weights: () => ({}),
  multiplyAdds: ({ a, b }, p) => {
    const found = product(a, b, p.axes)
    if ('refused' in found) return 0
    const length = (dim: Dim) => (typeof dim === 'number' ? dim : 1)
    return found.shape.slice(1).reduce<number>((size, dim) => size * length(dim), length(found.summed))
  },
  compute: ({ tf, inputs: { a, b }, p }) => {
    const batch = a.shape[0] ?? 1
    const axisOf = (x: typeof a, at: number) => {
      const axis = p.axes[at] ?? -1
      return axis < 0 ? axis + x.rank : axis
    }
    const matrix = (x: typeof a, at: number) => {
      const axis = axisOf(x, at)
      const square = tf.sum(tf.square(x), axis, true)
      const unit = p.normalise ? tf.mul(x, tf.rsqrt(tf.maximum(square, 1e-14))) : x
      if (x.rank === 2) return tf.reshape(unit, [batch, 1, -1])
      return axis === 1 ? tf.transpose(unit, [0, 2, 1]) : unit // (B, rest, summed)
    }
    const y = tf.matMul(matrix(a, 0), matrix(b, 1), false, true) // (B, rest of a, rest of b)
    const left = [...(a.rank === 3 ? [y.shape[1] ?? 1] : []), ...(b.rank === 3 ? [y.shape[2] ?? 1] : [])]
    return { y: tf.reshape(y, [batch, ...(left.length === 0 ? [1] : left)]) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.dot',
      args: { axes: p.axes, normalize: p.normalise },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, { a, b }, p, specs) => {
      const matrix = (x: OnnxValue, spec: Spec, at: number, turned: boolean) => {
        const axis = countedAxis(spec, p.axes[at] ?? -1)
        const length = g.op('ReduceL2', [x], { axes: [axis], keepdims: 1 })
        const unit = p.normalise ? g.op('Div', [x, g.op('Max', [length, g.floats([1e-7], [])])]) : x
        if (spec.shape.length === 2) return g.op('Unsqueeze', [unit, g.ints([turned ? 2 : 1])])
        return (axis === 1) === turned ? unit : g.op('Transpose', [unit], { perm: [0, 2, 1] })
      }
      const y = g.op('MatMul', [matrix(a, specs.a, 0, false), matrix(b, specs.b, 1, true)])
      const [rowA, rowB] = [specs.a.shape.length === 2, specs.b.shape.length === 2]
      if (rowB) return { y: g.op('Squeeze', [y, g.ints([2])]) }
      return { y: rowA ? g.op('Squeeze', [y, g.ints([1])]) : y }
    },
    keras: (k, { a, b }, p, specs) => {
      const found = product(specs.a, specs.b, p.axes)
      if ('refused' in found) return found
      return {
        y: k.layer({
          layer: 'Dot',
          config: { axes: [...found.axes], normalize: p.normalise },
          inputs: [[a, b]],
          outputs: [tensor(found.shape)],
        }),
      }
    },
  },
  cases: [
    { inputs: { a: tensor([null, 3]), b: tensor([null, 3]) } },
    { inputs: { a: tensor([null, 3]), b: tensor([null, 3]) }, params: { normalise: true } },
    { inputs: { a: tensor([null, 'T', 3]), b: tensor([null, 3]) }, params: { normalise: true } },
    { inputs: { a: tensor([null, 3]), b: tensor([null, 3, 2]) }, params: { axes: [1, 1] } },
    { inputs: { a: tensor([null, 2, 3]), b: tensor([null, 3, 3]) }, params: { axes: [2, 1] } },
    { inputs: { a: tensor([null, 2, 2]), b: tensor([null, 2, 2]) }, params: { axes: [1, 1] } },
    {
      inputs: { a: tensor([null, 'T', 3]), b: tensor([null, 'T', 2]) },
      params: { axes: [1, 1], normalise: true },
    },
    { inputs: { a: tensor([null, 3]), b: tensor([null, 2]) }, refused: 'of one length' },
    { inputs: { a: tensor([null, 2, 2, 3]), b: tensor([null, 3]) }, refused: 'Dot needs rows' },
    {
      inputs: { a: tensor([null, 3]), b: tensor([null, 3]) },
      params: { axes: [0, 1] },
      refused: 'is the batch',
    },
  ],
  migrations: [],
})
