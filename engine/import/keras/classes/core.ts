/** Dense layers, activations, normalisation, shapes and merges. */
import { activations } from '../../../../nodes/kit/activations'
import { isRefusal, refuse } from '../../../../nodes/kit/spec'
import { isObject, tensorsOf } from '../foreign'
import { settingsOf, single, variables, type Rule } from '../known'
import { learnedShift } from '../shifts'
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

const gaussianNoise: Rule = (asked) => {
  const c = settingsOf(asked)
  return c.known({ type: 'gaussian-noise', params: { stddev: c.number('stddev', 1) } })
}

/** gamma and beta where they are there; where not, the numbers that change nothing. */
function scaleAndShift(c: ReturnType<typeof settingsOf>) {
  const [scale, center] = [c.flag('scale', true), c.flag('center', true)]
  const held = [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : [])]
  if (scale && center) return { held }
  const without = [...(scale ? [] : ['scale (gamma)']), ...(center ? [] : ['shift (beta)'])].join(' and no ')
  return {
    held,
    filled: { ...(scale ? {} : { gamma: 1 }), ...(center ? {} : { beta: 0 }) },
    note: `Came with no ${without}; the numbers here change nothing, but will learn unless the node is frozen.`,
  }
}

const batchNorm: Rule = (asked) => {
  const c = settingsOf(asked)
  c.lastAxis()
  c.only('renorm', false, null)
  c.keywords('mask')
  const { held, ...missing } = scaleAndShift(c)
  return c.known({
    type: 'batch-norm',
    ...missing,
    params: {
      momentum: c.number('momentum', 0.99),
      epsilon: c.number('epsilon', 1e-3),
      ...c.initialiser('gamma_initializer', 'gammaInitialiser'),
      ...c.initialiser('beta_initializer', 'betaInitialiser'),
    },
    variables: variables([...held, 'moving_mean', 'moving_variance']),
  })
}

const layerNorm: Rule = (asked) => {
  const c = settingsOf(asked)
  c.lastAxis()
  c.only('rms_scaling', false)
  const { held, ...missing } = scaleAndShift(c)
  return c.known({
    type: 'layer-norm',
    ...missing,
    params: {
      epsilon: c.number('epsilon', 1e-3),
      ...c.initialiser('gamma_initializer', 'gammaInitialiser'),
      ...c.initialiser('beta_initializer', 'betaInitialiser'),
    },
    variables: variables(held),
  })
}

const groupNorm: Rule = (asked) => {
  const c = settingsOf(asked)
  c.lastAxis()
  const { held, ...missing } = scaleAndShift(c)
  const groups = c.number('groups', 32)
  const channels = asked.specs[0]?.shape.at(-1)
  if (groups === -1 && typeof channels !== 'number')
    c.note('It has a group for every channel, and how many there are is not known.')
  return c.known({
    type: 'group-norm',
    ...missing,
    params: { groups: groups === -1 ? channels : groups, epsilon: c.number('epsilon', 1e-3) },
    variables: variables(held),
  })
}

const unitNorm: Rule = (asked) => {
  const c = settingsOf(asked)
  const axis = asked.config['axis'] ?? -1
  const [only, ...others] = Array.isArray(axis) ? (axis as readonly unknown[]) : [axis]
  if (typeof only !== 'number' || others.length > 0)
    c.note(`Its axis is ${JSON.stringify(axis)}, which no node here has.`)
  return c.known({ type: 'unit-norm', params: { axis: only } })
}

/** Rows of learned numbers, added (shifts.ts): one for all places, or one for each place of a sequence. */
const shift: Rule = (asked) => {
  const c = settingsOf(asked)
  const axis = asked.config['axis'] ?? -1
  const shape = asked.specs[0]?.shape
  const places = JSON.stringify(axis) === '[1,2]' && shape?.length === 3 ? shape[1] : null
  if (typeof places === 'number')
    return c.known({
      type: 'position-embedding',
      params: { length: places },
      variables: variables(['embeddings']),
    })
  c.lastAxis()
  return c.known({ type: 'bias', params: {}, variables: variables(['bias']) })
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
  if (result === data && kernel === last)
    return c.known({
      type: 'scale',
      params: { useShift: axes !== null },
      after: [],
      variables: variables(['scale', ...(axes === null ? [] : ['shift'])]),
    })
  const dense = kernel.length === 2 && kernel[0] === last && result === data.slice(0, -1) + (kernel[1] ?? '')
  const units = Array.isArray(asked.config['output_shape'])
    ? asked.config['output_shape'].at(-1)
    : asked.config['output_shape']
  if (!dense || typeof units !== 'number')
    c.note(`It multiplies by ${JSON.stringify(equation)}, which no node here does.`)
  return c.known({
    type: 'dense',
    params: { units, activation: c.activation(activations), useBias: axes !== null },
    variables: variables(['kernel', ...(axes === null ? [] : ['bias'])]),
  })
}

const rmsNorm: Rule = (asked) => {
  const c = settingsOf(asked)
  c.lastAxis()
  return c.known({
    type: 'rms-norm',
    params: { epsilon: c.number('epsilon', 1e-6) },
    variables: variables(['gamma']),
  })
}

/** A layer of two or more values. */
const merge =
  (type: string): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    return c.known({ type, params: {}, inputs: { xs: tensorsOf(asked.call) } })
  }

const subtract: Rule = (asked) => {
  const [a, b, ...others] = tensorsOf(asked.call)
  if (a === undefined || b === undefined || others.length > 0)
    return refuse('It takes one value off another, but is called otherwise.')
  return { type: 'subtract', params: {}, inputs: { a, b } }
}

/** A product of matrices, one a sample. */
const dot: Rule = (asked) => {
  const c = settingsOf(asked)
  const [a, b] = tensorsOf(asked.call)
  const axes = asked.config['axes']
  const [first, second] = Array.isArray(axes) ? (axes as readonly unknown[]) : [axes, axes]
  const axis = (value: unknown): number => (typeof value === 'number' ? (value < 0 ? value + 3 : value) : 0)
  c.only('normalize', false)
  if (
    asked.specs.some((spec) => spec !== null && spec.shape.length !== 3) ||
    axis(first) < 1 ||
    axis(second) < 1
  )
    c.note(`It multiplies along axes ${JSON.stringify(axes)}, which is no product of matrices.`)
  if (a === undefined || b === undefined) return refuse('It is called with less than two values.')
  return c.known({
    type: 'matmul',
    params: { transposeA: axis(first) === 1, transposeB: axis(second) === 2 },
    inputs: { a, b },
  })
}

const permute: Rule = (asked) => {
  const c = settingsOf(asked)
  const dims = asked.config['dims']
  return c.known({
    type: 'permute',
    params: { dims: c.sizes('dims', Array.isArray(dims) ? dims.length : 0) },
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
  GaussianNoise: gaussianNoise,
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

const concatenate: Rule = (asked) => {
  const c = settingsOf(asked)
  return c.known({
    type: 'concatenate',
    params: { axis: c.number('axis', -1) },
    inputs: { xs: tensorsOf(asked.call) },
  })
}

const flatten: Rule = (asked) => {
  const c = settingsOf(asked)
  c.only('data_format', 'channels_last', null)
  return c.known({ type: 'flatten', params: {} })
}

const reshape: Rule = (asked) => {
  const c = settingsOf(asked)
  const shape = asked.config['target_shape']
  const sizes = Array.isArray(shape) ? (shape as readonly unknown[]) : []
  if (!Array.isArray(shape) || !sizes.every((n) => typeof n === 'number'))
    return refuse(`Its target_shape is ${JSON.stringify(shape ?? null)}, which is no shape.`)
  return c.known({ type: 'reshape', params: { shape } })
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
  GaussianNoise: gaussianNoise,
  BatchNormalization: batchNorm,
  // The name that Keras 2 gave it in TensorFlow 1 and 2.
  BatchNormalizationV1: batchNorm,
  LayerNormalization: layerNorm,
  RMSNormalization: rmsNorm,
  GroupNormalization: groupNorm,
  UnitNormalization: unitNorm,
  [learnedShift]: shift,
  PReLU: prelu,
  EinsumDense: einsumDense,
  SpatialDropout1D: noisy('spatial-dropout', 'rate'),
  SpatialDropout2D: noisy('spatial-dropout', 'rate'),
  SpatialDropout3D: noisy('spatial-dropout', 'rate'),
  GaussianDropout: noisy('gaussian-dropout', 'rate'),
  AlphaDropout: noisy('alpha-dropout', 'rate'),
  Add: merge('add'),
  Multiply: merge('multiply'),
  Average: merge('average'),
  Maximum: merge('maximum'),
  Minimum: merge('minimum'),
  Subtract: subtract,
  Dot: dot,
  Concatenate: concatenate,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  Rescaling: rescaling,
  TimeDistributed: timeDistributed,
  Identity: passing,
}
