/**
 * Where the model that people get begins and ends.
 *
 * Outputs: what is wired into `output` nodes; without any, what losses take as their prediction; without losses, what
 * nothing takes further. Inputs: going back from there, the outputs of the first `input` nodes (those that no other
 * `input` leads to), and of whatever else nothing feeds (data, noise).
 */
import type { PlanStep, Ref, Source } from './plan'
import type { StepGraph } from './reach'

function refs(sources: readonly Source[]): Ref[] {
  const found = new Map<string, Ref>()
  for (const { path, port } of sources) found.set(`${path}:${port}`, { path, port })
  return [...found.values()]
}

function wired(step: PlanStep, port: string): readonly Source[] {
  const input = step.inputs[port]
  if (input === undefined) return []
  return 'path' in input ? [input] : input
}

function outputs({ steps, sources, links }: StepGraph): Ref[] {
  const marked = steps.flatMap((step, index) =>
    step.definition.role === 'output' ? (sources[index] ?? []) : [],
  )
  if (marked.length > 0) return refs(marked)
  const predicted = steps
    .filter((step) => step.definition.role === 'loss')
    .flatMap((step) =>
      Object.entries(step.definition.inputs).flatMap(([name, port]) =>
        port.prediction === true ? wired(step, name) : [],
      ),
    )
  if (predicted.length > 0) return refs(predicted)
  const used = new Set(links.flat())
  const ends = steps.filter(
    (step, index) => !used.has(index) && ['layer', 'function', 'input'].includes(step.definition.role),
  )
  return ends.flatMap((step) =>
    Object.keys(step.outputs)
      .slice(0, 1)
      .map((port) => ({ path: step.path, port })),
  )
}

function inputs({ steps, place, sources, links }: StepGraph, ends: readonly Ref[]): Ref[] {
  const isInput = (index: number): boolean => steps[index]?.definition.role === 'input'
  const afterInput = new Uint8Array(steps.length)
  for (const [index, list] of links.entries()) {
    if (list.some((link) => afterInput[link] === 1 || isInput(link))) afterInput[index] = 1
  }
  const found = new Map<string, Ref>()
  const seen = new Set<string>()
  const open = [...ends]
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const index = place.get(ref.path)
    const key = `${ref.path}:${ref.port}`
    if (index === undefined || seen.has(key)) continue
    seen.add(key)
    const before = sources[index] ?? []
    if (before.length === 0 || (isInput(index) && afterInput[index] !== 1)) found.set(key, ref)
    else open.push(...before.map(({ path, port }) => ({ path, port })))
  }
  const at = (ref: Ref): number => place.get(ref.path) ?? 0
  return [...found.values()].sort((a, b) => at(a) - at(b) || (a.port < b.port ? -1 : 1))
}

/** Ends of the model. */
export function modelEnds(graph: StepGraph): { readonly inputs: Ref[]; readonly outputs: Ref[] } {
  const ends = outputs(graph)
  return { inputs: inputs(graph, ends), outputs: ends }
}
