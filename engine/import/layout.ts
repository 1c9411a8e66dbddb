/**
 * Places for the nodes of a graph that came without any: columns from left to right by the longest way from a source,
 * rows in the order in which the nodes came.
 */
import type { Document, NodeId } from '../graph/document'

/** Room for a card and the gap after it, in canvas units. */
const [columnWidth, rowHeight] = [260, 160]

type Graph = Pick<Document, 'nodes' | 'wires'>

/** Column of every node: one more than the last node before it. Wires of a loop are passed over. */
function columns({ nodes, wires }: Graph): ReadonlyMap<NodeId, number> {
  const before = new Map<NodeId, NodeId[]>(Object.keys(nodes).map((id) => [id, []]))
  for (const { from, to } of Object.values(wires)) before.get(to[0])?.push(from[0])
  const found = new Map<NodeId, number>()
  const open = new Set<NodeId>()
  const stack = Object.keys(nodes).reverse()
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const sources = before.get(id) ?? []
    const waiting = sources.filter((source) => !found.has(source) && !open.has(source))
    open.add(id)
    if (waiting.length > 0 && !found.has(id)) {
      stack.push(...waiting)
      continue
    }
    stack.pop()
    open.delete(id)
    if (!found.has(id)) found.set(id, Math.max(-1, ...sources.map((source) => found.get(source) ?? -1)) + 1)
  }
  return found
}

/** The same nodes, each in a place of its own. */
export function layOut(graph: Graph): Document['nodes'] {
  const column = columns(graph)
  const rows = new Map<number, number>()
  return Object.fromEntries(
    Object.entries(graph.nodes).map(([id, node]) => {
      const across = column.get(id) ?? 0
      const down = rows.get(across) ?? 0
      rows.set(across, down + 1)
      return [id, { ...node, at: [across * columnWidth, down * rowHeight] }]
    }),
  )
}
