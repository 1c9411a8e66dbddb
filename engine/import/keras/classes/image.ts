/** Convolutions, pools and what changes the size of sequences, images and volumes; the same rules for 1, 2 and 3 axes. */
import { activations } from '../../../../nodes/kit/activations'
import type { Json } from '../../../../nodes/kit/torch'
import { settingsOf, variables, type Rule } from '../known'

type Axes = 1 | 2 | 3
type Settings = ReturnType<typeof settingsOf>

const paddings = ['valid', 'same'] as const
const causalPaddings = [...paddings, 'causal'] as const

function channelsLast(c: Settings): void {
  c.only('data_format', 'channels_last', null)
}

/** Kernel, strides, padding, bias and activation, which all convolutions have. */
function kernelParams(c: Settings, axes: Axes, useBias: boolean, dilation = true) {
  channelsLast(c)
  return {
    kernelSize: c.sizes('kernel_size', axes),
    strides: c.sizes('strides', axes),
    ...(dilation ? { dilation: c.sizes('dilation_rate', axes) } : {}),
    padding:
      axes === 1 && dilation
        ? c.word('padding', causalPaddings, 'valid')
        : c.word('padding', paddings, 'valid'),
    activation: c.activation(activations),
    useBias,
    ...c.initialiser('bias_initializer', 'biasInitialiser'),
  }
}

const convolution =
  (axes: Axes): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    const useBias = c.flag('use_bias', true)
    return c.known({
      type: `conv${axes}d`,
      params: {
        filters: c.number('filters', 1),
        groups: c.number('groups', 1),
        ...kernelParams(c, axes, useBias),
        ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      },
      variables: variables(['kernel', ...(useBias ? ['bias'] : [])]),
    })
  }

const transposed =
  (axes: Axes): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    const useBias = c.flag('use_bias', true)
    c.only('output_padding', null)
    c.only(
      'dilation_rate',
      1,
      Array.from({ length: axes }, () => 1),
    )
    return c.known({
      type: `conv${axes}d-transpose`,
      params: {
        filters: c.number('filters', 1),
        ...kernelParams(c, axes, useBias, false),
        ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      },
      variables: variables(['kernel', ...(useBias ? ['bias'] : [])]),
    })
  }

const depthwise =
  (axes: Axes): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    const useBias = c.flag('use_bias', true)
    return c.known({
      type: `depthwise-conv${axes}d`,
      params: {
        depthMultiplier: c.number('depth_multiplier', 1),
        ...kernelParams(c, axes, useBias),
        ...c.initialiser('depthwise_initializer', 'kernelInitialiser'),
      },
      variables: variables(['depthwise_kernel', ...(useBias ? ['bias'] : [])]),
    })
  }

const separable =
  (axes: Axes): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    const useBias = c.flag('use_bias', true)
    return c.known({
      type: `separable-conv${axes}d`,
      params: {
        filters: c.number('filters', 1),
        depthMultiplier: c.number('depth_multiplier', 1),
        ...kernelParams(c, axes, useBias),
        ...c.initialiser('depthwise_initializer', 'depthwiseInitialiser'),
        ...c.initialiser('pointwise_initializer', 'pointwiseInitialiser'),
      },
      variables: variables(['depthwise_kernel', 'pointwise_kernel', ...(useBias ? ['bias'] : [])]),
    })
  }

const pool =
  (type: string, axes: Axes): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    channelsLast(c)
    const poolSize = c.sizes('pool_size', axes, 2)
    const strides = c.sizes('strides', axes, [...poolSize])
    return c.known({ type, params: { poolSize, strides, padding: c.word('padding', paddings, 'valid') } })
  }

/** Over a sequence the other way round, the mean or the largest of every row: a reduction of the last axis. */
const overRows: Readonly<Record<string, string>> = {
  GlobalMaxPooling1D: 'reduce-max',
  GlobalAveragePooling1D: 'reduce-mean',
}

const globalPool =
  (type: string): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    const reduction = asked.config['data_format'] === 'channels_first' ? overRows[asked.className] : undefined
    if (reduction !== undefined) {
      c.keywords()
      return c.known({ type: reduction, params: { axes: [-1], keepAxes: c.flag('keepdims', false) } })
    }
    channelsLast(c)
    c.only('keepdims', false)
    c.keywords()
    return c.known({ type, params: {} })
  }

/** `1`, `[1, 2]` or `[[1, 2], [3, 4]]` as before and after on every axis, in a row; null where it is none of these. */
function edges(value: Json | undefined, axes: Axes): readonly number[] | null {
  const given = value ?? 1
  if (typeof given === 'number') return Array.from({ length: 2 * axes }, () => given)
  if (!Array.isArray(given)) return null
  const list = given as readonly Json[]
  const flat = list.flat().filter((one) => typeof one === 'number')
  if (axes === 1 && list.length === 2 && flat.length === 2) return flat
  if (list.length !== axes) return null
  if (flat.length === 2 * axes) return flat
  return list.every((one) => typeof one === 'number') ? flat.flatMap((one) => [one, one]) : null
}

const edge =
  (type: string, name: 'padding' | 'cropping', axes: Axes): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    channelsLast(c)
    const found = edges(asked.config[name], axes)
    if (found === null)
      c.note(`Its ${name} is ${JSON.stringify(asked.config[name])}, which no node here has.`)
    return c.known({ type, params: { [name]: found ?? [] } })
  }

const upsampling2d: Rule = (asked) => {
  const c = settingsOf(asked)
  channelsLast(c)
  const interpolation = c.word('interpolation', ['nearest', 'bilinear'], 'nearest')
  if (asked.dialect === 'tfjs' && interpolation === 'bilinear')
    c.note(
      'Its places in between are not half a pixel on, as bilinear means everywhere else, and so they are not here.',
    )
  return c.known({ type: 'upsampling2d', params: { size: c.sizes('size', 2, 2), interpolation } })
}

const upsampling =
  (axes: Axes): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    channelsLast(c)
    return c.known({ type: `upsampling${axes}d`, params: { size: c.sizes('size', axes, 2) } })
  }

const byAxes = ([1, 2, 3] as const).flatMap((axes): [string, Rule][] => [
  [`Conv${axes}D`, convolution(axes)],
  [`Convolution${axes}D`, convolution(axes)],
  [`Conv${axes}DTranspose`, transposed(axes)],
  [`DepthwiseConv${axes}D`, depthwise(axes)],
  [`SeparableConv${axes}D`, separable(axes)],
  [`MaxPooling${axes}D`, pool(`max-pool${axes}d`, axes)],
  [`AveragePooling${axes}D`, pool(`average-pool${axes}d`, axes)],
  [`GlobalAveragePooling${axes}D`, globalPool(`global-average-pool${axes}d`)],
  [`GlobalMaxPooling${axes}D`, globalPool(`global-max-pool${axes}d`)],
  [`ZeroPadding${axes}D`, edge(`zero-padding${axes}d`, 'padding', axes)],
  [`Cropping${axes}D`, edge(`cropping${axes}d`, 'cropping', axes)],
  [`UpSampling${axes}D`, upsampling(axes)],
])

export const imageClasses: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(byAxes),
  UpSampling2D: upsampling2d,
}
