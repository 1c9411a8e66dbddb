/**
 * Nodes and wires as React Flow hears of them: where they are, where wires end and what is selected. What they say is not
 * in here (`faces.ts`), so that an edit that moves nothing gives the very lists of before, and React Flow does nothing.
 */
import type { Edge, Node as FlowNode, NodeHandle } from '@xyflow/react'
import type { CardModel } from './card-model'
import { sameEnds, type CanvasNode, type CardNode, type FrameNode, type WireEdge } from './flow-elements'

export type StillCard = FlowNode<{ readonly family: CardModel['family'] }, 'card'>
export type StillNode = StillCard | FrameNode
export type StillWire = Edge<Record<string, never>, 'wire'>

/** The list of before where nothing in it has changed. */
export function stillNodes(nodes: readonly CanvasNode[], before: StillNode[]): StillNode[] {
  return kept(nodes, before, (node, old) => {
    if (node.type === 'frame') return node
    if (old?.type === 'card' && sameCard(old, node)) return old
    const { data, ...rest } = node
    return { ...rest, data: { family: data.model.family } }
  })
}

export function stillWires(edges: readonly WireEdge[], before: StillWire[]): StillWire[] {
  return kept(edges, before, (edge, old) => {
    if (old !== undefined && sameWire(old, edge)) return old
    const { data: _, ...rest } = edge
    // A name that stays: React Flow would give one that follows its ends, and overwrite the wire's own.
    return { ...rest, ariaLabel: edge.id }
  })
}

function kept<From extends { readonly id: string }, To extends { readonly id: string }>(
  items: readonly From[],
  before: To[],
  still: (item: From, old: To | undefined) => To,
): To[] {
  let known: ReadonlyMap<string, To> | null = null
  const oldOf = (id: string, at: number) => {
    if (before[at]?.id === id) return before[at]
    known ??= new Map(before.map((item) => [item.id, item]))
    return known.get(id)
  }
  const made = items.map((item, at) => still(item, oldOf(item.id, at)))
  return made.length === before.length && made.every((item, at) => item === before[at]) ? before : made
}

function sameCard(a: StillCard, b: CardNode): boolean {
  return (
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.selected === b.selected &&
    a.selectable === b.selectable &&
    a.width === b.width &&
    a.height === b.height &&
    a.data.family === b.data.model.family &&
    sameHandles(a.handles ?? [], b.handles ?? [])
  )
}

function sameHandles(a: readonly NodeHandle[], b: readonly NodeHandle[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every((handle, at) => {
        const other = b[at]
        return (
          handle.id === other?.id &&
          handle.type === other?.type &&
          handle.x === other.x &&
          handle.y === other.y
        )
      }))
  )
}

function sameWire(a: StillWire, b: WireEdge): boolean {
  return sameEnds(a, b) && a.selected === b.selected && a.reconnectable === b.reconnectable
}
