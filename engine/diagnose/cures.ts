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

/**
 * Rates that an optimiser is used with: the one to begin with, and the largest that a cure sets. Steps of Adam and its
 * kin are about as long as their rate, whatever the gradient; momentum lengthens steps tenfold.
 */
const usedRates: { readonly [K in Optimiser['kind']]: { readonly usual: number; readonly most: number } } = {
  sgd: { usual: 0.1, most: 1 },
  momentum: { usual: 0.01, most: 0.3 },
  rmsprop: { usual: 1e-3, most: 0.03 },
  adam: { usual: 1e-3, most: 0.03 },
  adamw: { usual: 1e-3, most: 0.03 },
}

/** A rate times `factor`, within what the optimiser is used with; null where no such rate lies in that direction. */
function turned({ kind, learningRate }: Optimiser, factor: number): number | null {
  const { usual, most } = usedRates[kind]
  const rate = Number((learningRate * factor).toPrecision(3))
  if (rate <= most) return rate
  // How far beyond all sense a rate is says nothing of the one that is right.
  const bounded = factor < 1 || learningRate < usual ? usual : most
  return factor < 1 || learningRate < bounded ? bounded : null
}

interface Turned {
  readonly from: number
  readonly to: number
  readonly edit: CureEdit
}

/** Every training step whose rate can be turned. */
function rates(plan: Plan, factor: number): readonly Turned[] {
  return plan.training.flatMap(({ index, settings: { optimiser } }) => {
    const to = turned(optimiser, factor)
    if (to === null) return []
    const edit: CureEdit = { kind: 'step', index, optimiser: { ...optimiser, learningRate: to } }
    return [{ from: optimiser.learningRate, to, edit }]
  })
}

function turn(plan: Plan, factor: number, label?: string): Cure | null {
  const all = rates(plan, factor)
  const [first] = all
  if (first === undefined) return null
  const id = factor < 1 ? 'lower-learning-rate' : 'raise-learning-rate'
  return cure(id, label ?? `Set the learning rate to ${say(first.to)}`, ...all.map(({ edit }) => edit))
}

/** The learning rate times a power of ten that brings the update ratio near 3e-3, at least one decade; null where it is as high as it may be. */
export function otherRate(plan: Plan, ratio: number | null, direction: -1 | 1): Cure | null {
  const wanted = ratio === null || ratio <= 0 ? direction : Math.log10(3e-3 / ratio)
  return turn(plan, 10 ** (direction * Math.min(8, Math.max(1, Math.round(direction * wanted)))))
}

/** The learning rate divided by a number, or brought into reach where that would not do. */
export function lowerRate(plan: Plan, by: number): Cure | null {
  const divided = rates(plan, 1 / by).every(({ from, to }) => Math.abs((to * by) / from - 1) < 0.01)
  return turn(plan, 1 / by, divided ? `Divide the learning rate by ${by}` : undefined)
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
