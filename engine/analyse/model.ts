/**
 * Where the model that people get begins and ends.
 *
 * Outputs: what is wired into `output` nodes; without any, what losses take as their prediction; without losses, what
 * nothing takes further. Inputs: going back from there, the outputs of the first `input` nodes (those that no other
 * `input` leads to), and of whatever else nothing feeds (data, noise).
 */
import type { Path } from '../graph/document'
import type { PlanStep, Ref, Source } from './plan'
import { sourcesOf } from './reach'

function refs(sources: readonly Source[]): Ref[] {
  const found = new Map<string, Ref>()
  for (const { path, port } of sources) found.set(`${path}:${port}`, { path, port })
  return [...found.values()]
}

function wired(step: PlanStep, port: string): readonly Source[] {
  const input = step.inputs[port]
  if (input === undefined) return []
  return Array.isArray(input) ? (input as readonly Source[]) : [input as Source]
}

function outputs(steps: readonly PlanStep[]): Ref[] {
  const marked = steps.filter((step) => step.definition.role === 'output').flatMap(sourcesOf)
  if (marked.length > 0) return refs(marked)
  const predicted = steps
    .filter((step) => step.definition.role === 'loss')
    .flatMap((step) =>
      Object.entries(step.definition.inputs).flatMap(([name, port]) =>
        port.prediction === true ? wired(step, name) : [],
      ),
    )
  if (predicted.length > 0) return refs(predicted)
  const used = new Set(steps.flatMap(sourcesOf).map((source) => source.path))
  const ends = steps.filter(
    (step) => !used.has(step.path) && ['layer', 'function', 'input'].includes(step.definition.role),
  )
  return ends.flatMap((step) =>
    Object.keys(step.outputs)
      .slice(0, 1)
      .map((port) => ({ path: step.path, port })),
  )
}

function inputs(
  byPath: ReadonlyMap<Path, PlanStep>,
  steps: readonly PlanStep[],
  ends: readonly Ref[],
): Ref[] {
  const afterInput = new Set<Path>()
  for (const step of steps) {
    const before = sourcesOf(step).some(
      ({ path }) => afterInput.has(path) || byPath.get(path)?.definition.role === 'input',
    )
    if (before) afterInput.add(step.path)
  }
  const found = new Map<string, Ref>()
  const seen = new Set<string>()
  const open = [...ends]
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const key = `${ref.path}:${ref.port}`
    const step = byPath.get(ref.path)
    if (seen.has(key) || step === undefined) continue
    seen.add(key)
    const sources = sourcesOf(step)
    if (sources.length === 0 || (step.definition.role === 'input' && !afterInput.has(step.path)))
      found.set(key, ref)
    else open.push(...refs(sources))
  }
  const place = new Map(steps.map((step, index) => [step.path, index]))
  return [...found.values()].sort(
    (a, b) => (place.get(a.path) ?? 0) - (place.get(b.path) ?? 0) || (a.port < b.port ? -1 : 1),
  )
}

/** Ends of the model. `steps` must be in order of execution. */
export function modelEnds(
  byPath: ReadonlyMap<Path, PlanStep>,
  steps: readonly PlanStep[],
): { inputs: Ref[]; outputs: Ref[] } {
  const ends = outputs(steps)
  return { inputs: inputs(byPath, steps, ends), outputs: ends }
}
