/**
 * What a probe's arrays stand for: weighted nodes in Plan order with their depth, wires by path. Sent once per run, so
 * that each probe is numbers only.
 */
import type { Plan, PlanStep, Source, WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { ProbeLayout } from '../session/protocol'
import { weightKey } from '../compile/names'
import { orderedSources } from '../compile/symbols'
import { bendOf, hasWeights, isRecurrent } from '../diagnose/net'

/** The weights of a node that its numbers are about. */
export interface LayerWeights {
  readonly path: Path
  /** Keys of all trainable weights. */
  readonly all: readonly string[]
  /** Keys of those of rank >= 2, or all where there are none. */
  readonly matrices: readonly string[]
}

function layerWeights(step: PlanStep): LayerWeights {
  const trainable = Object.entries(step.weights).filter(([, weight]) => weight.trainable)
  const matrices = trainable.filter(([, weight]) => weight.shape.length >= 2)
  const keys = (entries: typeof trainable) => entries.map(([name]) => weightKey(step.path, name))
  return { path: step.path, all: keys(trainable), matrices: keys(matrices.length > 0 ? matrices : trainable) }
}

function carriesFloats(plan: Plan, source: Source): boolean {
  const spec = plan.byPath.get(source.path)?.outputs[source.port]
  return spec?.dtype === 'float32' && spec.kind !== 'target'
}

/** Nodes with weights of their own that could be trained. */
function weighted(plan: Plan): PlanStep[] {
  return plan.steps.filter(
    (step) => step.sharesWeightsOf === null && Object.values(step.weights).some((weight) => weight.trainable),
  )
}

/** Number of weighted nodes on the longest path before each step; a tied copy counts as one too. */
function depths(plan: Plan): ReadonlyMap<Path, number> {
  const after = new Map<Path, number>()
  const before = new Map<Path, number>()
  for (const step of plan.steps) {
    const depth = orderedSources(step).reduce(
      (most, source) => Math.max(most, after.get(source.path) ?? 0),
      0,
    )
    before.set(step.path, depth)
    after.set(step.path, depth + (Object.values(step.weights).some((weight) => weight.trainable) ? 1 : 0))
  }
  return before
}

/** Functions in which a unit may die. */
const dying: ReadonlySet<string> = new Set(['relu', 'relu6'])

/** Where a node's numbers are flat: its function there, as far as that is known. */
export type Flatness = 'tanh' | 'sigmoid' | null

function flatnessOf(step: PlanStep): Flatness {
  const bend = bendOf(step)
  const cell = isRecurrent(step) && step.definition.type === 'simple-rnn' ? step.params['activation'] : null
  const named = bend === 'linear' ? cell : bend
  return named === 'tanh' || named === 'hard-tanh' || named === 'softsign'
    ? 'tanh'
    : named === 'sigmoid' || named === 'hard-sigmoid'
      ? 'sigmoid'
      : null
}

/** More outputs than these are not looked at: in very large graphs the first tell enough. */
const mostActive = 256

/** Layers with weights and activation nodes: what they give is looked at. */
function active(plan: Plan): Path[] {
  return plan.steps
    .filter(
      (step) =>
        step.definition.role === 'layer' &&
        (hasWeights(step) || step.definition.type === 'activation') &&
        step.definition.type !== 'embedding' &&
        Object.values(step.outputs)[0]?.dtype === 'float32',
    )
    .map(({ path }) => path)
    .slice(0, mostActive)
}

/** Wires into recurrent nodes that read forwards. */
function timed(plan: Plan): WirePath[] {
  return plan.steps.flatMap((step) => {
    const source = step.inputs['x']
    const reads = isRecurrent(step) && step.params['goBackwards'] !== true
    return reads && source !== undefined && 'path' in source && carriesFloats(plan, source)
      ? [source.wire]
      : []
  })
}

/** An output that is measured: a node's first one that feeds a float wire. */
export interface MeasuredOutput {
  readonly path: Path
  readonly port: string
  /** Its units are looked at too. */
  readonly active: boolean
  /** A unit that gives zero for a whole batch has no gradient any more. */
  readonly dies: boolean
  readonly flatness: Flatness
}

export interface ProbePlan {
  readonly layout: ProbeLayout
  /** In the order of `layout.layers`. */
  readonly weights: readonly LayerWeights[]
  /** In the order of `layout.outputs`. */
  readonly outputs: readonly MeasuredOutput[]
  /** Where what goes over a wire comes from, in the order of `layout.wires`. */
  readonly sources: readonly Source[]
}

/** The layout of a run's probes, and what stands behind its entries. */
export function probeLayout(plan: Plan): ProbePlan {
  const weights = weighted(plan).map(layerWeights)
  const looked = active(plan)
  const isActive = new Set(looked)
  const depth = depths(plan)
  const wires = new Map<WirePath, Source>()
  const outputs = new Map<Path, MeasuredOutput>()
  for (const step of plan.steps) {
    for (const source of orderedSources(step)) {
      if (!carriesFloats(plan, source)) continue
      const { path, port, wire } = source
      wires.set(wire, wires.get(wire) ?? source)
      const from = plan.byPath.get(path)
      if (from === undefined || outputs.has(path)) continue
      outputs.set(path, {
        path,
        port,
        active: isActive.has(path),
        dies: dying.has(bendOf(from)),
        flatness: flatnessOf(from),
      })
    }
  }
  return {
    weights,
    outputs: [...outputs.values()],
    sources: [...wires.values()],
    layout: {
      layers: weights.map(({ path }) => path),
      depth: weights.map(({ path }) => depth.get(path) ?? 0),
      wires: [...wires.keys()],
      outputs: [...outputs.keys()],
      active: looked,
      timed: timed(plan),
    },
  }
}
