/**
 * Bypassed nodes and instances: what they hand on in place of what they would make.
 */
import type { Spec } from '../../nodes/kit/spec'
import { rerouteType } from '../graph/document'
import { warning, type FlatNode } from './flat'
import { byKey, follow, type ShapeContext, type State, type Value } from './gather'
import { inferNode, type InputSpecs } from './infer'
import { checkParams } from './params'

/** What a definition would have put out, for choosing the input that fits; null where it cannot be known. */
function wouldGive(node: FlatNode, specs: InputSpecs): Readonly<Record<string, Spec>> | null {
  if (node.definition === null) return null
  const checked = checkParams(node.definition, node.node, node.params)
  if ('fault' in checked) return null
  const required = Object.entries(node.definition.inputs).filter(([, port]) => port.optional !== true)
  if (required.some(([name]) => specs[name] === undefined)) return null
  const inferred = inferNode(node.definition, checked.params, specs)
  return typeof inferred === 'string' ? null : inferred.outputs
}

/**
 * Bypass: every output hands on the first input that fits. Of an instance, that is the input of the same name, else
 * the first wired one; of a node, the first wired one (in the order of its ports) of the kind that the output has.
 */
export function bypassNode(context: ShapeContext, node: FlatNode): State {
  const ports =
    node.definition === null ? [...node.inputs.keys()].sort() : Object.keys(node.definition.inputs)
  const values = new Map<string, Value[]>()
  let because: string | null = null
  let broken = false
  for (const port of ports) {
    const found: Value[] = []
    for (const link of [...(node.inputs.get(port) ?? [])].sort(byKey)) {
      const value = follow(context, node, link)
      if (value === 'failed') broken = true
      else if ('off' in value) because = value.off
      else found.push(value)
    }
    if (found.length > 0) values.set(port, found)
  }
  const all = [...values.values()].flat()
  if (all.length === 0) {
    if (broken) return { kind: 'failed' }
    context.problems.push(
      warning(
        node.path,
        node.node.type === rerouteType
          ? `${node.name} has no wire to hand on; what hangs on it is left out.`
          : `${node.name} is bypassed, but has no input to hand on; what hangs on it is left out.`,
      ),
    )
    return { kind: 'off', because: because ?? node.name }
  }
  const specs: Record<string, Spec | readonly Spec[]> = {}
  for (const [port, [first, ...rest]] of values) {
    if (first !== undefined)
      specs[port] =
        node.definition?.inputs[port]?.list === true
          ? [first, ...rest].map((value) => value.spec)
          : first.spec
  }
  const would = wouldGive(node, specs)
  return {
    kind: 'ready',
    output: (port) => {
      const same = node.definition === null ? values.get(port)?.[0] : undefined
      const wanted = would?.[port]?.kind
      return same ?? all.find((value) => wanted === undefined || value.spec.kind === wanted) ?? all[0]
    },
  }
}
