/** Several values made one, and other shapes for the same numbers. */
import { refuse } from '../../../../nodes/kit/spec'
import { tensorsOf } from '../foreign'
import { settingsOf, type Rule } from '../known'

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

const dot: Rule = (asked) => {
  const c = settingsOf(asked)
  const [a, b, ...others] = tensorsOf(asked.call)
  if (a === undefined || b === undefined || others.length > 0)
    return refuse('It multiplies two values, but is called otherwise.')
  const axes = asked.config['axes']
  return c.known({
    type: 'dot',
    params: {
      axes: typeof axes === 'number' ? [axes, axes] : c.sizes('axes', 2),
      normalise: c.flag('normalize', false),
    },
    inputs: { a, b },
  })
}

const repeatVector: Rule = (asked) => {
  const c = settingsOf(asked)
  return c.known({ type: 'repeat', params: { mode: 'sequence', times: c.number('n', 1) } })
}

const permute: Rule = (asked) => {
  const c = settingsOf(asked)
  const dims = asked.config['dims']
  return c.known({
    type: 'permute',
    params: { dims: c.sizes('dims', Array.isArray(dims) ? dims.length : 0) },
  })
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

export const shapeClasses: Readonly<Record<string, Rule>> = {
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
  RepeatVector: repeatVector,
}
