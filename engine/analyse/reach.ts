/**
 * What leads to what, over the steps of a Plan. The steps are in order of execution, so one sweep from the last to the
 * first finds everything that is needed; sets of steps are arrays of 0 and 1 by place in the Plan.
 */
import type { Path } from '../graph/document'
import type { PlanStep, Source } from './plan'

/** The node type at which gradients stop. */
const stopGradient = 'stop-gradient'

/** Steps with their places and links by number. */
export interface StepGraph {
  readonly steps: readonly PlanStep[]
  readonly byPath: ReadonlyMap<Path, PlanStep>
  /** Place of a step in `steps`. */
  readonly place: ReadonlyMap<Path, number>
  /** By place: all sources of the step, list ports spread. */
  readonly sources: readonly (readonly Source[])[]
  /** By place: places of those sources. */
  readonly links: readonly (readonly number[])[]
}

/** 1 for each step in the set, by place. */
export type StepSet = Uint8Array

function sourcesOf(step: PlanStep): Source[] {
  const sources: Source[] = []
  for (const port in step.inputs) {
    const input = step.inputs[port] as Source | readonly Source[]
    if ('path' in input) sources.push(input)
    else sources.push(...input)
  }
  return sources
}

/** Numbers the steps, which must be in order of execution. */
export function linkSteps(steps: readonly PlanStep[]): StepGraph {
  const place = new Map(steps.map((step, index) => [step.path, index]))
  const sources = steps.map(sourcesOf)
  const links = sources.map((list) => list.map((source) => place.get(source.path) ?? -1))
  return { steps, byPath: new Map(steps.map((step) => [step.path, step])), place, sources, links }
}

function mark(graph: StepGraph, from: Iterable<Path>): StepSet {
  const set = new Uint8Array(graph.steps.length)
  for (const path of from) {
    const place = graph.place.get(path)
    if (place !== undefined) set[place] = 1
  }
  return set
}

/** Everything that these steps need, themselves included. */
export function ancestors(graph: StepGraph, from: Iterable<Path>): StepSet {
  const set = mark(graph, from)
  for (let index = set.length - 1; index >= 0; index -= 1) {
    if (set[index] === 1) for (const link of graph.links[index] ?? []) if (link >= 0) set[link] = 1
  }
  return set
}

/** Everything that a gradient from these steps flows back to: not through `stop-gradient`, nor through integers. */
export function gradientReach(graph: StepGraph, from: Iterable<Path>): StepSet {
  const set = mark(graph, from)
  for (let index = set.length - 1; index >= 0; index -= 1) {
    if (set[index] !== 1 || graph.steps[index]?.definition.type === stopGradient) continue
    const sources = graph.sources[index] ?? []
    for (const [number, link] of (graph.links[index] ?? []).entries()) {
      const port = sources[number]?.port
      if (link >= 0 && port !== undefined && graph.steps[link]?.outputs[port]?.dtype === 'float32')
        set[link] = 1
    }
  }
  return set
}
