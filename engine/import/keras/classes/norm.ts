/** Layers that normalise, and learned numbers that are added. */
import { settingsOf, variables, type Rule } from '../known'
import { learnedShift } from '../shifts'

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

const rmsNorm: Rule = (asked) => {
  const c = settingsOf(asked)
  c.lastAxis()
  return c.known({
    type: 'rms-norm',
    params: { epsilon: c.number('epsilon', 1e-6) },
    variables: variables(['gamma']),
  })
}

export const normClasses: Readonly<Record<string, Rule>> = {
  BatchNormalization: batchNorm,
  // The name that Keras 2 gave it in TensorFlow 1 and 2.
  BatchNormalizationV1: batchNorm,
  LayerNormalization: layerNorm,
  RMSNormalization: rmsNorm,
  GroupNormalization: groupNorm,
  UnitNormalization: unitNorm,
  [learnedShift]: shift,
}
