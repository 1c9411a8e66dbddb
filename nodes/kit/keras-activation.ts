/**
 * What each activation is called in Keras 3, by its string name. Where Keras has no name for the same numbers the
 * table says why: a layer that ends in such an activation is refused as a whole.
 */
import type { Activation } from './activations'
import type { Refusal } from './spec'

const kerasNames: { readonly [K in Activation]: string | Refusal } = {
  linear: 'linear',
  relu: 'relu',
  elu: 'elu',
  selu: 'selu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'silu',
  gelu: 'gelu', // the exact one (erf), like ours
}

/** The activation as a string that Keras knows, or why it has none. */
export function kerasActivation(activation: Activation): string | Refusal {
  return kerasNames[activation]
}
