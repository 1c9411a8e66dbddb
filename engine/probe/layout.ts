/**
 * What a probe's arrays stand for: weighted nodes in Plan order with their depth, wires by path. Sent once per run, so
 * that each probe is numbers only.
 */
import type { Plan, PlanStep, Source, WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { ProbeLayout } from '../session/protocol'
import { weightKey } from '../compile/names'
import { orderedSources } from '../compile/symbols'

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

/** What a node's output went through last, where a unit can die of it (`relu`) or saturate in it. */
export type Bend = 'relu' | 'sigmoid' | 'tanh' | null

const bends: Readonly<Record<string, Bend>> = {
  relu: 'relu',
  relu6: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
}

/** Recurrent layers and blocks bend inside, not at their output. */
export function bendOf({ definition, params }: PlanStep): Bend {
  const name =
    definition.type === 'activation'
      ? params['function']
      : definition.type === 'dense' || definition.family === 'conv'
        ? params['activation']
        : null
  return typeof name === 'string' && Object.hasOwn(bends, name) ? (bends[name] ?? null) : null
}

/** An output that is measured: a node's first one that feeds a float wire. */
export interface MeasuredOutput {
  readonly path: Path
  readonly port: string
  readonly bend: Bend
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
  const depth = depths(plan)
  const wires = new Map<WirePath, Source>()
  const outputs = new Map<Path, MeasuredOutput>()
  for (const step of plan.steps) {
    for (const source of orderedSources(step)) {
      if (!carriesFloats(plan, source)) continue
      const { path, port, wire } = source
      wires.set(wire, wires.get(wire) ?? source)
      const from = plan.byPath.get(path)
      if (from !== undefined && !outputs.has(path)) outputs.set(path, { path, port, bend: bendOf(from) })
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
    },
  }
}
