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
}
