/** First weights that are all the same, so that a layer of many units is worth one; and those that fit an activation. */
import { nameOf } from '../analyse/name-of'
import type { Plan, PlanStep } from '../analyse/plan'
import type { Initialiser, Values } from '../../nodes/kit/initialiser'
import type { CureEdit } from './finding'
import { cure, found, type Found } from './make'
import { bendBehind, bendOf, hasWeights, netOf, outputLayers } from './net'

/** All numbers of a nested literal, last axis fastest. */
function flat(values: Values): number[] {
  return typeof values === 'number' ? [values] : values.flatMap(flat)
}

/** Whether every unit (last axis) starts with the same weights, and whether these are zero. */
function sameness(initialiser: Initialiser, units: number): 'zero' | 'same' | null {
  switch (initialiser.kind) {
    case 'zeros':
      return 'zero'
    case 'ones':
      return 'same'
    case 'constant':
      return initialiser.value === 0 ? 'zero' : 'same'
    case 'normal':
      return initialiser.stddev > 0 ? null : initialiser.mean === 0 ? 'zero' : 'same'
    case 'uniform':
      return initialiser.min < initialiser.max ? null : initialiser.min === 0 ? 'zero' : 'same'
    case 'values': {
      const numbers = flat(initialiser.values)
      const largest = Math.max(...numbers.map(Math.abs))
      if (largest === 0) return 'zero'
      const alike = numbers.every(
        (value, at) => Math.abs(value - (numbers[at - (at % units)] ?? 0)) < 1e-6 * largest,
      )
      return alike ? 'same' : null
    }
    default:
      return null
  }
}

/** The initialiser that keeps the size of what passes through an activation. */
export function fittingInitialiser(bend: string): Initialiser {
  if (bend === 'selu') return { kind: 'lecunNormal' }
  return ['relu', 'leaky-relu', 'prelu', 'elu', 'gelu', 'gelu-tanh', 'swish', 'mish', 'relu6'].includes(bend)
    ? { kind: 'heNormal' }
    : { kind: 'glorotUniform' }
}

export function initialisation(plan: Plan): Found[] {
  const net = netOf(plan)
  const outputs = outputLayers(plan)
  const alike = plan.steps.flatMap((step) => {
    const initialiser = step.params['kernelInitialiser'] as Initialiser | undefined
    if (initialiser === undefined || !hasWeights(step) || step.frozen || step.sharesWeightsOf !== null)
      return []
    const kernels = Object.values(step.weights).filter(({ shape }) => shape.length >= 2)
    const units = kernels[0]?.shape.at(-1) ?? 0
    const how = units > 1 ? sameness(initialiser, units) : null
    return how === null ? [] : [{ step, how, initialiser }]
  })
  const hidden = alike.filter(({ step }) => !outputs.has(step.path) && leadsToWeights(plan, step.path))
  // A branch that begins as nothing beside a short cut is a deliberate choice.
  const faulty = hidden.filter(({ step, how }) => how === 'same' || !feedsSum(plan, step))
  const [first] = faulty
  if (first === undefined) return []
  const edits = faulty
    .concat(alike.filter(({ step }) => outputs.has(step.path)))
    .map(({ step }): CureEdit => {
      const bend = bendBehind(net, step)
      return {
        kind: 'set',
        path: step.path,
        params: { kernelInitialiser: fittingInitialiser(bend === null ? 'linear' : bendOf(bend)) },
      }
    })
  const more = faulty.length > 1 ? `, and so do ${faulty.length - 1} other layers` : ''
  return [
    found('bad-initialisation', {
      path: first.step.path,
      evidence: `All units of ${nameOf(plan, first.step.path)} start with the same weights (${first.initialiser.kind})${more}.`,
      cures: [cure('random-weights', 'Draw the first weights at random', ...edits)],
    }),
  ]
}

/** Whether another layer of weights comes behind this one: an output may start at zero. */
function leadsToWeights(plan: Plan, path: string): boolean {
  const { uses } = netOf(plan)
  const seen = new Set<string>()
  const todo = [...(uses.get(path) ?? [])]
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at.step.path)) continue
    seen.add(at.step.path)
    if (hasWeights(at.step)) return true
    todo.push(...(uses.get(at.step.path) ?? []))
  }
  return false
}

function feedsSum(plan: Plan, step: PlanStep): boolean {
  const sums: ReadonlySet<string> = new Set(['add', 'residual'])
  let at = netOf(plan).uses.get(step.path)?.[0]
  for (let depth = 0; at !== undefined && depth < 8; depth++) {
    if (sums.has(at.step.definition.type)) return true
    if (hasWeights(at.step) && !['batch-norm', 'layer-norm'].includes(at.step.definition.type)) return false
    at = netOf(plan).uses.get(at.step.path)?.[0]
  }
  return false
}
