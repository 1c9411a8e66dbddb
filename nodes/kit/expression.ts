/**
 * Formulas over the inputs of a node: a small language with numbers, inputs, arithmetic and a table of functions, and
 * nothing else. Text is parsed by jsep into a tree, checked against the table, and never evaluated as JavaScript. Every
 * back-end walks the same tree: tensors (`evaluate`), PyTorch (`pythonOf`), ONNX (`onnxOf`).
 */
import type * as Tf from '@tensorflow/tfjs'
import jsep, { type Expression } from 'jsep'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { formatShape, refuse, type Dim, type Refusal, type Shape } from './spec'

/** A formula as a tree: plain JSON, so that it can stand in a saved model. */
export type Tree =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'call'; readonly name: Operation; readonly of: readonly Tree[] }

type Walk<T> = (tree: Tree) => T

interface Row {
  /** How many arguments it takes. */
  readonly takes: number
  /** Over the last axis, which becomes 1 long. */
  readonly reduces?: true
  readonly python: (...of: string[]) => string
  readonly onnx: (g: OnnxBuilder, ...of: OnnxValue[]) => OnnxValue
  /** One or two sentences' worth: what it is, for the help. */
  readonly says: string
}

const unary = (op: string, python: string, says: string): Row => ({
  takes: 1,
  python: (x) => `${python}(${x})`,
  onnx: (g, x = '' as OnnxValue) => g.op(op, [x]),
  says,
})
const binary = (op: string, python: string, says: string): Row => ({
  takes: 2,
  python: (a, b) => `(${a} ${python} ${b})`,
  onnx: (g, a = '' as OnnxValue, b = '' as OnnxValue) => g.op(op, [a, b]),
  says,
})

/** Everything that a formula can do. tf's side is in `evaluate`, which must stand alone. */
const operations = {
  add: binary('Add', '+', 'a + b'),
  subtract: binary('Sub', '-', 'a - b'),
  multiply: binary('Mul', '*', 'a * b'),
  divide: binary('Div', '/', 'a / b'),
  power: binary('Pow', '**', 'a ** b, for b a number or a above zero'),
  negative: {
    takes: 1,
    python: (x) => `(-${x})`,
    onnx: (g, x = '' as OnnxValue) => g.op('Neg', [x]),
    says: '-a',
  },
  min: {
    takes: 2,
    python: (a, b) => `torch.minimum(*torch.broadcast_tensors(torch.as_tensor(${a}), torch.as_tensor(${b})))`,
    onnx: (g, a = '' as OnnxValue, b = '' as OnnxValue) => g.op('Min', [a, b]),
    says: 'the smaller of two',
  },
  max: {
    takes: 2,
    python: (a, b) => `torch.maximum(*torch.broadcast_tensors(torch.as_tensor(${a}), torch.as_tensor(${b})))`,
    onnx: (g, a = '' as OnnxValue, b = '' as OnnxValue) => g.op('Max', [a, b]),
    says: 'the larger of two',
  },
  abs: unary('Abs', 'torch.abs', 'without its sign'),
  exp: unary('Exp', 'torch.exp', 'e to the power of'),
  log: unary('Log', 'torch.log', 'the natural logarithm'),
  sqrt: unary('Sqrt', 'torch.sqrt', 'the square root'),
  square: {
    takes: 1,
    python: (x) => `torch.square(${x})`,
    onnx: (g, x = '' as OnnxValue) => g.op('Mul', [x, x]),
    says: 'times itself',
  },
  sin: unary('Sin', 'torch.sin', 'the sine'),
  cos: unary('Cos', 'torch.cos', 'the cosine'),
  tanh: unary('Tanh', 'torch.tanh', 'the hyperbolic tangent'),
  sigmoid: unary('Sigmoid', 'torch.sigmoid', '1 / (1 + exp(-a))'),
  relu: unary('Relu', 'torch.relu', 'what is above zero'),
  softplus: unary('Softplus', 'F.softplus', 'log(1 + exp(a))'),
  erf: unary('Erf', 'torch.erf', 'the error function'),
  sum: {
    takes: 1,
    reduces: true,
    python: (x) => `torch.sum(${x}, dim=-1, keepdim=True)`,
    onnx: (g, x = '' as OnnxValue) => g.op('ReduceSum', [x, g.ints([-1])], { keepdims: 1 }),
    says: 'the sum over the last axis, which stays, 1 long',
  },
  mean: {
    takes: 1,
    reduces: true,
    python: (x) => `torch.mean(${x}, dim=-1, keepdim=True)`,
    onnx: (g, x = '' as OnnxValue) => g.op('ReduceMean', [x], { axes: [-1], keepdims: 1 }),
    says: 'the mean over the last axis, which stays, 1 long',
  },
} as const satisfies Readonly<Record<string, Row>>
type Operation = keyof typeof operations

const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E }
const signs: Readonly<Record<string, Operation>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '**': 'power',
  '^': 'power',
}
/** Deeper trees are refused, so that walking one never overflows. */
const deepest = 64

/** What may stand in a formula, for its help. */
export const vocabulary = `numbers, pi, e, + - * / **, and ${Object.keys(operations)
  .filter((name) => !(Object.values(signs) as string[]).includes(name) && name !== 'negative')
  .join(', ')}`

/** `^` and `**` are powers here, and bind tighter than a product, from right to left. */
function prepareParser(): void {
  jsep.addBinaryOp('**', 11, true)
  jsep.addBinaryOp('^', 11, true)
}
prepareParser()

function isOperation(name: string): name is Operation {
  return Object.hasOwn(operations, name)
}

/** The tree of a formula over these inputs, or a sentence about the first thing wrong with it. */
export function parseFormula(text: string, inputs: readonly string[]): Tree | Refusal {
  if (text.trim() === '')
    return refuse(`The formula is empty. Write one over ${inputs.join(', ')}, such as a * sigmoid(b).`)
  let parsed: Expression
  try {
    parsed = jsep(text)
  } catch (error) {
    const where = (error as { index?: number }).index
    const why = (error as { description?: string }).description ?? 'it cannot be read'
    return refuse(`The formula cannot be read${where === undefined ? '' : ` at place ${where + 1}`}: ${why}.`)
  }
  return treeOf(parsed, inputs, 0)
}

function treeOf(node: Expression, inputs: readonly string[], depth: number): Tree | Refusal {
  if (depth > deepest) return refuse(`The formula is nested more than ${deepest} deep. Make two nodes of it.`)
  switch (node.type) {
    case 'Literal': {
      const { value, raw } = node as { value?: unknown; raw?: string }
      return typeof value === 'number' && Number.isFinite(value)
        ? { kind: 'number', value }
        : refuse(`The formula holds ${raw ?? 'something'}, which is no number.`)
    }
    case 'Identifier':
      return named(String((node as { name?: unknown }).name), inputs)
    case 'UnaryExpression': {
      const { operator, argument } = node as unknown as { operator: string; argument: Expression }
      if (operator === '+') return treeOf(argument, inputs, depth + 1)
      if (operator === '-') return call('negative', [argument], inputs, depth)
      return refuse(`The formula uses the sign ${operator}, which it cannot. It may hold ${vocabulary}.`)
    }
    case 'BinaryExpression': {
      const { operator, left, right } = node as unknown as {
        operator: string
        left: Expression
        right: Expression
      }
      const operation = Object.hasOwn(signs, operator) ? signs[operator] : undefined
      if (operation === undefined)
        return refuse(`The formula uses the sign ${operator}, which it cannot. It may hold ${vocabulary}.`)
      return call(operation, [left, right], inputs, depth)
    }
    case 'CallExpression': {
      const { callee, arguments: given } = node as unknown as { callee: Expression; arguments: Expression[] }
      const name = callee.type === 'Identifier' ? String((callee as { name?: unknown }).name) : ''
      if (!isOperation(name))
        return refuse(`The formula calls ${name || 'something'}, which it cannot. It may hold ${vocabulary}.`)
      return call(name, given, inputs, depth)
    }
    default:
      return refuse(`The formula holds something that is neither sum nor call. It may hold ${vocabulary}.`)
  }
}

function named(name: string, inputs: readonly string[]): Tree | Refusal {
  if (Object.hasOwn(constants, name)) return { kind: 'number', value: constants[name] ?? 0 }
  if (inputs.includes(name)) return { kind: 'input', name }
  return refuse(
    `The formula speaks of ${name}, but its inputs are ${inputs.join(', ')}. Wire it, or name another.`,
  )
}

function call(
  name: Operation,
  given: readonly Expression[],
  inputs: readonly string[],
  depth: number,
): Tree | Refusal {
  const { takes } = operations[name]
  if (given.length !== takes)
    return refuse(
      `${name} takes ${takes === 1 ? 'one argument' : `${takes} arguments`}, but the formula gives it ${given.length}.`,
    )
  const of: Tree[] = []
  for (const argument of given) {
    const tree = treeOf(argument, inputs, depth + 1)
    if ('refused' in tree) return tree
    of.push(tree)
  }
  return { kind: 'call', name, of }
}

/** Inputs that a formula speaks of. */
export function inputsOf(tree: Tree): ReadonlySet<string> {
  if (tree.kind === 'number') return new Set()
  if (tree.kind === 'input') return new Set([tree.name])
  return new Set(tree.of.flatMap((one) => [...inputsOf(one)]))
}

/** Shape of what a formula gives: axes of 1 stretch, as in NumPy; a number fits anything (null). */
export function shapeOf(tree: Tree, shapes: Readonly<Record<string, Shape>>): Shape | null | Refusal {
  if (tree.kind === 'number') return null
  if (tree.kind === 'input') return shapes[tree.name] ?? null
  let shape: Shape | null = null
  for (const one of tree.of) {
    const next = shapeOf(one, shapes)
    if (next === null) continue
    if ('refused' in next) return next
    const both: Shape | Refusal = shape === null ? next : stretched(shape, next, tree.name)
    if ('refused' in both) return both
    shape = both
  }
  if (shape === null) return null
  if (!('reduces' in operations[tree.name])) return shape
  return shape.length < 2
    ? refuse(`${tree.name} works along the last axis after the batch, but has ${formatShape(shape)}.`)
    : [...shape.slice(0, -1), 1]
}

function stretched(a: Shape, b: Shape, name: string): Shape | Refusal {
  const complaint = () =>
    refuse(
      `${name} works number by number, but has ${formatShape(a)} and ${formatShape(b)}. Give both the same axes, or 1 where one stretches.`,
    )
  if (a.length !== b.length) return complaint()
  const shape: Dim[] = []
  for (const [axis, dim] of a.entries()) {
    const other = b[axis] as Dim
    if (dim !== other && (dim !== 1 || axis === 0) && (other !== 1 || axis === 0)) return complaint()
    shape.push(dim === 1 ? other : dim)
  }
  return shape
}

/** Walks a tree with tensors. Stands alone: its text ships beside exported models. */
export const evaluate = (
  tf: typeof Tf,
  tree: Tree,
  inputs: Readonly<Record<string, Tf.Tensor | undefined>>,
): Tf.Tensor => {
  const walk: Walk<Tf.Tensor> = (node) => {
    if (node.kind === 'number') return tf.scalar(node.value)
    if (node.kind === 'input') {
      const value = inputs[node.name]
      if (value === undefined) throw new Error(`The formula was given no ${node.name}.`)
      return value
    }
    const [a, b] = node.of.map(walk) as [Tf.Tensor, Tf.Tensor]
    switch (node.name) {
      case 'add':
        return tf.add(a, b)
      case 'subtract':
        return tf.sub(a, b)
      case 'multiply':
        return tf.mul(a, b)
      case 'divide':
        return tf.div(a, b)
      case 'power':
        return tf.pow(a, b)
      case 'negative':
        return tf.neg(a)
      // tfjs's own minimum and maximum have no right gradient where an axis stretches.
      case 'min':
        return tf.sub(a, tf.relu(tf.sub(a, b)))
      case 'max':
        return tf.add(b, tf.relu(tf.sub(a, b)))
      case 'abs':
        return tf.abs(a)
      case 'exp':
        return tf.exp(a)
      case 'log':
        return tf.log(a)
      case 'sqrt':
        return tf.sqrt(a)
      case 'square':
        return tf.square(a)
      case 'sin':
        return tf.sin(a)
      case 'cos':
        return tf.cos(a)
      case 'tanh':
        return tf.tanh(a)
      case 'sigmoid':
        return tf.sigmoid(a)
      case 'relu':
        return tf.relu(a)
      case 'softplus':
        return tf.softplus(a)
      case 'erf':
        return tf.erf(a)
      case 'sum':
        return tf.sum(a, -1, true)
      case 'mean':
        return tf.mean(a, -1, true)
    }
  }
  return walk(tree)
}

/** The formula in Python, with its inputs by name. */
export function pythonOf(tree: Tree): string {
  if (tree.kind === 'number') return tree.value < 0 ? `(${tree.value})` : String(tree.value)
  if (tree.kind === 'input') return tree.name
  return operations[tree.name].python(...(tree.of.map(pythonOf) as [string, string]))
}

/** The formula as ONNX operators. */
export function onnxOf(
  g: OnnxBuilder,
  tree: Tree,
  inputs: Readonly<Record<string, OnnxValue | undefined>>,
): OnnxValue {
  if (tree.kind === 'number') return g.floats([tree.value], [])
  if (tree.kind === 'input') {
    const value = inputs[tree.name]
    if (value === undefined) throw new Error(`The formula was given no ${tree.name}.`)
    return value
  }
  return operations[tree.name].onnx(
    g,
    ...(tree.of.map((one) => onnxOf(g, one, inputs)) as [OnnxValue, OnnxValue]),
  )
}
