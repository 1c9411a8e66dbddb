/** Every activation function in ONNX operators of opset 17: what only the activation node has; the rest is `onnx-activation.ts`. */
import type { ActivationFunction, ActivationSettings } from './activation-functions'
import type { Activation } from './activations'
import { countedAxis } from './axes'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxActivation } from './onnx-activation'
import type { Spec } from './spec'

type Write = (g: OnnxBuilder, x: OnnxValue, p: ActivationSettings, spec: Spec) => OnnxValue

const plain =
  (name: Activation): Write =>
  (g, x) =>
    onnxActivation(g, x, name)

const number = (g: OnnxBuilder, value: number) => g.floats([value], [])
const clip = (g: OnnxBuilder, x: OnnxValue, low: number, high: number) =>
  g.op('Clip', [x, number(g, low), number(g, high)])

/** The nearest shares that add up to one (Martins & Astudillo 2016), from the numbers in falling order. */
function sparsemax(g: OnnxBuilder, x: OnnxValue, p: ActivationSettings, spec: Spec): OnnxValue {
  const axis = countedAxis(spec, p.axis)
  const length = g.op('Shape', [x], { start: axis, end: axis + 1 })
  const [ordered = x] = g.ops('TopK', [x, length], { axis, largest: 1, sorted: 1 }, 2)
  const one = number(g, 1)
  const along = g.ints([axis], [])
  const ones = g.op('Add', [g.op('Mul', [ordered, number(g, 0)]), one])
  const place = g.op('CumSum', [ones, along])
  const reach = g.op('Add', [g.op('Mul', [ordered, place]), one])
  const inside = g.op('Cast', [g.op('Greater', [reach, g.op('CumSum', [ordered, along])])], { to: 1 })
  const sum = (value: OnnxValue) => g.op('ReduceSum', [value, g.ints([axis])], { keepdims: 1 })
  const level = g.op('Div', [g.op('Sub', [sum(g.op('Mul', [ordered, inside])), one]), sum(inside)])
  return g.op('Relu', [g.op('Sub', [x, level])])
}

const functions: { readonly [K in ActivationFunction]: Write } = {
  relu: plain('relu'),
  'leaky-relu': (g, x, p) => g.op('LeakyRelu', [x], { alpha: { float: p.slope } }),
  linear: (g, x) => g.op('Identity', [x]),
  elu: (g, x, p) => g.op('Elu', [x], { alpha: { float: p.alpha } }),
  selu: plain('selu'),
  celu: (g, x, p) => g.op('Celu', [x], { alpha: { float: p.alpha } }),
  relu6: (g, x) => clip(g, x, 0, 6),
  threshold: (g, x, p) =>
    g.op('Where', [g.op('Greater', [x, number(g, p.threshold)]), x, number(g, p.value)]),
  gelu: plain('gelu'),
  'gelu-tanh': (g, x) => {
    const cube = g.op('Mul', [g.op('Mul', [g.op('Mul', [x, x]), x]), number(g, 0.044715)])
    const bend = g.op('Mul', [g.op('Add', [x, cube]), number(g, 2 * Math.sqrt(2 / Math.PI))])
    return g.op('Mul', [x, g.op('Sigmoid', [bend])])
  },
  swish: plain('swish'),
  'hard-swish': (g, x) => g.op('HardSwish', [x]),
  mish: (g, x) => g.op('Mul', [x, g.op('Tanh', [g.op('Softplus', [x])])]),
  sigmoid: plain('sigmoid'),
  'hard-sigmoid': (g, x) => g.op('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  'sparse-sigmoid': (g, x) => g.op('HardSigmoid', [x], { alpha: { float: 0.5 }, beta: { float: 0.5 } }),
  'log-sigmoid': (g, x) => g.op('Neg', [g.op('Softplus', [g.op('Neg', [x])])]),
  tanh: plain('tanh'),
  'hard-tanh': (g, x) => clip(g, x, -1, 1),
  'tanh-shrink': (g, x) => g.op('Sub', [x, g.op('Tanh', [x])]),
  'hard-shrink': (g, x, p) => g.op('Shrink', [x], { lambd: { float: p.threshold }, bias: { float: 0 } }),
  'soft-shrink': (g, x, p) =>
    g.op('Shrink', [x], { lambd: { float: p.threshold }, bias: { float: p.threshold } }),
  softplus: plain('softplus'),
  'sparse-plus': (g, x) => {
    const bend = g.op('Add', [clip(g, x, -1, 1), number(g, 1)])
    const curve = g.op('Mul', [g.op('Mul', [bend, bend]), number(g, 0.25)])
    return g.op('Add', [curve, g.op('Relu', [g.op('Sub', [x, number(g, 1)])])])
  },
  squareplus: (g, x) => {
    const root = g.op('Sqrt', [g.op('Add', [g.op('Mul', [x, x]), number(g, 4)])])
    return g.op('Mul', [g.op('Add', [x, root]), number(g, 0.5)])
  },
  softsign: plain('softsign'),
  exponential: (g, x) => g.op('Exp', [x]),
  softmax: (g, x, p) => g.op('Softmax', [x], { axis: p.axis }),
  'log-softmax': (g, x, p) => g.op('LogSoftmax', [x], { axis: p.axis }),
  sparsemax,
}

/** `spec` is that of x. */
export function onnxActivationFunction(
  g: OnnxBuilder,
  x: OnnxValue,
  p: ActivationSettings,
  spec: Spec,
): OnnxValue {
  return functions[p.function](g, x, p, spec)
}
