/**
 * Places for the nodes of a graph that came without any: columns from left to right by the longest way from a source,
 * rows in the order in which the nodes came. A long way is broken into lines like a text, where a single wire has to find the
 * beginning of the next line, so that it fills a window and not a thread across it.
 */
import type { Document, NodeId } from '../graph/document'

/** Room for a card and the gap after it, in canvas units. */
const [columnWidth, rowHeight] = [280, 160]
/** Width to height of what is laid out, where it can be chosen: about that of a canvas. */
const wantedRatio = 2.4

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

/** The columns with which a line begins: the first, and others that no more than one wire leads to from those before. */
function lineStarts({ wires }: Graph, column: ReadonlyMap<NodeId, number>, most: number): readonly number[] {
  const count = Math.max(-1, ...column.values()) + 1
  const crossing = Array<number>(count).fill(0)
  for (const { from, to } of Object.values(wires))
    for (let at = (column.get(from[0]) ?? 0) + 1; at <= (column.get(to[0]) ?? 0); at += 1)
      crossing[at] = (crossing[at] ?? 0) + 1
  const away = (lines: number) =>
    Math.abs(
      Math.log((Math.ceil(count / lines) * columnWidth) / (lines * (most + 0.5) * rowHeight) / wantedRatio),
    )
  let lines = 1
  while (lines < count && away(lines + 1) < away(lines)) lines += 1
  const length = Math.ceil(count / lines)
  const starts = [0]
  for (let at = 1; at <= count - length / 2; at += 1)
    if (at - (starts.at(-1) ?? 0) >= length && (crossing[at] ?? 0) <= 1) starts.push(at)
  return starts
}

/** The same nodes, each in a place of its own. */
export function layOut(graph: Graph): Document['nodes'] {
  const column = columns(graph)
  const rows = new Map<number, number>()
  const down = new Map<NodeId, number>()
  for (const id of Object.keys(graph.nodes)) {
    const across = column.get(id) ?? 0
    down.set(id, rows.get(across) ?? 0)
    rows.set(across, (rows.get(across) ?? 0) + 1)
  }
  const starts = lineStarts(graph, column, Math.max(1, ...rows.values()))
  // Each line is as high as its highest column.
  const tops = [0]
  for (const [line, start] of starts.entries()) {
    const within = [...rows].filter(([at]) => at >= start && at < (starts[line + 1] ?? Infinity))
    tops.push((tops[line] ?? 0) + Math.max(1, ...within.map(([, count]) => count)) + 0.25)
  }
  return Object.fromEntries(
    Object.entries(graph.nodes).map(([id, node]) => {
      const across = column.get(id) ?? 0
      const line = starts.findLastIndex((start) => start <= across)
      const x = across - (starts[line] ?? 0)
      const y = (tops[line] ?? 0) + (down.get(id) ?? 0)
      return [id, { ...node, at: [x * columnWidth, y * rowHeight] }]
    }),
  )
}
