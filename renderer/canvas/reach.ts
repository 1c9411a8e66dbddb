/** Paths of wires from nodes and edges alone, before anything is drawn, and how far a graph reaches with them. */
import type { Box } from '../state/card-size'
import type { CanvasNode, CardNode, WireEdge } from './flow-elements'
import { handleSize, wirePath, type WirePath } from './geometry'

/** A card, and where it stands. */
export type Placed = Pick<CardNode, 'position' | 'data'>

/** Where a wire begins and ends; null where one of its ports is gone. */
export function endsBetween(
  from: Placed,
  to: Placed,
  edge: WireEdge,
): readonly [x1: number, y1: number, x2: number, y2: number] | null {
  const start = endAt(from, 'outputs', edge.sourceHandle)
  const end = endAt(to, 'inputs', edge.targetHandle)
  return start === null || end === null ? null : [...start, ...end]
}

/** Where wires meet a port of a card, which for React Flow is the outer edge of its square; null where it is gone. */
export function endAt(
  { position, data: { model, places } }: Placed,
  side: 'inputs' | 'outputs',
  port: string | null | undefined,
): readonly [x: number, y: number] | null {
  const height = places[side][model[side].findIndex(({ name }) => name === port)]
  if (height === undefined) return null
  const out = handleSize / 2
  return [side === 'outputs' ? position.x + places.width + out : position.x - out, position.y + height]
}

/** The path of a wire between its two cards; null where one of its ports is gone. */
export function pathBetween(from: Placed, to: Placed, edge: WireEdge): WirePath | null {
  const ends = endsBetween(from, to, edge)
  return ends === null ? null : wirePath(...ends, edge.data?.lane ?? null, edge.data?.label ?? '')
}

/** All that cards, frames and the wires between them cover; null where there is nothing. */
export function reachOf(nodes: readonly CanvasNode[], edges: readonly WireEdge[]): Box | null {
  const cards = new Map<string, CardNode>()
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  function cover({ x, y, width, height }: Box): void {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  for (const node of nodes) {
    if (node.type === 'card') cards.set(node.id, node)
    cover({ ...node.position, width: node.width ?? 0, height: node.height ?? 0 })
  }
  for (const edge of edges) {
    const from = cards.get(edge.source)
    const to = cards.get(edge.target)
    const path = from === undefined || to === undefined ? null : pathBetween(from, to, edge)
    if (path !== null) cover(path.box)
  }
  return left === Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top }
}
