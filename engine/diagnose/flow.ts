/**
 * How strongly the gradient flows back through each layer and wire, relative to the layers nearest the loss. Against
 * the median of all layers half of a vanishing network would look exploding; against those nearest the loss it does not.
 */
import type { Path } from '../graph/document'
import type { WirePath } from '../analyse/plan'
import type { Plan, Source } from '../analyse/plan'

/** Below this many layers the reference is the median of all of them, and there is no flow F. */
const fewLayers = 4

/**
 * The reference is taken from no more layers than this: in a very deep vanishing network the gradient falls by decades
 * within its last quarter too, and the layers beside the loss would look as if they exploded.
 */
const nearestLayers = 5

/** A number that takes part in medians and logarithms: finite and above zero. Probes say -1 for "no value". */
function counts(value: number): boolean {
  return Number.isFinite(value) && value > 0
}

/** Middle value, or the mean of the middle two; null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** Quarter of n things, at least one. */
function quarter(n: number): number {
  return Math.max(1, Math.floor(n / 4))
}

/**
 * The value that counts as d = 0: the median over the quarter of the entries that is deepest, that is, nearest the loss
 * (over all entries where there are fewer than 4, over the last 5 where a quarter would be more).
 *
 * Layers: `values` are relative gradients ρ = ‖g‖/‖W‖ and `depth` the number of weighted layers before each. Wires: RMS
 * of δ = dL/da, and the number of weighted layers before the wire. Entries without a value (-1), at exactly zero, not
 * finite, or excluded are no part of it. Ties of depth keep their order (Plan order). Null where nothing is left.
 *
 * @param exclude entries that must not count, e.g. embedding tables, of which only the rows of the batch get a gradient
 */
export function flowReference(
  values: ArrayLike<number>,
  depth: ArrayLike<number>,
  exclude: (index: number) => boolean = () => false,
): number | null {
  const order: number[] = []
  for (let index = 0; index < values.length; index++) {
    if (values[index] !== -1 && !exclude(index)) order.push(index)
  }
  order.sort((a, b) => (depth[a] ?? 0) - (depth[b] ?? 0) || a - b)
  const nearest =
    order.length < fewLayers ? order : order.slice(-Math.min(nearestLayers, quarter(order.length)))
  const pick = (indices: readonly number[]) =>
    median(indices.map((index) => values[index] as number).filter(counts))
  return pick(nearest) ?? pick(order)
}

/**
 * d = log10(value / reference): decades above (+) or below (-) the layers nearest the loss.
 * -Infinity for exactly zero, NaN for a value that is not finite or has no reference.
 */
export function decades(value: number, reference: number | null): number {
  if (!Number.isFinite(value) || reference === null || value < 0) return Number.NaN
  return Math.log10(value / reference)
}

/**
 * Flow F = log10(median ρ of the first quarter / median ρ of the last quarter) over the weight layers of the longest
 * path, first to last. Healthy networks keep within -0.85 .. +0.75; F < -3 is vanishing, F > 3 exploding.
 *
 * @param relative ρ by depth; -1 (no value) is skipped
 * @returns null with fewer than 4 layers; NaN where a value is not finite; -Infinity where nothing reaches the start
 */
export function flow(relative: readonly number[]): number | null {
  const values = relative.filter((value) => value !== -1)
  if (values.length < fewLayers) return null
  if (values.some((value) => !Number.isFinite(value))) return Number.NaN
  const size = quarter(values.length)
  const first = median(values.slice(0, size)) as number
  const last = median(values.slice(-size)) as number
  return first === 0 && last === 0 ? Number.NEGATIVE_INFINITY : Math.log10(first / last)
}

/**
 * Least-squares slope of log10 ρ over the index, in decades per layer; healthy nets lie within -0.21 .. +0.18.
 * Null where fewer than two values can be used.
 */
export function depthSlope(relative: readonly number[]): number | null {
  const points = relative.flatMap((value, index) =>
    counts(value) ? [[index, Math.log10(value)] as const] : [],
  )
  if (points.length < 2) return null
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  let covariance = 0
  let variance = 0
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY)
    variance += (x - meanX) ** 2
  }
  return covariance / variance
}

/** Whether this step has weights that a gradient can reach (embedding tables excluded, see `flowReference`). */
function isWeightLayer(plan: Plan, path: Path): boolean {
  const step = plan.byPath.get(path)
  return (
    step !== undefined &&
    step.definition.type !== 'embedding' &&
    Object.values(step.weights).some((weight) => weight.trainable)
  )
}

/** Every wire into a step. */
export function sourcesOf(inputs: Readonly<Record<string, Source | readonly Source[]>>): readonly Source[] {
  return Object.values(inputs).flatMap((input) => input)
}

/** Weight layers on a path through the Plan that has the most of them, first to last. Embedding tables do not count. */
export function longestPath(plan: Plan): readonly Path[] {
  const best = new Map<Path, { readonly length: number; readonly before: Path | null }>()
  let end: Path | null = null
  for (const step of plan.steps) {
    let before: Path | null = null
    for (const source of sourcesOf(step.inputs)) {
      if (before === null || lengthOf(best, source.path) > lengthOf(best, before)) before = source.path
    }
    const length = lengthOf(best, before) + (isWeightLayer(plan, step.path) ? 1 : 0)
    best.set(step.path, { length, before })
    if (end === null || length > lengthOf(best, end)) end = step.path
  }
  const path: Path[] = []
  for (let at = end; at !== null; at = best.get(at)?.before ?? null) {
    if (isWeightLayer(plan, at)) path.push(at)
  }
  return path.reverse()
}

function lengthOf(best: ReadonlyMap<Path, { readonly length: number }>, path: Path | null): number {
  return path === null ? 0 : (best.get(path)?.length ?? 0)
}

/** Number of weighted layers on the longest way before each wire, by wire path: the `depth` of `flowReference` for wires. */
export function wireDepths(plan: Plan): ReadonlyMap<WirePath, number> {
  const after = new Map<Path, number>()
  const wires = new Map<WirePath, number>()
  for (const step of plan.steps) {
    let before = 0
    for (const source of sourcesOf(step.inputs)) {
      const depth = after.get(source.path) ?? 0
      before = Math.max(before, depth)
      wires.set(source.wire, Math.max(wires.get(source.wire) ?? 0, depth))
    }
    after.set(step.path, before + (isWeightLayer(plan, step.path) ? 1 : 0))
  }
  return wires
}
