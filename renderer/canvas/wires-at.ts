/** Which wire passes a place: for dropping a node on it and for cutting it. Paths come from the scene, tests from a canvas that is never shown. */
import type { WireId } from '../../engine/graph/document'
import type { Scene } from '../state/scene'

/** How near a node's middle must come, in document units. */
const reach = 24
/** Between two tests along a stroke. */
const pace = 3

const paths = new Map<string, Path2D>()
let board: CanvasRenderingContext2D | null = null

function pathOf(d: string): Path2D {
  let path = paths.get(d)
  if (path === undefined) {
    if (paths.size > 2000) paths.clear()
    paths.set(d, (path = new Path2D(d)))
  }
  return path
}

function within(d: string, x: number, y: number, distance: number): boolean {
  board ??= document.createElement('canvas').getContext('2d')
  if (board === null) return false
  board.lineWidth = 2 * distance
  return board.isPointInStroke(pathOf(d), x, y)
}

/** The wire whose path passes near, or null. */
export function wireAt(scene: Scene, x: number, y: number, fits: (id: WireId) => boolean): WireId | null {
  for (const [id, { d }] of scene.wires) if (within(d, x, y, reach) && fits(id)) return id
  return null
}

/** Wires that a stroke crosses; points in document units. */
export function wiresCrossed(
  scene: Scene,
  stroke: readonly (readonly [number, number])[],
): readonly WireId[] {
  const points = stroke.flatMap(([x, y], index) => {
    const [px, py] = stroke[index - 1] ?? [x, y]
    const parts = Math.max(1, Math.ceil(Math.hypot(x - px, y - py) / pace))
    return Array.from({ length: parts }, (_, part) => {
      const share = (part + 1) / parts
      return [px + (x - px) * share, py + (y - py) * share] as const
    })
  })
  return [...scene.wires].filter(([, { d }]) => points.some(([x, y]) => within(d, x, y, 2))).map(([id]) => id)
}
