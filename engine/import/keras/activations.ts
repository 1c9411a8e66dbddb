/**
 * Activations of Keras and tfjs as settings of our Activation node. One name means other numbers in another program:
 * `hard_sigmoid` is relu6(x + 3) / 6 in Keras 3 and 0.2 x + 0.5, cut to 0 and 1, in Keras 2 and tfjs.
 */
import type { Json } from '../../../nodes/kit/torch'
import { isObject, type Dialect } from './foreign'

/** Settings of an Activation node. */
export type ActivationNode = { readonly function: string } & Readonly<Record<string, string | number>>

const everywhere: Readonly<Record<string, ActivationNode>> = {
  linear: { function: 'linear' },
  relu: { function: 'relu' },
  relu6: { function: 'relu6' },
  elu: { function: 'elu' },
  selu: { function: 'selu' },
  celu: { function: 'celu' },
  gelu: { function: 'gelu' },
  gelu_new: { function: 'gelu-tanh' },
  silu: { function: 'swish' },
  swish: { function: 'swish' },
  mish: { function: 'mish' },
  sigmoid: { function: 'sigmoid' },
  tanh: { function: 'tanh' },
  softmax: { function: 'softmax' },
  softplus: { function: 'softplus' },
  softsign: { function: 'softsign' },
  exponential: { function: 'exponential' },
  log_softmax: { function: 'log-softmax' },
  logSoftmax: { function: 'log-softmax' },
}

const keras3: Readonly<Record<string, ActivationNode>> = {
  leaky_relu: { function: 'leaky-relu', slope: 0.2 },
  hard_sigmoid: { function: 'hard-sigmoid' },
  hard_silu: { function: 'hard-swish' },
  hard_swish: { function: 'hard-swish' },
  log_sigmoid: { function: 'log-sigmoid' },
  sparse_sigmoid: { function: 'sparse-sigmoid' },
  hard_tanh: { function: 'hard-tanh' },
  tanh_shrink: { function: 'tanh-shrink' },
  hard_shrink: { function: 'hard-shrink', threshold: 0.5 },
  soft_shrink: { function: 'soft-shrink', threshold: 0.5 },
  sparse_plus: { function: 'sparse-plus' },
  squareplus: { function: 'squareplus' },
  sparsemax: { function: 'sparsemax' },
}

/** The name of an activation, however it is written: a word, or a function in an envelope. */
function nameOf(value: Json): string | null {
  if (typeof value === 'string') return value
  if (!isObject(value)) return null
  const { class_name: className, config } = value
  if (className === 'function' && typeof config === 'string') return config
  // tfjs's classes of activations have no settings.
  return typeof className === 'string' && isObject(config) && Object.keys(config).length === 0
    ? className
    : null
}

/** The same function here, or null. */
export function activationHere(value: Json, dialect: Dialect): ActivationNode | null {
  const name = nameOf(value)
  if (name === null) return null
  const table = dialect === 'keras3' ? { ...everywhere, ...keras3 } : everywhere
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null
}
