/**
 * Every activation function in layers of Keras 3. `keras.layers.Activation` takes a function by name and no settings for
 * it, so a setting that is not Keras's own default is said with Rescaling around it, where that gives the same numbers.
 */
import type { ActivationFunction, ActivationSettings } from './activation-functions'
import type { Activation } from './activations'
import { countedAxis } from './axes'
import type { KerasBuilder, KerasValue } from './keras'
import { kerasActivation } from './keras-activation'
import { refuse, type Refusal, type Spec } from './spec'
import type { Json } from './torch'

/** Names of the functions that only the activation node has; most came with Keras 3.7, `sparse_sigmoid` with 3.9. */
const ownNames: { readonly [K in Exclude<ActivationFunction, Activation>]: string | null } = {
  // A layer of its own, or several.
  'leaky-relu': null,
  'gelu-tanh': null,
  threshold: null,
  celu: 'celu',
  relu6: 'relu6',
  'hard-swish': 'hard_silu',
  mish: 'mish',
  'hard-sigmoid': 'hard_sigmoid',
  'sparse-sigmoid': 'sparse_sigmoid',
  'log-sigmoid': 'log_sigmoid',
  'hard-tanh': 'hard_tanh',
  'tanh-shrink': 'tanh_shrink',
  'hard-shrink': 'hard_shrink',
  'soft-shrink': 'soft_shrink',
  'sparse-plus': 'sparse_plus',
  squareplus: 'squareplus',
  exponential: 'exponential',
  'log-softmax': 'log_softmax',
  sparsemax: 'sparsemax',
}

function nameOf(name: ActivationFunction): string | null {
  if (Object.hasOwn(ownNames, name)) return ownNames[name as keyof typeof ownNames]
  const shared = kerasActivation(name as Activation)
  return typeof shared === 'string' ? shared : null
}

function layers(k: KerasBuilder, x: KerasValue, p: ActivationSettings, spec: Spec): KerasValue {
  const one = (layer: string, config: { readonly [name: string]: Json }, value: KerasValue) =>
    k.layer({ layer, config, inputs: [value], outputs: [spec] })
  const merged = (layer: 'Add' | 'Multiply', a: KerasValue, b: KerasValue) =>
    k.layer({ layer, config: {}, inputs: [[a, b]], outputs: [spec] })
  const rescaled = (value: KerasValue, scale: number, offset = 0) =>
    scale === 1 && offset === 0 ? value : one('Rescaling', { scale, offset }, value)
  const plain = (value: KerasValue) => one('Activation', { activation: nameOf(p.function) }, value)
  /** f with a setting s is s / usual times the usual f of x times usual / s. */
  const stretched = (setting: number, usual: number) =>
    rescaled(plain(rescaled(x, usual / setting)), setting / usual)
  switch (p.function) {
    case 'leaky-relu':
      return one('LeakyReLU', { negative_slope: p.slope }, x)
    case 'elu':
      return one('ELU', { alpha: p.alpha }, x)
    case 'celu':
      return stretched(p.alpha, 1)
    case 'hard-shrink':
    case 'soft-shrink':
      return p.threshold === 0 ? one('Activation', { activation: 'linear' }, x) : stretched(p.threshold, 0.5)
    case 'threshold': {
      const config = { max_value: null, negative_slope: 0, threshold: p.threshold - p.value }
      return rescaled(one('ReLU', config, rescaled(x, 1, -p.value)), 1, p.value)
    }
    case 'gelu-tanh': {
      const cube = merged('Multiply', merged('Multiply', x, x), x)
      const slope = 2 * Math.sqrt(2 / Math.PI)
      const bend = merged('Add', rescaled(x, slope), rescaled(cube, slope * 0.044715))
      return merged('Multiply', x, one('Activation', { activation: 'sigmoid' }, bend))
    }
    case 'softmax':
      return one('Softmax', { axis: p.axis }, x)
    case 'log-softmax':
    case 'sparsemax': {
      const axis = countedAxis(spec, p.axis)
      const last = spec.shape.length - 1
      if (axis === last) return plain(x)
      const order = spec.shape.map((_, at) => (at === axis ? last : at === last ? axis : at))
      const turned = (value: KerasValue, to: Spec) =>
        k.layer({ layer: 'Permute', config: { dims: order.slice(1) }, inputs: [value], outputs: [to] })
      const inner = { ...spec, shape: order.map((at) => spec.shape[at] ?? null) }
      const shared = k.layer({
        layer: 'Activation',
        config: { activation: nameOf(p.function) },
        inputs: [turned(x, inner)],
        outputs: [inner],
      })
      return turned(shared, spec)
    }
    default:
      return plain(x)
  }
}

/** The activation layer, or layers; `spec` is that of x. */
export function kerasActivationFunction(
  k: KerasBuilder,
  x: KerasValue,
  p: ActivationSettings,
  spec: Spec,
): { readonly y: KerasValue } | Refusal {
  if (p.function === 'threshold' && p.threshold < p.value) {
    return refuse(
      'Keras can only put a value in the place of numbers below a threshold that is not smaller than the value, ' +
        `but here the threshold is ${p.threshold} and the value ${p.value}.`,
    )
  }
  return { y: layers(k, x, p, spec) }
}
