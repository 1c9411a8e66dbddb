/**
 * A canvas that is painted over the graph, and reaches a little further than the window onto it. While only the camera
 * slides, what has been painted slides with it, and the painter comes back when the camera rests or has gone too far.
 */
import type { Scene } from '../state/scene'
import { createPainting, type LivePainting, type Surface } from './painting'

export interface SceneSurface extends Surface {
  /** Of the scene, from this canvas's own corner. */
  readonly view: Scene['view']
}

/** How far the canvas reaches over each edge, in CSS pixels (`.paint-layer`). */
const margin = 96

/** Milliseconds after the last move. */
const rest = 150

export function createScenePainting(
  canvas: HTMLCanvasElement,
  scene: Scene,
  paint: (surface: SceneSurface) => void,
): LivePainting {
  let painted = scene.view
  let timer: ReturnType<typeof setTimeout> | undefined
  const painting = createPainting(canvas, (surface) => {
    clearTimeout(timer)
    painted = scene.view
    const { x, y, zoom } = painted
    paint({ ...surface, view: { x: x + margin, y: y + margin, zoom } })
    canvas.style.transform = ''
  })
  const stop = scene.subscribe((what) => {
    const { x, y, zoom } = scene.view
    const [across, down] = [x - painted.x, y - painted.y]
    if (what !== 'view' || zoom !== painted.zoom || Math.max(Math.abs(across), Math.abs(down)) > margin) {
      painting.schedule()
      return
    }
    canvas.style.transform = `translate(${across}px,${down}px)`
    clearTimeout(timer)
    if (across !== 0 || down !== 0) timer = setTimeout(painting.schedule, rest)
  })
  return {
    ...painting,
    stop() {
      stop()
      clearTimeout(timer)
      painting.stop()
    },
  }
}
