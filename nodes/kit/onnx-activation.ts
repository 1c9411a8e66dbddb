/** The activations as ONNX operators of opset 17, where GELU and Swish are still written out. */
import type { Activation } from './activations'
import type { OnnxBuilder, OnnxValue } from './onnx'

type Write = (g: OnnxBuilder, x: OnnxValue) => OnnxValue

/** One operator without settings of its own. */
const plain =
  (type: string): Write =>
  (g, x) =>
    g.op(type, [x])

const functions: { readonly [K in Activation]: Write } = {
  linear: (_g, x) => x,
  relu: plain('Relu'),
  elu: (g, x) => g.op('Elu', [x], { alpha: { float: 1 } }),
  selu: (g, x) =>
    g.op('Selu', [x], { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  softmax: (g, x) => g.op('Softmax', [x], { axis: -1 }),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  swish: (g, x) => g.op('Mul', [x, g.op('Sigmoid', [x])]),
  // x / 2 · (1 + erf(x / √2))
  gelu: (g, x) => {
    const bend = g.op('Erf', [g.op('Mul', [x, g.floats([Math.SQRT1_2], [])])])
    const half = g.op('Mul', [x, g.floats([0.5], [])])
    return g.op('Mul', [half, g.op('Add', [bend, g.floats([1], [])])])
  },
}

/** The activation of x; softmax along its last axis. */
export function onnxActivation(g: OnnxBuilder, x: OnnxValue, name: Activation): OnnxValue {
  return functions[name](g, x)
}
