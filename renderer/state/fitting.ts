/** What the open graph says of nodes that are not in it yet: what they would be held against, and whether they fit. */
import { accepts } from '../../engine/analyse/kinds'
import { inferNode } from '../../engine/analyse/infer'
import { initialParams, type Catalogue, type Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import type { PortRef } from './editor-types'
import type { OpenGraph } from './open-graph'

export interface Target extends PortRef {
  readonly spec: Spec
}

/** The targets of the data, where the graph has one kind of them only. */
export function onlyTarget({ document, analysis }: OpenGraph, catalogue: Catalogue): Target | null {
  const targets = Object.entries(document.nodes).flatMap(([node, { type }]) => {
    if (catalogue.get(type)?.role !== 'data') return []
    const outputs = Object.entries(analysis.plan.byPath.get(node)?.outputs ?? {})
    return outputs.flatMap(([port, spec]) => (spec.kind === 'target' ? [{ node, port, spec }] : []))
  })
  const [only, second] = targets
  return only !== undefined && second === undefined ? only : null
}

/** A loss or a metric, which judge a prediction by a target. */
export function isJudge({ role, inputs }: Definition): boolean {
  const target = inputs['target']
  return (role === 'loss' || role === 'metric') && target !== undefined && accepts(target, 'target')
}

/** What a wire into the first input of a fresh node would be told, or null where it fits or cannot be known. */
export function misfit(definition: Definition, spec: Spec | undefined, target: Target | null): string | null {
  const needed = Object.entries(definition.inputs).filter(([, port]) => port.optional !== true)
  const [first, second, third] = needed
  if (spec === undefined || first === undefined || first[1].list === true || third !== undefined) return null
  const judged = second?.[0] === 'target' && target !== null && isJudge(definition)
  if (second !== undefined && !judged) return null
  const inputs = { [first[0]]: spec, ...(judged ? { target: target.spec } : {}) }
  const inferred = inferNode(definition, initialParams(definition), inputs)
  return typeof inferred === 'string' ? inferred : null
}
