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

/** The layout of a run's probes, and the weights behind its layers. */
export function probeLayout(plan: Plan): {
  readonly layout: ProbeLayout
  readonly weights: readonly LayerWeights[]
} {
  const weights = weighted(plan).map(layerWeights)
  const depth = depths(plan)
  const wires = new Set<WirePath>()
  for (const step of plan.steps) {
    for (const source of orderedSources(step)) if (carriesFloats(plan, source)) wires.add(source.wire)
  }
  return {
    weights,
    layout: {
      layers: weights.map(({ path }) => path),
      depth: weights.map(({ path }) => depth.get(path) ?? 0),
      wires: [...wires],
    },
  }
}
