/**
 * Every function that the activation node applies, with the settings that it reads and what it is in PyTorch. The layers
 * that end in an activation offer fewer (`activations.ts`): those that a stock tfjs layer can apply itself.
 */
import { torchActivation } from './activations'
import type { TorchFunction } from './torch'

export const activationFunctions = [
  'relu',
  'leaky-relu',
  'linear',
  'elu',
  'selu',
  'celu',
  'relu6',
  'threshold',
  'gelu',
  'gelu-tanh',
  'swish',
  'hard-swish',
  'mish',
  'sigmoid',
  'hard-sigmoid',
  'sparse-sigmoid',
  'log-sigmoid',
  'tanh',
  'hard-tanh',
  'tanh-shrink',
  'hard-shrink',
  'soft-shrink',
  'softplus',
  'sparse-plus',
  'squareplus',
  'softsign',
  'exponential',
  'softmax',
  'log-softmax',
  'sparsemax',
] as const

export type ActivationFunction = (typeof activationFunctions)[number]

/** Everything that a function may be told; each reads its own part (`readsSetting`). */
export interface ActivationSettings {
  readonly function: ActivationFunction
  /** leaky-relu below zero. */
  readonly slope: number
  /** elu and celu: how far below zero they go. */
  readonly alpha: number
  readonly threshold: number
  /** What threshold puts in the place of small numbers. */
  readonly value: number
  /** softmax, log-softmax and sparsemax: the axis that they share out. */
  readonly axis: number
}

const readers: {
  readonly [K in Exclude<keyof ActivationSettings, 'function'>]: readonly ActivationFunction[]
} = {
  slope: ['leaky-relu'],
  alpha: ['elu', 'celu'],
  threshold: ['threshold', 'hard-shrink', 'soft-shrink'],
  value: ['threshold'],
  axis: ['softmax', 'log-softmax', 'sparsemax'],
}

/** Whether a function reads a setting. */
export function readsSetting(name: ActivationFunction, setting: string): boolean {
  return setting === 'function' || (readers[setting as keyof typeof readers] ?? []).includes(name)
}

/** Whether a function looks at a whole axis and not at each number alone. */
export function sharesAxis(name: ActivationFunction): boolean {
  return readers.axis.includes(name)
}

const sparsePlus = `def sparse_plus(x):
    """0 below -1, x above 1, and a parabola (x + 1)^2 / 4 between."""
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x >= 1, x, (x + 1).pow(2) / 4))
`

const sparseSigmoid = `def sparse_sigmoid(x):
    """0 below -1, 1 above 1, and straight between."""
    return ((x + 1) / 2).clamp(0, 1)
`

const squareplus = `def squareplus(x, b):
    """(x + sqrt(x^2 + b)) / 2 (Barron 2021)."""
    return (x + torch.sqrt(x * x + b)) / 2
`

const sparsemax = `def sparsemax(x, dim):
    """The nearest point to x among the shares that add up to one (Martins & Astudillo 2016)."""
    x = x.movedim(dim, -1)
    ordered = x.sort(dim=-1, descending=True).values
    place = torch.arange(1, x.shape[-1] + 1, dtype=x.dtype, device=x.device)
    inside = 1 + place * ordered > ordered.cumsum(-1)
    count = inside.sum(-1, keepdim=True)
    level = ((ordered * inside).sum(-1, keepdim=True) - 1) / count
    return (x - level).clamp(min=0).movedim(-1, dim)
`

/** The function as PyTorch has it, with the Python source of what PyTorch has not. */
export interface TorchActivation extends TorchFunction {
  readonly helpers?: readonly string[]
}

/** The function in PyTorch; `linear` is `nn.Identity`. */
export function torchActivationFunction(p: ActivationSettings): TorchActivation {
  switch (p.function) {
    case 'leaky-relu':
      return { call: 'F.leaky_relu', args: { negative_slope: p.slope } }
    case 'elu':
      return { call: 'F.elu', args: { alpha: p.alpha } }
    case 'celu':
      return { call: 'F.celu', args: { alpha: p.alpha } }
    case 'relu6':
      return { call: 'F.relu6', args: {} }
    case 'threshold':
      return { call: 'F.threshold', args: { threshold: p.threshold, value: p.value } }
    case 'gelu-tanh':
      return { call: 'F.gelu', args: { approximate: 'tanh' } }
    case 'hard-swish':
      return { call: 'F.hardswish', args: {} }
    case 'mish':
      return { call: 'F.mish', args: {} }
    case 'hard-sigmoid':
      return { call: 'F.hardsigmoid', args: {} }
    case 'sparse-sigmoid':
      return { call: 'wiregrad.sparse_sigmoid', args: {}, helpers: [sparseSigmoid] }
    case 'log-sigmoid':
      return { call: 'F.logsigmoid', args: {} }
    case 'hard-tanh':
      return { call: 'F.hardtanh', args: { min_val: -1, max_val: 1 } }
    case 'tanh-shrink':
      return { call: 'F.tanhshrink', args: {} }
    case 'hard-shrink':
      return { call: 'F.hardshrink', args: { lambd: p.threshold } }
    case 'soft-shrink':
      return { call: 'F.softshrink', args: { lambd: p.threshold } }
    case 'sparse-plus':
      return { call: 'wiregrad.sparse_plus', args: {}, helpers: [sparsePlus] }
    case 'squareplus':
      return { call: 'wiregrad.squareplus', args: { b: 4 }, helpers: [squareplus] }
    case 'exponential':
      return { call: 'torch.exp', args: {} }
    case 'softmax':
      return { call: 'F.softmax', args: { dim: p.axis } }
    case 'log-softmax':
      return { call: 'F.log_softmax', args: { dim: p.axis } }
    case 'sparsemax':
      return { call: 'wiregrad.sparsemax', args: { dim: p.axis }, helpers: [sparsemax] }
    default:
      return torchActivation(p.function) ?? { call: 'nn.Identity', args: {} }
  }
}
