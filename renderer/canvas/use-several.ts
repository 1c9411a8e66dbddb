/**
 * Whether a click adds to what is selected. React Flow would follow the keys itself, and ask every card and wire when one goes
 * down and when it comes up, for each shortcut that has it; so it is told when something on the canvas is pressed.
 */
import { useStoreApi } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'
import { mac } from '../ui/mac'

export function useSeveral(root: RefObject<HTMLElement | null>): void {
  const flow = useStoreApi()
  useEffect(() => {
    const told = (event: MouseEvent | KeyboardEvent) => {
      if (!(event.target instanceof Node) || root.current?.contains(event.target) !== true) return
      if (event instanceof KeyboardEvent && event.key !== 'Enter' && event.key !== ' ') return
      const multiSelectionActive = event.shiftKey || (mac ? event.metaKey : event.ctrlKey)
      if (flow.getState().multiSelectionActive !== multiSelectionActive)
        flow.setState({ multiSelectionActive })
    }
    // Before React Flow hears of it, which keeps a press with Shift to itself. A screen reader clicks without a press.
    for (const type of ['pointerdown', 'click', 'keydown'] as const) addEventListener(type, told, true)
    return () => {
      for (const type of ['pointerdown', 'click', 'keydown'] as const) removeEventListener(type, told, true)
    }
  }, [flow, root])
}
