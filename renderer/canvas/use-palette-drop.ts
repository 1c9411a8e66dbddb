/** Types dragged from the palette: onto a wire they are inserted, anywhere else added. */
import { useReactFlow } from '@xyflow/react'
import type { DragEvent, RefObject } from 'react'
import type { WireId } from '../../engine/graph/document'
import { cardWidth } from '../state/card-size'
import { nodeDragType } from '../state/view'
import { useStores } from '../ui/stores'
import type { useAsking } from './use-asking'
import { lightWire } from './use-landing'
import { wireAt } from './wires-at'

export function usePaletteDrop(root: RefObject<HTMLDivElement | null>, asking: ReturnType<typeof useAsking>) {
  const { editor, scene } = useStores()
  const flow = useReactFlow()
  function wireUnder(event: DragEvent): WireId | null {
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    const { wires } = editor.store.getState().open.document
    return wireAt(scene, at.x, at.y, (id) => Object.hasOwn(wires, id))
  }
  return {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes(nodeDragType)) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
      lightWire(root.current, wireUnder(event))
    },
    onDragLeave() {
      lightWire(root.current, null)
    },
    onDrop(event: DragEvent) {
      const type = event.dataTransfer.getData(nodeDragType)
      if (type === '') return
      event.preventDefault()
      lightWire(root.current, null)
      const wire = wireUnder(event)
      const definition = editor.catalogue.get(type)
      const through = definition?.role === 'layer' || definition?.role === 'function'
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
      if (wire !== null && through)
        editor.actions.insertType(wire, type, [Math.round(at.x - cardWidth / 2), Math.round(at.y - 39)])
      else asking.place(type, event.clientX, event.clientY, null)
    },
  }
}
