/**
 * What cards and wires show. React Flow looks through all nodes and wires whenever one of them is another object, and then
 * asks each that is in the page; but most edits move nothing and change what a few of them say. So it hears only of places
 * (`still.ts`), and each card and wire listens here for its own words.
 */
import { createContext, useCallback, useContext, useState, useSyncExternalStore } from 'react'
import type { CardNode, WireData } from './flow-elements'

export type CardFace = CardNode['data']

export interface Faces<Face> {
  readonly get: (id: string) => Face | undefined
  readonly subscribe: (id: string, listener: () => void) => () => void
  /** All there are now; whoever shows one that is another object hears of it. */
  readonly take: (next: ReadonlyMap<string, Face>) => void
}

export function createFaces<Face>(): Faces<Face> {
  let faces: ReadonlyMap<string, Face> = new Map()
  const listeners = new Map<string, Set<() => void>>()
  return {
    get: (id) => faces.get(id),
    subscribe(id, listener) {
      const there = listeners.get(id) ?? new Set()
      listeners.set(id, there.add(listener))
      return () => {
        there.delete(listener)
        if (there.size === 0 && listeners.get(id) === there) listeners.delete(id)
      }
    },
    take(next) {
      const before = faces
      faces = next
      for (const [id, face] of next)
        if (before.get(id) !== face) for (const listener of listeners.get(id) ?? []) listener()
    },
  }
}

export interface CanvasFaces {
  readonly cards: Faces<CardFace>
  readonly wires: Faces<WireData>
}

export const FacesContext = createContext<CanvasFaces | null>(null)

export function useNewFaces(): CanvasFaces {
  const [faces] = useState(() => ({ cards: createFaces<CardFace>(), wires: createFaces<WireData>() }))
  return faces
}

function useFace<Face>(faces: Faces<Face> | undefined, id: string): Face | undefined {
  const subscribe = useCallback(
    (listener: () => void) => faces?.subscribe(id, listener) ?? (() => {}),
    [faces, id],
  )
  return useSyncExternalStore(subscribe, () => faces?.get(id))
}

/** What the card shows; nothing between the edit that takes it away and the frame in which React Flow does. */
export const useCardFace = (id: string) => useFace(useContext(FacesContext)?.cards, id)

export const useWireFace = (id: string) => useFace(useContext(FacesContext)?.wires, id)
