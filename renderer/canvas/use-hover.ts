/** Tells the scene which wire or card the pointer is on, with one listener for all of them. */
import { useMemo, type PointerEvent } from 'react'
import type { Scene } from '../state/scene'

export interface Hover {
  readonly onPointerOver: (event: PointerEvent) => void
  readonly onPointerLeave: () => void
}

export function useHover(scene: Scene): Hover {
  return useMemo(
    () => ({
      onPointerOver(event) {
        if (!(event.target instanceof Element)) return
        const wire = event.target.closest<SVGElement>('.react-flow__edge')
        const card = wire === null ? event.target.closest<HTMLElement>('.react-flow__node-card') : null
        const id = (wire ?? card)?.dataset['id']
        if (id === undefined) scene.setHover(null)
        else if (scene.hover?.id !== id)
          scene.setHover({ kind: wire === null ? 'node' : 'wire', id, x: event.clientX, y: event.clientY })
      },
      onPointerLeave() {
        scene.setHover(null)
      },
    }),
    [scene],
  )
}
