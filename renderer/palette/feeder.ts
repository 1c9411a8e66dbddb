/** What a node that is added by a click or Enter comes after, and which output it is wired to. */
import { blockType, type NodeId } from '../../engine/graph/document'
import type { Graph } from '../../engine/graph/edit'
import type { Catalogue, Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import type { PortRef } from '../state/editor-types'
import type { OpenGraph } from '../state/open-graph'

/** What a new node of this type comes after: the one selected node, with the output that it takes. */
export function feederOf(
  open: OpenGraph,
  selected: ReadonlySet<NodeId>,
  catalogue: Catalogue,
  definition: Definition,
): {
  readonly at: readonly [number, number]
  readonly output?: PortRef
  readonly spec?: Spec | undefined
} | null {
  const { document } = open
  const [only] = selected
  if (selected.size !== 1 || only === undefined) return null
  const source = judgedBy(document, catalogue, only, definition) ?? only
  const node = document.nodes[source]
  if (node === undefined) return null
  const input = Object.values(definition.inputs)[0]
  const accepted = input?.accepts ?? ['tensor']
  const output = Object.entries(outputsOf(open, catalogue, source)).find(([, spec]) =>
    accepted.includes(spec?.kind ?? 'tensor'),
  )
  if (input === undefined || output === undefined) return { at: node.at }
  return { at: node.at, output: { node: source, port: output[0] }, spec: output[1] }
}

/** Outputs of a node by their names; without a spec where it is not known, because something before it is missing yet. */
function outputsOf(
  { document, analysis }: OpenGraph,
  catalogue: Catalogue,
  id: NodeId,
): Readonly<Record<string, Spec | undefined>> {
  const { byPath } = analysis.plan
  const step = byPath.get(id)
  if (step !== undefined && Object.keys(step.outputs).length > 0) return step.outputs
  const node = document.nodes[id]
  if (node?.type === blockType) {
    const { block, repeat } = node.params as { block: string; repeat: number }
    const last = repeat > 1 ? `${id}/${repeat - 1}` : id
    const ends = Object.entries(document.blocks[block]?.outputs ?? {})
    return Object.fromEntries(
      ends.map(([name, [inner, port]]) => [name, byPath.get(`${last}/${inner}`)?.outputs[port]]),
    )
  }
  const definition = catalogue.get(node?.type ?? '')
  if (definition?.role !== 'layer' && definition?.role !== 'function') return {}
  return Object.fromEntries(Object.keys(definition.outputs).map((name) => [name, undefined]))
}

/** A metric that is added after a loss judges what the loss judges: the node that feeds it. */
function judgedBy(
  { nodes, wires }: Graph,
  catalogue: Catalogue,
  selected: NodeId,
  { role }: Definition,
): NodeId | null {
  const judges = (of: Definition['role'] | undefined) => of === 'loss' || of === 'metric'
  if (!judges(role) || !judges(catalogue.get(nodes[selected]?.type ?? '')?.role)) return null
  const fed = Object.values(wires).find(({ to }) => to[0] === selected && to[1] !== 'target')
  return fed?.from[0] ?? null
}
