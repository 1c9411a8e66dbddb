/**
 * How each example is broken on purpose, so that people see what a fault looks like and how it is mended. Edits are those
 * of a cure, the other way round.
 */
import type { CureEdit } from '../../engine/diagnose/finding'
import { defaultTrainingStep } from '../../engine/graph/create'
import type { Optimiser } from '../../engine/graph/document'
import type { Strings } from '../ui/strings'

export type ExampleName = keyof Strings['examples']

const adam = (learningRate: number): Optimiser => ({ ...defaultTrainingStep().optimiser, learningRate })

const set = (path: string, params: Readonly<Record<string, unknown>>): CureEdit => ({
  kind: 'set',
  path,
  params,
})

/** Examples that have a fault to show; what each does is in `strings.start.breaks`. */
export const breaks: { readonly [N in keyof Strings['start']['breaks']]: readonly CureEdit[] } = {
  xor: [set('hidden', { activation: 'linear' })],
  iris: [{ kind: 'step', index: 0, optimiser: adam(3) }],
  'digits-mlp': ['hidden1', 'hidden2', 'scores'].map((path) =>
    set(path, { kernelInitialiser: { kind: 'zeros' } }),
  ),
  'digits-cnn': [
    set('conv1', { biasInitialiser: { kind: 'constant', value: -20 } }),
    set('conv2', { biasInitialiser: { kind: 'constant', value: -20 } }),
  ],
  'sequence-lstm': [
    {
      kind: 'replace',
      path: 'memory',
      type: 'simple-rnn',
      params: { activation: 'tanh', recurrentInitialiser: { kind: 'glorotUniform' } },
    },
  ],
  'tiny-transformer': [{ kind: 'remove', path: 'position', from: 'x' }],
  'deep-residual': [{ kind: 'step', index: 0, optimiser: adam(5) }],
}

export function isBreakable(name: string): name is keyof typeof breaks {
  return Object.hasOwn(breaks, name)
}

/** An example that is broken as it comes, and the way out of it. */
export const repairs: { readonly [N in keyof Strings['start']['repairs']]: readonly CureEdit[] } = {
  'deep-sigmoid': Array.from({ length: 20 }, (_, index) =>
    set(`hidden${String(index + 1).padStart(2, '0')}`, {
      activation: 'selu',
      kernelInitialiser: { kind: 'lecunNormal' },
    }),
  ),
}

export function isRepairable(name: string): name is keyof typeof repairs {
  return Object.hasOwn(repairs, name)
}
