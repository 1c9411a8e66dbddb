/** The bends of a Transformer's feed-forward part, with what each is in PyTorch, ONNX and Keras. */
import { choice } from './fields'
import type { OnnxBuilder, OnnxValue } from './onnx'
import type { TorchFunction } from './torch'

/** `gelu` is the exact one (erf), `gelu-tanh` the approximation of GPT-2; `swish` is SiLU. */
export const feedActivations = ['relu', 'gelu', 'gelu-tanh', 'swish', 'tanh', 'sigmoid', 'linear'] as const

export type FeedActivation = (typeof feedActivations)[number]

export function feedActivationField(o: { readonly initial: FeedActivation; readonly doc: string }) {
  return choice(feedActivations, o)
}

const inTorch: { readonly [K in FeedActivation]: TorchFunction } = {
  relu: { call: 'F.relu', args: {} },
  gelu: { call: 'F.gelu', args: { approximate: 'none' } },
  'gelu-tanh': { call: 'F.gelu', args: { approximate: 'tanh' } },
  swish: { call: 'F.silu', args: {} },
  tanh: { call: 'torch.tanh', args: {} },
  sigmoid: { call: 'torch.sigmoid', args: {} },
  linear: { call: 'nn.Identity', args: {} },
}

/** Python source of `bend(x, name)`, for helpers that get the name of an activation. */
export const torchBend = `def bend(x, name):
    """The activation between the two maps of a feed-forward part."""
    if name == "relu":
        return F.relu(x)
    if name == "gelu":
        return F.gelu(x)
    if name == "gelu-tanh":
        return F.gelu(x, approximate="tanh")
    if name == "swish":
        return F.silu(x)
    if name == "tanh":
        return torch.tanh(x)
    if name == "sigmoid":
        return torch.sigmoid(x)
    return x
`

export function torchFeedActivation(name: FeedActivation): TorchFunction {
  return inTorch[name]
}

export function onnxFeedActivation(g: OnnxBuilder, x: OnnxValue, name: FeedActivation): OnnxValue {
  const number = (value: number) => g.floats([value], [])
  switch (name) {
    case 'relu':
      return g.op('Relu', [x])
    case 'gelu': {
      const erf = g.op('Erf', [g.op('Mul', [x, number(Math.SQRT1_2)])])
      return g.op('Mul', [g.op('Mul', [x, number(0.5)]), g.op('Add', [erf, number(1)])])
    }
    case 'gelu-tanh': {
      const cube = g.op('Mul', [g.op('Mul', [g.op('Mul', [x, x]), x]), number(0.044715)])
      const inner = g.op('Mul', [g.op('Add', [x, cube]), number(2 * Math.sqrt(2 / Math.PI))])
      return g.op('Mul', [x, g.op('Sigmoid', [inner])])
    }
    case 'swish':
      return g.op('Mul', [x, g.op('Sigmoid', [x])])
    case 'tanh':
      return g.op('Tanh', [x])
    case 'sigmoid':
      return g.op('Sigmoid', [x])
    case 'linear':
      return x
  }
}

/** Keras's name of it, or null where a string cannot say it. */
export function kerasFeedActivation(name: FeedActivation): string | null {
  if (name === 'gelu-tanh') return null
  return name === 'swish' ? 'silu' : name
}

export const noKerasGeluTanh =
  'Keras names only the exact GELU by a string, not its tanh approximation. Choose gelu to write a Keras file.'
