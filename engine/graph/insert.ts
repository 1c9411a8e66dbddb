/** Puts a node into a wire, and moves what comes after it aside where there is no room. */
import type { Catalogue } from '../../nodes/kit/define'
import type { BlockId, Document, NodeId, WireId } from './document'
import { connect, graphOf, type Graph } from './edit'

export interface Ports {
  readonly input: string
  readonly output: string
}

/** The wire ends at the node, and goes on from it; the order in a list port stays. */
export function insertOnWire(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  wire: WireId,
  node: NodeId,
  ports: Ports,
): boolean {
  const graph = graphOf(draft, block)
  const there = graph.wires[wire]
  if (there === undefined || graph.nodes[node] === undefined) return false
  if (there.from[0] === node || there.to[0] === node) return false
  const from: [NodeId, string] = [there.from[0], there.from[1]]
  there.from = [node, ports.output]
  connect(draft, block, catalogue, from, [node, ports.input])
  return true
}

/** Everything that a node leads to, without itself. */
function after(graph: Graph, start: NodeId): Set<NodeId> {
  const seen = new Set<NodeId>()
  const open = [start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const wire of Object.values(graph.wires)) {
      if (wire.from[0] !== id || seen.has(wire.to[0]) || wire.to[0] === start) continue
      seen.add(wire.to[0])
      open.push(wire.to[0])
    }
  }
  return seen
}

/**
 * Moves what the node leads to to the right until the nearest of it stands `room` behind the node's left edge; what
 * stands to the left of the node (a row that returns) stays.
 */
export function makeRoom(draft: Document, block: BlockId | null, node: NodeId, room: number): void {
  const graph = graphOf(draft, block)
  const here = graph.nodes[node]
  if (here === undefined) return
  const following = [...after(graph, node)].flatMap((id) => {
    const there = graph.nodes[id]
    return there === undefined || there.at[0] + room / 2 < here.at[0] ? [] : [there]
  })
  const direct = Object.values(graph.wires)
    .filter((wire) => wire.from[0] === node)
    .flatMap((wire) => graph.nodes[wire.to[0]] ?? [])
    .filter((there) => following.includes(there))
  const nearest = Math.min(...direct.map((there) => there.at[0]))
  const missing = here.at[0] + room - nearest
  if (!Number.isFinite(missing) || missing <= 0) return
  for (const there of following) there.at = [there.at[0] + missing, there.at[1]]
}
