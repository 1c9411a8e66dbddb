/** The product of two stacks of matrices: what attention, mixers and bilinear forms are made of. */
import { broadcastShape } from '../kit/broadcast'
import { defineNode } from '../kit/define'
import { bool } from '../kit/fields'
import { widen } from '../kit/maths/widen'
import { formatShape, refuse, tensor, type Dim, type Refusal, type Shape, type Spec } from '../kit/spec'

interface Settings {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** [rows, columns] of the last two axes, turned where asked. */
function matrix(x: Spec, turned: boolean): readonly [Dim, Dim] {
  const [rows, columns] = [x.shape.at(-2) ?? null, x.shape.at(-1) ?? null]
  return turned ? [columns, rows] : [rows, columns]
}

/** Shape of the product, and the length that is summed over. */
function product(a: Spec, b: Spec, p: Settings): { readonly shape: Shape; readonly summed: Dim } | Refusal {
  if (a.shape.length < 3 || a.shape.length !== b.shape.length) {
    return refuse(
      'MatMul needs two stacks of matrices B × … × rows × columns with as many axes, ' +
        `but a is ${formatShape(a.shape)} and b is ${formatShape(b.shape)}.`,
    )
  }
  const stack = broadcastShape('MatMul, before the last two axes,', [
    { ...a, shape: a.shape.slice(0, -2) },
    { ...b, shape: b.shape.slice(0, -2) },
  ])
  if ('refused' in stack) return stack
  const [rows, summed] = matrix(a, p.transposeA)
  const [other, columns] = matrix(b, p.transposeB)
  if (summed === other) return { shape: [...stack, rows, columns], summed }
  return refuse(
    `MatMul sums over the columns of a (${summed ?? 'B'}) and the rows of b (${other ?? 'B'}), which must be as many; ` +
      `a is ${formatShape(a.shape)} and b is ${formatShape(b.shape)}. Transpose one of them.`,
  )
}

function fixed(dim: Dim): number {
  return typeof dim === 'number' ? dim : 1
}

const helper = `def matmul(a, b, transpose_a, transpose_b, scaled):
    """a @ b, either one transposed first; scaled divides by the square root of the length summed over."""
    a = a.transpose(-1, -2) if transpose_a else a
    b = b.transpose(-1, -2) if transpose_b else b
    return a @ b / math.sqrt(a.shape[-1]) if scaled else a @ b
`

export const matmul = defineNode({
  role: 'layer',
  type: 'matmul',
  version: 1,
  title: 'MatMul',
  family: 'merge',
  doc: 'Multiplies matrix by matrix: every row of a with every column of b. Attention compares queries and keys this way.',
  synonyms: ['matrix multiplication', 'batch matmul', 'bmm', 'dot product', 'attention scores'],
  fields: {
    transposeA: bool({ initial: false, doc: 'Swap rows and columns of a first.' }),
    transposeB: bool({ initial: false, doc: 'Swap rows and columns of b first, as for queries and keys.' }),
    scaled: bool({
      initial: false,
      doc: 'Divide by the square root of the length that is summed over, so that longer sums are not larger.',
    }),
  },
  inputs: {
    a: { doc: 'Matrices on the last two axes.' },
    b: { doc: 'As many matrices; a stack of one serves all.' },
  },
  outputs: { y: { doc: 'Rows of a by columns of b.' } },
  summary: (p) => `a${p.transposeA ? 'ᵀ' : ''} b${p.transposeB ? 'ᵀ' : ''}${p.scaled ? ' scaled' : ''}`,
  infer: ({ a, b }, p) => {
    const found = product(a, b, p)
    return 'refused' in found ? found : { y: tensor(found.shape) }
  },
  weights: () => ({}),
  multiplyAdds: ({ a, b }, p) => {
    const found = product(a, b, p)
    if ('refused' in found) return 0
    return found.shape.slice(1).reduce<number>((size, dim) => size * fixed(dim), fixed(found.summed))
  },
  uses: { widen },
  compute: ({ tf, inputs, p, uses }) => {
    const [a, b] = uses.widen(tf, [inputs.a, inputs.b], inputs.a.rank - 2)
    const y = tf.matMul(a!, b!, p.transposeA, p.transposeB)
    const summed = inputs.a.shape[inputs.a.rank - (p.transposeA ? 2 : 1)] ?? 1
    return { y: p.scaled ? tf.mul(y, 1 / Math.sqrt(summed)) : y }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.matmul',
      args: { transpose_a: p.transposeA, transpose_b: p.transposeB, scaled: p.scaled },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, { a, b }, p, specs) => {
      const rank = specs.a.shape.length
      const perm = specs.a.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
      const turn = (x: typeof a, turned: boolean) => (turned ? g.op('Transpose', [x], { perm }) : x)
      const y = g.op('MatMul', [turn(a, p.transposeA), turn(b, p.transposeB)])
      if (!p.scaled) return { y }
      const axis = p.transposeA ? rank - 2 : rank - 1
      const length = specs.a.shape[axis]
      if (typeof length === 'number') return { y: g.op('Mul', [y, g.floats([1 / Math.sqrt(length)], [])]) }
      const summed = g.op('Cast', [g.op('Shape', [a], { start: axis, end: axis + 1 })], { to: 1 })
      return { y: g.op('Div', [y, g.op('Sqrt', [summed])]) }
    },
    keras: (k, { a, b }, p, specs) => {
      const found = product(specs.a, specs.b, p)
      if ('refused' in found) return found
      if (found.shape.length > 3)
        return refuse(
          'Keras has no layer that multiplies stacks of matrices; its Dot takes one matrix a sample.',
        )
      if (p.scaled && typeof found.summed !== 'number')
        return refuse('Keras has no layer that divides by the root of a length that is not fixed.')
      const outputs = [tensor(found.shape)]
      const axes = [p.transposeA ? 1 : 2, p.transposeB ? 2 : 1]
      const y = k.layer({ layer: 'Dot', config: { axes, normalize: false }, inputs: [[a, b]], outputs })
      if (!p.scaled) return { y }
      const config = { scale: 1 / Math.sqrt(fixed(found.summed)), offset: 0 }
      return { y: k.layer({ layer: 'Rescaling', config, inputs: [y], outputs }) }
    },
  },
  cases: [
    { inputs: { a: tensor([null, 2, 3]), b: tensor([null, 3, 4]) } },
    {
      inputs: { a: tensor([null, 'T', 3]), b: tensor([null, 'T', 3]) },
      params: { transposeB: true, scaled: true },
    },
    {
      inputs: { a: tensor([null, 'T', 3]), b: tensor([null, 'T', 2]) },
      params: { transposeA: true, scaled: true },
    },
    {
      inputs: { a: tensor([null, 3, 3]), b: tensor([null, 3, 3]) },
      params: { transposeA: true, transposeB: true },
    },
    { inputs: { a: tensor([null, 2, 2, 3]), b: tensor([null, 2, 'T', 3]) }, params: { transposeB: true } },
    { inputs: { a: tensor([null, 1, 2, 3]), b: tensor([null, 2, 3, 2]) } },
    { inputs: { a: tensor([null, 3]), b: tensor([null, 3]) }, refused: 'two stacks of matrices' },
    { inputs: { a: tensor([null, 2, 3]), b: tensor([null, 2, 3]) }, refused: 'Transpose one of them' },
    { inputs: { a: tensor([null, 2, 2, 3]), b: tensor([null, 3, 3, 2]) }, refused: 'values of one shape' },
  ],
  migrations: [],
})
