/**
 * Whether a press adds to what is selected. React Flow would follow the key itself, and ask every card and wire when it goes
 * down and when it comes up, for each shortcut that has it; so it is told when something on the canvas is pressed.
 */
import { useStoreApi } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'
import { mac } from '../ui/mac'

export function useSeveral(root: RefObject<HTMLElement | null>): void {
  const flow = useStoreApi()
  useEffect(() => {
    const element = root.current
    const told = (event: PointerEvent | KeyboardEvent) => {
      if (event instanceof KeyboardEvent && event.key !== 'Enter' && event.key !== ' ') return
      const multiSelectionActive = mac ? event.metaKey : event.ctrlKey
      if (flow.getState().multiSelectionActive !== multiSelectionActive)
        flow.setState({ multiSelectionActive })
    }
    element?.addEventListener('pointerdown', told, true)
    element?.addEventListener('keydown', told, true)
    return () => {
      element?.removeEventListener('pointerdown', told, true)
      element?.removeEventListener('keydown', told, true)
    }
  }, [flow, root])
}
