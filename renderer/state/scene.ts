/**
 * Where things are on the canvas right now, for whoever paints over it. The canvas writes it (many times a second while
 * panning or dragging), the overlay reads it in `requestAnimationFrame`; React takes no part.
 */
import type { NodeId, WireId } from '../../engine/graph/document'
import type { Detail, LabelLevel } from './detail'

export interface SceneCard {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface SceneWire {
  /** SVG path in document coordinates. */
  readonly d: string
  /** A place for what is larger than the gap between two cards: clear of both. */
  readonly x: number
  readonly y: number
  /** The shape it carries; empty where it is not known. */
  readonly label: string
  /** Where that is written in each size; null where there is no room for it. */
  readonly labels: Readonly<Record<LabelLevel, readonly [x: number, y: number] | null>>
}

/** What the pointer or the focus is on, with the place on the screen (client coordinates). */
export interface SceneHover {
  readonly kind: 'node' | 'wire'
  readonly id: string
  readonly x: number
  readonly y: number
}

export type SceneChange = 'view' | 'cards' | 'wires' | 'hover'

export interface Scene {
  /** Screen = document * zoom + (x, y), relative to the canvas's top left. */
  readonly view: { readonly x: number; readonly y: number; readonly zoom: number }
  /** How much of a card is written. */
  readonly detail: Detail
  readonly cards: ReadonlyMap<NodeId, SceneCard>
  readonly wires: ReadonlyMap<WireId, SceneWire>
  readonly hover: SceneHover | null
  /** Called after any change, with what it was; answers how to stop. */
  subscribe(listener: (what: SceneChange) => void): () => void
  /** For the canvas. */
  setView(view: Scene['view'], detail?: Detail): void
  setCards(cards: ReadonlyMap<NodeId, SceneCard>): void
  setWire(id: WireId, wire: SceneWire | null): void
  setHover(hover: SceneHover | null): void
}

export function createScene(): Scene {
  let view: Scene['view'] = { x: 0, y: 0, zoom: 1 }
  let detail: Detail = 'near'
  let cards: ReadonlyMap<NodeId, SceneCard> = new Map()
  let hover: SceneHover | null = null
  const wires = new Map<WireId, SceneWire>()
  const listeners = new Set<(what: SceneChange) => void>()
  const changed = (what: SceneChange) => {
    for (const listener of listeners) listener(what)
  }
  return {
    get view() {
      return view
    },
    get detail() {
      return detail
    },
    get cards() {
      return cards
    },
    get hover() {
      return hover
    },
    wires,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setView(next, nextDetail = detail) {
      view = next
      detail = nextDetail
      changed('view')
    },
    setCards(next) {
      cards = next
      changed('cards')
    },
    setWire(id, wire) {
      if (wire === null) wires.delete(id)
      else wires.set(id, wire)
      changed('wires')
    },
    setHover(next) {
      if (next === hover) return
      hover = next
      changed('hover')
    },
  }
}
