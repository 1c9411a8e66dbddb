/** Cutting wires with one stroke: Alt and the mouse over the empty canvas. The stroke is drawn past React. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'
import type { Editor } from '../state/editor-types'
import type { Scene } from '../state/scene'
import { wiresCrossed } from './wires-at'

export function useStroke(
  editor: Editor,
  scene: Scene,
  root: RefObject<HTMLElement | null>,
  line: RefObject<SVGPolylineElement | null>,
): void {
  const flow = useReactFlow()
  useEffect(() => {
    const element = root.current
    if (element === null) return
    const board: HTMLElement = element
    let points: (readonly [number, number])[] | null = null

    function draw(): void {
      const box = board.getBoundingClientRect()
      const text = (points ?? []).map(([x, y]) => `${x - box.left},${y - box.top}`).join(' ')
      line.current?.setAttribute('points', text)
    }
    function isPane(event: MouseEvent): boolean {
      const { target } = event
      return target instanceof Element && target.closest('.react-flow__node, .react-flow__panel') === null
    }
    function down(event: PointerEvent): void {
      if (!event.altKey || event.button !== 0 || !isPane(event)) return
      event.stopPropagation()
      points = [[event.clientX, event.clientY]]
    }
    /** React Flow pans on this one. */
    function mouseDown(event: MouseEvent): void {
      if (points !== null) event.stopPropagation()
    }
    function move(event: PointerEvent): void {
      if (points === null) return
      points.push([event.clientX, event.clientY])
      draw()
    }
    function up(): void {
      if (points === null) return
      const stroke = points.map(([x, y]) => {
        const at = flow.screenToFlowPosition({ x, y })
        return [at.x, at.y] as const
      })
      points = null
      draw()
      const cut = wiresCrossed(scene, stroke)
      if (cut.length > 0) editor.actions.disconnect(cut)
    }
    const stopping = new AbortController()
    const { signal } = stopping
    board.addEventListener('pointerdown', down, { capture: true, signal })
    board.addEventListener('mousedown', mouseDown, { capture: true, signal })
    window.addEventListener('pointermove', move, { signal })
    window.addEventListener('pointerup', up, { signal })
    return () => stopping.abort()
  }, [editor, scene, root, line, flow])
}
