/**
 * Moving nodes. While a drag goes on, positions live here and not in the document; at its end they become one edit.
 * Arrow keys move the document at once, and a burst of them is one undo entry.
 */
import type { NodeChange } from '@xyflow/react'
import { useMemo, useRef, useState } from 'react'
import type { Editor } from '../state/editor-types'
import type { CanvasNode, Places } from './flow-elements'
import { strings } from '../ui/strings'

const words = strings.canvas

/** A pause this long ends a burst of arrow keys. */
const burstMilliseconds = 500

export interface Moving {
  /** Positions of what is being dragged, or null. */
  readonly places: Places | null
  take(changes: readonly NodeChange<CanvasNode>[]): void
}

export function useMoving(editor: Editor): Moving {
  const [places, setPlaces] = useState<Places | null>(null)
  const dragged = useRef<Places | null>(null)
  const burst = useRef<ReturnType<typeof setTimeout> | null>(null)

  const take = useMemo(() => {
    function show(next: Places | null) {
      dragged.current = next
      setPlaces(next)
    }

    function keyMove(moves: Places) {
      if (burst.current === null) editor.actions.beginGesture(words.move)
      else clearTimeout(burst.current)
      editor.actions.moveNodes(moves)
      burst.current = setTimeout(() => {
        burst.current = null
        editor.actions.commitGesture()
      }, burstMilliseconds)
    }

    return (changes: readonly NodeChange<CanvasNode>[]) => {
      const moves = new Map<string, readonly [number, number]>()
      let going = false
      let ended = false
      for (const change of changes) {
        if (change.type !== 'position') continue
        if (change.dragging === true) going = true
        else ended = true
        if (change.position !== undefined) moves.set(change.id, [change.position.x, change.position.y])
      }
      if (going) {
        show(new Map([...(dragged.current ?? []), ...moves]))
      } else if (ended && dragged.current !== null) {
        const final = new Map([...dragged.current, ...moves])
        show(null)
        editor.actions.moveNodes(changedOnly(final, editor))
      } else if (ended && moves.size > 0) {
        keyMove(moves)
      }
    }
  }, [editor])

  return useMemo(() => ({ places, take }), [places, take])
}

function changedOnly(places: Places, editor: Editor): Places {
  const { nodes } = editor.store.getState().document
  return new Map(
    [...places].filter(
      ([id, [x, y]]) => Object.hasOwn(nodes, id) && (nodes[id]?.at[0] !== x || nodes[id]?.at[1] !== y),
    ),
  )
}
