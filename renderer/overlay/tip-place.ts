/** Where a tip stands: beside what it speaks of, never over it. */
import type { Box } from '../state/card-size'

const gap = 10
const margin = 8

interface Size {
  readonly width: number
  readonly height: number
}

function inside(at: number, size: number, room: number): number {
  return Math.max(margin, Math.min(at, room - size - margin))
}

type Place = readonly [left: number, top: number]

/** To the right of a card, else to the left, else below or above; all in pixels of the canvas. */
export function besideBox(box: Box, tip: Size, canvas: Size): Place {
  const right = box.x + box.width + gap
  const left = box.x - gap - tip.width
  const top = inside(box.y, tip.height, canvas.height)
  if (right + tip.width <= canvas.width - margin) return [right, top]
  if (left >= margin) return [left, top]
  return belowBox(box, tip, canvas)
}

/** Below the place on a wire, which mostly runs to the right, else above. */
export function belowBox(box: Box, tip: Size, canvas: Size): Place {
  const below = box.y + box.height + gap
  const above = box.y - gap - tip.height
  const fitsBelow = below + tip.height <= canvas.height - margin || above < margin
  return [inside(box.x, tip.width, canvas.width), fitsBelow ? below : above]
}
