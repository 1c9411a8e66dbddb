/**
 * The activations that a layer can apply to its own sums: one list, in tfjs's spelling, with what each is called in
 * PyTorch. tfjs's `gelu` is the exact one (erf), not the tanh approximation; `swish` is SiLU.
 */
import { choice } from './fields'
import type { TorchFunction } from './torch'

export const activations = [
  'linear',
  'relu',
  'elu',
  'selu',
  'sigmoid',
  'tanh',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'gelu',
] as const

export type Activation = (typeof activations)[number]

/** The field of a layer that ends in an activation. */
export function activationField(o: { readonly initial: Activation; readonly doc: string }) {
  return choice(activations, o)
}

const torchFunctions: { readonly [K in Exclude<Activation, 'linear'>]: TorchFunction } = {
  relu: { call: 'F.relu', args: {} },
  elu: { call: 'F.elu', args: { alpha: 1 } },
  selu: { call: 'F.selu', args: {} },
  sigmoid: { call: 'torch.sigmoid', args: {} },
  tanh: { call: 'torch.tanh', args: {} },
  softmax: { call: 'F.softmax', args: { dim: -1 } },
  softplus: { call: 'F.softplus', args: { beta: 1, threshold: 20 } },
  softsign: { call: 'F.softsign', args: {} },
  swish: { call: 'F.silu', args: {} },
  gelu: { call: 'F.gelu', args: { approximate: 'none' } },
}

/** The activation as a PyTorch function, or null for `linear`. */
export function torchActivation(activation: Activation): TorchFunction | null {
  return activation === 'linear' ? null : torchFunctions[activation]
}

/** `{ after }` for a module that ends in an activation, `{}` for `linear`. */
export function afterActivation(activation: Activation): { readonly after?: TorchFunction } {
  const after = torchActivation(activation)
  return after === null ? {} : { after }
}
