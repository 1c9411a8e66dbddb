/**
 * What a drag of nodes may become at its end: dropped on a wire a node is inserted (the wire is lit before), with Alt a
 * copy is left there instead of moving.
 */
import type { OnNodeDrag } from '@xyflow/react'
import { useMemo, useRef, type RefObject } from 'react'
import type { NodeId, WireId } from '../../engine/graph/document'
import type { Editor } from '../state/editor-types'
import type { Scene } from '../state/scene'
import type { Places } from './flow-elements'
import type { StillNode } from './still'
import { wireAt } from './wires-at'

export interface Landing {
  readonly onNodeDragStart: OnNodeDrag<StillNode>
  readonly onNodeDrag: OnNodeDrag<StillNode>
  readonly onNodeDragStop: OnNodeDrag<StillNode>
  /** Asked with the last places of a drag; true where it became something else than a move. */
  take(places: Places): boolean
}

/** Lights the wire on which a drop would insert. */
export function lightWire(root: HTMLElement | null, id: WireId | null): void {
  for (const element of root?.querySelectorAll<SVGElement>('.react-flow__edge[data-lit]') ?? [])
    if (element.dataset['id'] !== id) delete element.dataset['lit']
  if (id === null) return
  const element = root?.querySelector<SVGElement>(`.react-flow__edge[data-id="${id}"]`)
  if (element !== null && element !== undefined) element.dataset['lit'] = 'yes'
}

export function useLanding(editor: Editor, scene: Scene, root: RefObject<HTMLElement | null>): Landing {
  const onto = useRef<{ readonly wire: WireId; readonly node: NodeId } | null>(null)
  const copying = useRef(false)
  return useMemo(() => {
    function clear(): void {
      onto.current = null
      lightWire(root.current, null)
    }
    return {
      onNodeDragStart(event) {
        clear()
        copying.current = event.altKey
        root.current?.classList.toggle('canvas-copying', event.altKey)
      },
      onNodeDrag(_event, node, nodes) {
        clear()
        if (nodes.length !== 1 || node.type !== 'card' || copying.current) return
        const x = node.position.x + (node.width ?? 0) / 2
        const y = node.position.y + (node.height ?? 0) / 2
        const wire = wireAt(scene, x, y, (id) => editor.throughPorts(id, node.id) !== null)
        if (wire === null) return
        onto.current = { wire, node: node.id }
        lightWire(root.current, wire)
      },
      onNodeDragStop() {
        root.current?.classList.remove('canvas-copying')
        // The last places may come after this.
        requestAnimationFrame(() => {
          clear()
          copying.current = false
        })
      },
      take(places) {
        const landing = onto.current
        const [first] = places
        if (landing !== null && first !== undefined)
          return editor.actions.insertOnWire(landing.wire, landing.node, places.get(landing.node))
        if (!copying.current || first === undefined) return false
        const [id, [x, y]] = first
        const at = editor.store.getState().open.document.nodes[id]?.at
        if (at === undefined) return false
        editor.actions.duplicateSelection({ offset: [x - at[0], y - at[1]] })
        return true
      },
    }
  }, [editor, scene, root])
}
