/**
 * Deletes nodes and closes the gaps: what fed a node feeds what hung on it, where that fits. It is what people mean when
 * they delete a node in the middle of a chain.
 */
import type { BlockId, Document, NodeId, Wire } from './document'
import { graphOf, removeNodes, type End, type Graph } from './edit'
import { compareKeys } from './keys'

/** Whether a wire between two nodes that stay may be drawn. */
export type Fits = (from: End, to: End) => boolean

/** The first wire into each node, in the order of its ports. */
function sources(
  graph: Graph,
  gone: ReadonlySet<NodeId>,
  ports: (id: NodeId) => readonly string[],
): Map<NodeId, End> {
  const found = new Map<NodeId, End>()
  for (const id of gone) {
    const into = Object.values(graph.wires).filter((wire) => wire.to[0] === id)
    const order = ports(id)
    const place = (wire: Wire) => {
      const at = order.indexOf(wire.to[1])
      return at === -1 ? order.length : at
    }
    const [first] = into.toSorted((a, b) => place(a) - place(b) || compareKeys(a.to[2] ?? '', b.to[2] ?? ''))
    if (first !== undefined) found.set(id, [first.from[0], first.from[1]])
  }
  return found
}

/** Takes the nodes out. `ports`: names of a node's inputs, in their order. */
export function removeHealing(
  draft: Document,
  block: BlockId | null,
  ids: Iterable<NodeId>,
  ports: (id: NodeId) => readonly string[],
  fits: Fits,
): void {
  const graph = graphOf(draft, block)
  const gone = new Set([...ids].filter((id) => Object.hasOwn(graph.nodes, id)))
  const first = sources(graph, gone, ports)

  /** What stands before a chain of nodes that go; null where nothing does. */
  function origin(id: NodeId): End | null {
    const seen = new Set<NodeId>()
    let at: NodeId = id
    for (;;) {
      const from = first.get(at)
      if (from === undefined || seen.has(at)) return null
      if (!gone.has(from[0])) return from
      seen.add(at)
      at = from[0]
    }
  }

  for (const wire of Object.values(graph.wires)) {
    if (!gone.has(wire.from[0]) || gone.has(wire.to[0])) continue
    const from = origin(wire.from[0])
    if (from !== null && fits(from, [wire.to[0], wire.to[1]])) wire.from = [from[0], from[1]]
  }
  const owner = block === null ? undefined : draft.blocks[block]
  for (const [name, [node]] of Object.entries(owner?.outputs ?? {})) {
    const from = gone.has(node) ? origin(node) : null
    if (owner !== undefined && from !== null) owner.outputs[name] = [from[0], from[1]]
  }
  removeNodes(draft, block, gone)
}
