/** What "Tidy up" asks for: places for cards, found by a layout library in a worker of its own. */
import type { NodeId } from '../../engine/graph/document'
import type { Box } from './card-size'

/** A wire as far as the layout knows it. */
export interface LayoutWire {
  readonly from: readonly [NodeId, ...unknown[]]
  readonly to: readonly [NodeId, ...unknown[]]
}

/** New places of these cards, around the middle that they have now; wires to other cards do not count. */
export type Layout = (
  cards: ReadonlyMap<NodeId, Box>,
  wires: readonly LayoutWire[],
) => Promise<ReadonlyMap<NodeId, readonly [number, number]>>
