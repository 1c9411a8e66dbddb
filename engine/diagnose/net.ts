/** Questions about the Plan that several rules ask: what a layer bends its sums with, what comes behind it, what it feeds. */
import type { Plan, PlanStep, Source } from '../analyse/plan'
import type { Path } from '../graph/document'
import { longestPath, sourcesOf } from './flow'

/** One wire out of a node. */
export interface Use {
  readonly step: PlanStep
  readonly port: string
  readonly source: Source
}

export interface Net {
  readonly plan: Plan
  /** Wires out of each node. */
  readonly uses: ReadonlyMap<Path, readonly Use[]>
  /** Weight layers of the longest path, first to last. */
  readonly path: readonly Path[]
}

const nets = new WeakMap<Plan, Net>()

export function netOf(plan: Plan): Net {
  const known = nets.get(plan)
  if (known !== undefined) return known
  const uses = new Map<Path, Use[]>()
  for (const step of plan.steps) {
    for (const [port, input] of Object.entries(step.inputs)) {
      for (const source of sourcesOf({ [port]: input })) {
        const list = uses.get(source.path) ?? []
        list.push({ step, port, source })
        uses.set(source.path, list)
      }
    }
  }
  const net = { plan, uses, path: longestPath(plan) }
  nets.set(plan, net)
  return net
}

/** Nodes that change neither the numbers nor their number, or drop some in training only. */
const plainTypes: ReadonlySet<string> = new Set([
  'flatten',
  'reshape',
  'squeeze',
  'expand-dims',
  'permute',
  'dropout',
  'spatial-dropout',
  'output',
  'masking',
])

/** Nodes that are linear in their input, apart from layers of weights. */
const linearTypes: ReadonlySet<string> = new Set([
  ...plainTypes,
  'scale',
  'bias',
  'gaussian-noise',
  'gaussian-dropout',
  'batch-norm',
])

const denseTypes: ReadonlySet<string> = new Set(['dense', 'conv1d', 'conv2d', 'conv3d'])
const normTypes: ReadonlySet<string> = new Set([
  'batch-norm',
  'layer-norm',
  'group-norm',
  'instance-norm',
  'rms-norm',
  'unit-norm',
])
export const recurrentTypes: ReadonlySet<string> = new Set([
  'simple-rnn',
  'lstm',
  'gru',
  'bidirectional',
  'stacked-rnn',
  'conv-lstm2d',
])

export const isPlain = (step: PlanStep): boolean => plainTypes.has(step.definition.type)
export const isDense = (step: PlanStep): boolean => denseTypes.has(step.definition.type)
export const isNorm = (step: PlanStep): boolean => normTypes.has(step.definition.type)
export const isRecurrent = (step: PlanStep): boolean => recurrentTypes.has(step.definition.type)

export function hasWeights(step: PlanStep): boolean {
  return Object.values(step.weights).some((weight) => weight.trainable)
}

/** The function that a node itself ends in; `linear` where it has none. */
export function bendOf(step: PlanStep): string {
  const { type } = step.definition
  if (type === 'activation') return String(step.params['function'])
  if (type === 'prelu') return 'prelu'
  const own = step.params['activation']
  return isDense(step) && typeof own === 'string' ? own : 'linear'
}

/** The only node that a node feeds besides metrics and outputs; null where there are several. */
export function onlyUse(net: Net, path: Path): Use | null {
  const uses = (net.uses.get(path) ?? []).filter(
    ({ step }) => step.definition.role !== 'metric' && step.definition.role !== 'output',
  )
  return uses.length === 1 ? (uses[0] ?? null) : null
}

/** Where the numbers of a layer are bent: itself, or an activation node behind it (past norms and dropout); null if nowhere. */
export function bendBehind(net: Net, step: PlanStep): PlanStep | null {
  if (bendOf(step) !== 'linear') return step
  let at = onlyUse(net, step.path)
  while (at !== null && at.step.definition.role === 'layer') {
    if (bendOf(at.step) !== 'linear' || at.step.definition.type === 'activation') return at.step
    if (!linearTypes.has(at.step.definition.type) && !isNorm(at.step)) return null
    at = onlyUse(net, at.step.path)
  }
  return null
}

/** The next layer of weights that gets this one's sums with nothing but linear steps between; null where there is none. */
export function linearNext(net: Net, step: PlanStep): PlanStep | null {
  if (bendOf(step) !== 'linear') return null
  let at = onlyUse(net, step.path)
  while (at !== null) {
    if (isDense(at.step)) return at.step
    if (!linearTypes.has(at.step.definition.type)) return null
    at = onlyUse(net, at.step.path)
  }
  return null
}

/** The step behind a source, past nodes that only reshape. */
export function pastPlain(plan: Plan, source: Source): PlanStep | undefined {
  let step = plan.byPath.get(source.path)
  while (step !== undefined && isPlain(step)) {
    const input = Object.values(step.inputs)[0]
    if (input === undefined || !('path' in input)) return step
    step = plan.byPath.get(input.path)
  }
  return step
}

/** What a loss judges, and what it is compared with. */
export function judged(step: PlanStep): {
  readonly prediction: Source | null
  readonly target: Source | null
} {
  const port = Object.entries(step.definition.inputs).find(([, input]) => input.prediction === true)?.[0]
  const one = (name: string | undefined): Source | null => {
    const input = name === undefined ? undefined : step.inputs[name]
    return input !== undefined && 'path' in input ? input : null
  }
  return { prediction: one(port), target: one('target') }
}

/** The step that makes a loss's prediction, past nodes that only reshape. */
export function headOf(plan: Plan, loss: PlanStep): PlanStep | undefined {
  const { prediction } = judged(loss)
  return prediction === null ? undefined : pastPlain(plan, prediction)
}

/** Layers of weights that feed a loss without another one between. */
export function outputLayers(plan: Plan): ReadonlySet<Path> {
  const found = new Set<Path>()
  for (const path of plan.losses) {
    const loss = plan.byPath.get(path)
    let step = loss === undefined ? undefined : headOf(plan, loss)
    while (step !== undefined && !hasWeights(step)) {
      const input = Object.values(step.inputs)[0]
      step = input !== undefined && 'path' in input ? pastPlain(plan, input) : undefined
    }
    if (step !== undefined) found.add(step.path)
  }
  return found
}
