/**
 * Where a list or a sentence stands that speaks of a place on the graph: beside it and wholly on the canvas, and there
 * again whenever the camera or the size of the canvas changes. Past React, from numbers that are known already.
 */
import { useStoreApi } from '@xyflow/react'
import { useLayoutEffect, type RefObject } from 'react'
import type { Box } from '../state/card-size'
import type { Scene } from '../state/scene'

/** What is spoken of, in units of the document: a point, or from one side of a card to the other. */
export interface Anchor {
  readonly left: number
  readonly right: number
  readonly top: number
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels between what is spoken of and what speaks of it, and to the edge of the canvas. */
const gap = 10
const margin = 8

function inside(at: number, size: number, room: number): number {
  return Math.max(margin, Math.min(at, room - size - margin))
}

/** Left and top in pixels: to the right, where there is no room to the left, and over it where there is none either. */
export function besideAnchor(
  anchor: Anchor,
  view: Scene['view'],
  size: Size,
  canvas: Size,
): readonly [number, number] {
  const onScreen = (x: number) => x * view.zoom + view.x
  const right = onScreen(anchor.right) + gap
  const left = onScreen(anchor.left) - gap - size.width
  const fits = right + size.width <= canvas.width - margin || left < margin
  return [
    inside(fits ? right : left, size.width, canvas.width),
    inside(anchor.top * view.zoom + view.y, size.height, canvas.height),
  ]
}

/** Left and top in pixels: below a card, where there is no room above it. */
export function belowCard(
  card: Box,
  view: Scene['view'],
  size: Size,
  canvas: Size,
): readonly [number, number] {
  const below = (card.y + card.height) * view.zoom + view.y + gap
  const above = card.y * view.zoom + view.y - gap - size.height
  const fits = below + size.height <= canvas.height - margin || above < margin
  return [
    inside(card.x * view.zoom + view.x, size.width, canvas.width),
    inside(fits ? below : above, size.height, canvas.height),
  ]
}

/** Keeps an element beside its anchor. Its size is read once: it must not jump while one types and its list grows short. */
export function useBeside(element: RefObject<HTMLElement | null>, anchor: Anchor, scene: Scene): void {
  const flow = useStoreApi()
  useLayoutEffect(() => {
    const shown = element.current
    if (shown === null) return
    const size = { width: shown.offsetWidth, height: shown.offsetHeight }
    let last: unknown = null
    const place = () => {
      if (scene.view === last) return
      last = scene.view
      const [left, top] = besideAnchor(anchor, scene.view, size, flow.getState())
      shown.style.left = `${left}px`
      shown.style.top = `${top}px`
    }
    place()
    return scene.subscribe(place)
  }, [element, anchor, scene, flow])
}
