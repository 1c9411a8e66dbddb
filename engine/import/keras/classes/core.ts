/** Dense layers and activations, and what changes numbers one by one. */
import { activations } from '../../../../nodes/kit/activations'
import { isRefusal, refuse } from '../../../../nodes/kit/spec'
import { isObject } from '../foreign'
import { settingsOf, single, variables, type Rule } from '../known'
import { activationHere } from '../activations'

const dense: Rule = (asked) => {
  const c = settingsOf(asked)
  const useBias = c.flag('use_bias', true)
  c.only('lora_rank', null)
  return c.known({
    type: 'dense',
    params: {
      units: c.number('units', 1),
      activation: c.activation(activations),
      useBias,
      ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      ...c.initialiser('bias_initializer', 'biasInitialiser'),
    },
    variables: variables(['kernel', ...(useBias ? ['bias'] : [])]),
  })
}

const activation: Rule = (asked) => {
  const c = settingsOf(asked)
  const found = activationHere(asked.config['activation'] ?? 'linear', asked.dialect)
  if (found === null)
    c.note(`Its activation is ${JSON.stringify(asked.config['activation'])}, which no node here has.`)
  return c.known({ type: 'activation', params: found ?? {} })
}

const relu: Rule = (asked) => {
  const c = settingsOf(asked)
  const slope = c.number('negative_slope', 0)
  const threshold = c.number('threshold', 0)
  const most = asked.config['max_value'] ?? null
  const plain = slope === 0 && threshold === 0
  if (plain && typeof most === 'number' && most !== 6)
    return c.known({ type: 'expression', params: { formula: `min(max(a, 0), ${most})` } })
  if (most !== null && !(plain && most === 6))
    c.note(`It is cut off at ${JSON.stringify(most)}, which no node here does.`)
  if (threshold !== 0 && slope !== 0) c.note('It has both a threshold and a slope, which no node here has.')
  const params =
    most === 6
      ? { function: 'relu6' }
      : plain
        ? { function: 'relu' }
        : threshold === 0
          ? { function: 'leaky-relu', slope }
          : { function: 'threshold', threshold, value: 0 }
  return c.known({ type: 'activation', params })
}

const leakyRelu: Rule = (asked) => {
  const c = settingsOf(asked)
  // Keras 2 and tfjs call it alpha.
  const name = asked.config['alpha'] === undefined ? 'negative_slope' : 'alpha'
  return c.known({ type: 'activation', params: { function: 'leaky-relu', slope: c.number(name, 0.3) } })
}

const elu: Rule = (asked) => {
  const c = settingsOf(asked)
  const alpha = c.number('alpha', 1)
  return c.known({ type: 'activation', params: { function: 'elu', ...(alpha === 1 ? {} : { alpha }) } })
}

const softmax: Rule = (asked) => {
  const c = settingsOf(asked)
  const axis = c.number('axis', -1)
  c.keywords()
  return c.known({ type: 'activation', params: { function: 'softmax', ...(axis === -1 ? {} : { axis }) } })
}

const dropout: Rule = (asked) => {
  const c = settingsOf(asked)
  const shape = asked.config['noise_shape'] ?? null
  const places = Array.isArray(shape) ? (shape as readonly unknown[]).slice(1, -1) : []
  const whole = Array.isArray(shape) && (shape[0] ?? null) === null && (shape.at(-1) ?? null) === null
  const ones = Array.isArray(shape) ? (shape as readonly unknown[]).slice(1) : []
  if (
    Array.isArray(shape) &&
    (shape[0] ?? null) === null &&
    ones.length > 0 &&
    ones.every((size) => size === 1)
  )
    return c.known({ type: 'stochastic-depth', params: { rate: c.number('rate', 0.5) } })
  // The same mask all over an image: what Keras calls SpatialDropout.
  if (whole && places.length > 0 && places.every((size) => size === 1))
    return c.known({ type: 'spatial-dropout', params: { rate: c.number('rate', 0.5) } })
  c.only('noise_shape', null)
  return c.known({ type: 'dropout', params: { rate: c.number('rate', 0.5) } })
}

const prelu: Rule = (asked) => {
  const c = settingsOf(asked)
  const shared = asked.config['shared_axes'] ?? []
  return c.known({
    type: 'prelu',
    params: { sharedAxes: shared, ...c.initialiser('alpha_initializer', 'alphaInitialiser') },
    variables: variables(['alpha']),
  })
}

/** A layer that does something in training only, and has one setting. */
const noisy =
  (type: string, setting: 'rate' | 'stddev'): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    c.only('noise_shape', null)
    c.only('data_format', 'channels_last', null)
    return c.known({ type, params: { [setting]: c.number(setting, 0) } })
  }

/** A product with learned numbers along the last axis: element by element, or as Dense does. */
const einsumDense: Rule = (asked) => {
  const c = settingsOf(asked)
  const equation =
    typeof asked.config['equation'] === 'string' ? asked.config['equation'].replaceAll(' ', '') : ''
  const [, data = '', kernel = '', result = ''] =
    /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/.exec(equation) ?? []
  const last = data.slice(-1)
  const axes = asked.config['bias_axes'] ?? null
  if (axes !== null && axes !== result.slice(-1))
    c.note(`Its bias_axes are ${JSON.stringify(axes)}, which no node here has.`)
  if (result === data && kernel === last) {
    c.activation(['linear'])
    return c.known({
      type: 'scale',
      params: { useShift: axes !== null },
      variables: variables(['scale', ...(axes === null ? [] : ['shift'])]),
    })
  }
  const dense = kernel.length === 2 && kernel[0] === last && result === data.slice(0, -1) + (kernel[1] ?? '')
  const shape = asked.config['output_shape']
  const units = Array.isArray(shape) ? (shape as readonly unknown[]).at(-1) : shape
  if (!dense || typeof units !== 'number')
    c.note(`It multiplies by ${JSON.stringify(equation)}, which no node here does.`)
  return c.known({
    type: 'dense',
    params: { units, activation: c.activation(activations), useBias: axes !== null },
    variables: variables(['kernel', ...(axes === null ? [] : ['bias'])]),
  })
}

/** a · scale + offset, as a formula. */
const rescaling: Rule = (asked) => {
  const c = settingsOf(asked)
  const [scale, offset] = [c.number('scale', 1), c.number('offset', 0)]
  return c.known({ type: 'expression', params: { formula: `a * (${scale}) + (${offset})` } })
}

/** What is applied at every step: layers that work on the last axis alone do the same as they are. */
const atEveryStep: Readonly<Record<string, Rule>> = {
  Dense: dense,
  Activation: activation,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  ELU: elu,
  Dropout: dropout,
  GaussianNoise: noisy('gaussian-noise', 'stddev'),
}

/** A Conv2D on every image of a sequence. */
const overImages: Rule = (asked) => {
  const c = settingsOf(asked)
  const useBias = c.flag('use_bias', true)
  c.only('data_format', 'channels_last', null)
  c.only('dilation_rate', 1, [1, 1])
  c.only('groups', 1)
  return c.known({
    type: 'time-distributed',
    params: {
      layer: 'conv2d',
      units: c.number('filters', 1),
      kernelSize: c.sizes('kernel_size', 2),
      strides: c.sizes('strides', 2),
      padding: c.word('padding', ['valid', 'same'], 'valid'),
      activation: c.activation(activations),
      useBias,
    },
    variables: variables(['kernel', ...(useBias ? ['bias'] : [])], 'layer/'),
  })
}

const timeDistributed: Rule = (asked) => {
  const { layer } = asked.config
  const className = isObject(layer) ? layer['class_name'] : undefined
  const rule =
    typeof className === 'string' && Object.hasOwn(atEveryStep, className)
      ? atEveryStep[className]
      : undefined
  if (className === 'Conv2D' && isObject(layer) && isObject(layer['config']))
    return overImages({ ...asked, config: layer['config'] })
  if (rule === undefined || !isObject(layer) || !isObject(layer['config']))
    return refuse(`It applies ${JSON.stringify(className ?? null)} at every step, and no node here does.`)
  const known = rule({ ...asked, config: layer['config'] })
  if (isRefusal(known)) return known
  return {
    ...known,
    variables: (known.variables ?? []).map((one) => ({ ...one, path: `layer/${one.path}` })),
  }
}

/** In evaluation, and here in training too, it gives what it takes. */
const passing: Rule = (asked) => {
  const first = single(asked)
  if ('refused' in first) return first
  return { type: 'activation', params: { function: 'linear' } }
}

export const coreClasses: Readonly<Record<string, Rule>> = {
  Dense: dense,
  Activation: activation,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  ELU: elu,
  Softmax: softmax,
  Dropout: dropout,
  PReLU: prelu,
  EinsumDense: einsumDense,
  SpatialDropout1D: noisy('spatial-dropout', 'rate'),
  SpatialDropout2D: noisy('spatial-dropout', 'rate'),
  SpatialDropout3D: noisy('spatial-dropout', 'rate'),
  GaussianDropout: noisy('gaussian-dropout', 'rate'),
  AlphaDropout: noisy('alpha-dropout', 'rate'),
  GaussianNoise: noisy('gaussian-noise', 'stddev'),
  Rescaling: rescaling,
  TimeDistributed: timeDistributed,
  Identity: passing,
}
