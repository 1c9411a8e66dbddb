/**
 * Wishes that panels and commands have of the canvas (fit, zoom, show a node), and what they need to know of it. The
 * canvas listens and answers; nobody else knows how it draws.
 */
import type { NodeId } from '../../engine/graph/document'

export type ViewRequest =
  | { readonly kind: 'fit' | 'fit-selection' | 'zoom-in' | 'zoom-out' | 'zoom-reset' }
  | { readonly kind: 'reveal'; readonly node: NodeId }

/** What the canvas knows and others ask. */
export interface ViewProbe {
  /** Middle of what is visible, in document coordinates. */
  centre(): readonly [number, number]
}

export interface View {
  request(request: ViewRequest): void
  /** For the canvas: answers how to stop. */
  attach(handler: (request: ViewRequest) => void, probe: ViewProbe): () => void
  centre(): readonly [number, number]
}

/** Type of a drag that carries a node type from the palette to the canvas. */
export const nodeDragType = 'application/x-wiregrad-node'

export function createView(): View {
  let handler: ((request: ViewRequest) => void) | null = null
  let probe: ViewProbe | null = null
  return {
    request(request) {
      handler?.(request)
    },
    attach(nextHandler, nextProbe) {
      handler = nextHandler
      probe = nextProbe
      return () => {
        if (handler === nextHandler) handler = null
        if (probe === nextProbe) probe = null
      }
    },
    centre() {
      return probe?.centre() ?? [0, 0]
    },
  }
}
