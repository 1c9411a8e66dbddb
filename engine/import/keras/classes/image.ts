/** Convolutions and pools. */
import { activations } from '../../../../nodes/kit/activations'
import { settingsOf, variables, type Rule } from '../known'

const paddings = ['valid', 'same'] as const

const conv2d: Rule = (asked) => {
  const c = settingsOf(asked)
  const useBias = c.flag('use_bias', true)
  c.only('data_format', 'channels_last', null)
  c.only('dilation_rate', 1, [1, 1])
  c.only('groups', 1)
  return c.known({
    type: 'conv2d',
    params: {
      filters: c.number('filters', 1),
      kernelSize: c.sizes('kernel_size', 2),
      strides: c.sizes('strides', 2),
      padding: c.word('padding', paddings, 'valid'),
      activation: c.activation(activations),
      useBias,
      ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      ...c.initialiser('bias_initializer', 'biasInitialiser'),
    },
    variables: variables(['kernel', ...(useBias ? ['bias'] : [])]),
  })
}

const pool2d =
  (type: string): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    c.only('data_format', 'channels_last', null)
    const poolSize = c.sizes('pool_size', 2, 2)
    const strides = c.sizes('strides', 2, [...poolSize])
    return c.known({ type, params: { poolSize, strides, padding: c.word('padding', paddings, 'valid') } })
  }

const globalPool =
  (type: string): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    c.only('data_format', 'channels_last', null)
    c.only('keepdims', false)
    return c.known({ type, params: {} })
  }

export const imageClasses: Readonly<Record<string, Rule>> = {
  Conv2D: conv2d,
  Convolution2D: conv2d,
  MaxPooling2D: pool2d('max-pool2d'),
  AveragePooling2D: pool2d('average-pool2d'),
  GlobalAveragePooling2D: globalPool('global-average-pool2d'),
}
