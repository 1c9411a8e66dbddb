/** Cures that several rules offer. */
import type { Plan, PlanStep } from '../analyse/plan'
import type { Initialiser } from '../../nodes/kit/initialiser'
import type { Optimiser } from '../graph/document'
import type { Cure, CureEdit } from './finding'
import { fittingInitialiser } from './initialisation-rule'
import { cure, say } from './make'
import { bendBehind, bendOf, hasWeights, isDense, isNorm, netOf, outputLayers } from './net'

/** Initialisers that suit some activation and keep the size of what passes. */
const sized: ReadonlySet<Initialiser['kind']> = new Set([
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal',
])

/** Every training step with its learning rate times `factor`. */
function rates(plan: Plan, factor: number): CureEdit[] {
  return plan.training.map(({ index, settings }) => ({
    kind: 'step',
    index,
    optimiser: scaled(settings.optimiser, factor),
  }))
}

function scaled(optimiser: Optimiser, factor: number): Optimiser {
  return { ...optimiser, learningRate: Number((optimiser.learningRate * factor).toPrecision(3)) }
}

/** The learning rate times a power of ten that brings the update ratio near 3e-3, at least one decade. */
export function otherRate(plan: Plan, ratio: number | null, direction: -1 | 1): Cure {
  const wanted = ratio === null || ratio <= 0 ? direction : Math.log10(3e-3 / ratio)
  const decades = direction * Math.min(8, Math.max(1, Math.round(direction * wanted)))
  const first = plan.training[0]?.settings.optimiser
  const rate = first === undefined ? 1e-3 : scaled(first, 10 ** decades).learningRate
  const id = direction < 0 ? 'lower-learning-rate' : 'raise-learning-rate'
  return cure(id, `Set the learning rate to ${say(rate)}`, ...rates(plan, 10 ** decades))
}

/** The learning rate divided by a number. */
export function lowerRate(plan: Plan, by: number): Cure {
  return cure('lower-learning-rate', `Divide the learning rate by ${by}`, ...rates(plan, 1 / by))
}

export function clipGradient(plan: Plan): Cure | null {
  const open = plan.training.filter(({ settings }) => settings.clip === null || settings.clip.norm > 1)
  if (open.length === 0) return null
  return cure(
    'clip-gradient',
    'Clip the gradient to norm 1',
    ...open.map(({ index }): CureEdit => ({ kind: 'step', index, clip: { norm: 1 } })),
  )
}

/** A constant learning rate in place of one that falls too soon: half a cosine over the whole run. */
export function cosine(plan: Plan): Cure {
  return cure(
    'cosine-schedule',
    'Let the learning rate fall along a cosine',
    ...plan.training.map(({ index, settings }): CureEdit => ({
      kind: 'step',
      index,
      schedule: { kind: 'cosine', warmup: settings.schedule.warmup, final: 0.05 },
    })),
  )
}

/** Dense and convolution layers that train, in Plan order. */
function layersOf(plan: Plan): PlanStep[] {
  return plan.steps.filter((step) => isDense(step) && hasWeights(step) && !step.frozen)
}

/** Draws the weights so that values and gradients keep their size; null where all layers do so already. */
export function fitInitialisers(plan: Plan, all = false): Cure | null {
  const net = netOf(plan)
  const outputs = outputLayers(plan)
  const edits = plan.steps.flatMap((step): CureEdit[] => {
    const kernel = step.params['kernelInitialiser'] as Initialiser | undefined
    if (kernel === undefined || !hasWeights(step) || step.frozen) return []
    const params: Record<string, unknown> = {}
    const bend = outputs.has(step.path) ? null : bendBehind(net, step)
    const fitting = fittingInitialiser(bend === null ? 'linear' : bendOf(bend))
    if (all || !sized.has(kernel.kind))
      if (kernel.kind !== fitting.kind) params['kernelInitialiser'] = fitting
    const recurrent = step.params['recurrentInitialiser'] as Initialiser | undefined
    if (recurrent !== undefined && !(recurrent.kind === 'orthogonal' && recurrent.gain === 1))
      params['recurrentInitialiser'] = { kind: 'orthogonal', gain: 1 }
    return Object.keys(params).length === 0 ? [] : [{ kind: 'set', path: step.path, params }]
  })
  if (edits.length === 0) return null
  return cure('fit-initialisers', 'Draw the weights by He or Glorot, as the activations ask', ...edits)
}

/** Biases that start at zero; null where they do. */
export function zeroBiases(plan: Plan): Cure | null {
  const edits = layersOf(plan).flatMap((step): CureEdit[] => {
    const bias = step.params['biasInitialiser'] as Initialiser | undefined
    return bias === undefined || bias.kind === 'zeros' || step.params['useBias'] === false
      ? []
      : [{ kind: 'set', path: step.path, params: { biasInitialiser: { kind: 'zeros' } } }]
  })
  if (edits.length === 0) return null
  const fit = fitInitialisers(plan)?.edits ?? []
  return cure('zero-biases', 'Start the biases at zero', ...edits, ...fit)
}

/** Another function for every hidden bend of the given ones, with the weights that suit it. */
export function otherBend(
  plan: Plan,
  id: string,
  label: string,
  from: ReadonlySet<string>,
  to: 'relu' | 'selu' | 'elu' | 'tanh',
): Cure | null {
  const net = netOf(plan)
  const outputs = outputLayers(plan)
  const edits: CureEdit[] = []
  for (const step of layersOf(plan)) {
    if (outputs.has(step.path)) continue
    const bend = bendBehind(net, step)
    if (bend === null || !from.has(bendOf(bend))) continue
    const own = bend.path === step.path
    edits.push({
      kind: 'set',
      path: step.path,
      params: { kernelInitialiser: fittingInitialiser(to), ...(own ? { activation: to } : {}) },
    })
    if (!own) edits.push({ kind: 'set', path: bend.path, params: { function: to } })
  }
  return edits.length === 0 ? null : cure(id, label, ...edits)
}

/** A norm behind every hidden layer that has none (before its own bend where that is a node of its own). */
export function normalise(plan: Plan): Cure | null {
  const net = netOf(plan)
  const outputs = outputLayers(plan)
  const edits = layersOf(plan).flatMap((step): CureEdit[] => {
    const next = net.uses.get(step.path) ?? []
    if (outputs.has(step.path) || next.some((use) => isNorm(use.step))) return []
    const bend = bendOf(step)
    const put = (type: string, params: Record<string, unknown>): CureEdit => ({
      kind: 'insert',
      after: step.path,
      port: 'y',
      into: null,
      type,
      params,
    })
    const norm = put('batch-norm', {})
    if (bend === 'linear') return [norm]
    // Inserted last stands first.
    return [
      { kind: 'set', path: step.path, params: { activation: 'linear' } },
      put('activation', { function: bend }),
      norm,
    ]
  })
  return edits.length === 0 ? null : cure('batch-norm', 'Normalise behind every layer', ...edits)
}

/** Dropout behind the hidden layers that have none. */
export function dropOut(plan: Plan): Cure | null {
  const net = netOf(plan)
  const outputs = outputLayers(plan)
  const edits = layersOf(plan).flatMap((step): CureEdit[] => {
    const uses = net.uses.get(step.path) ?? []
    if (outputs.has(step.path) || uses.some((use) => use.step.definition.type.includes('dropout'))) return []
    if (step.definition.type !== 'dense') return []
    return [
      { kind: 'insert', after: step.path, port: 'y', into: null, type: 'dropout', params: { rate: 0.3 } },
    ]
  })
  return edits.length === 0 ? null : cure('add-dropout', 'Drop out 30 % of the hidden values', ...edits)
}
