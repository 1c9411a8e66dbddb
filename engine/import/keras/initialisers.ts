/** Initialisers of Keras as ours, so that a new start draws as the model was drawn. */
import type { Initialiser } from '../../../nodes/kit/initialiser'
import type { Json } from '../../../nodes/kit/torch'
import { isObject, type Config } from './foreign'

function number(config: Config, name: string, fallback: number): number {
  const value = config[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback
}

const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9

/** The named ones are points of this family; others have no name here. */
function varianceScaling(config: Config): Initialiser | null {
  const scale = number(config, 'scale', 1)
  const mode = typeof config['mode'] === 'string' ? config['mode'].toLowerCase().replace('_', '') : ''
  const uniform = config['distribution'] === 'uniform'
  if (mode === 'fanavg' && close(scale, 1)) return { kind: uniform ? 'glorotUniform' : 'glorotNormal' }
  if (mode === 'fanin' && close(scale, 2)) return { kind: uniform ? 'heUniform' : 'heNormal' }
  if (mode === 'fanin' && close(scale, 1)) return { kind: uniform ? 'lecunUniform' : 'lecunNormal' }
  return null
}

const byClass: Readonly<Record<string, (config: Config) => Initialiser | null>> = {
  Zeros: () => ({ kind: 'zeros' }),
  Ones: () => ({ kind: 'ones' }),
  Constant: (config) => ({ kind: 'constant', value: number(config, 'value', 0) }),
  RandomNormal: (config) => ({
    kind: 'normal',
    mean: number(config, 'mean', 0),
    stddev: Math.max(0, number(config, 'stddev', 0.05)),
  }),
  RandomUniform: (config) => ({
    kind: 'uniform',
    min: number(config, 'minval', -0.05),
    max: number(config, 'maxval', 0.05),
  }),
  GlorotUniform: () => ({ kind: 'glorotUniform' }),
  GlorotNormal: () => ({ kind: 'glorotNormal' }),
  HeUniform: () => ({ kind: 'heUniform' }),
  HeNormal: () => ({ kind: 'heNormal' }),
  LecunUniform: () => ({ kind: 'lecunUniform' }),
  LecunNormal: () => ({ kind: 'lecunNormal' }),
  Orthogonal: (config) => ({ kind: 'orthogonal', gain: number(config, 'gain', 1) }),
  VarianceScaling: varianceScaling,
}

/** The same initialiser here, or null. */
export function initialiserHere(value: Json | undefined): Initialiser | null {
  if (!isObject(value) || typeof value['class_name'] !== 'string') return null
  const rule = Object.hasOwn(byClass, value['class_name']) ? byClass[value['class_name']] : undefined
  return rule?.(isObject(value['config']) ? value['config'] : {}) ?? null
}
