/**
 * Wishes that panels and commands have of the canvas (fit, zoom, show a node), and what they need to know of it. The
 * canvas listens and answers; nobody else knows how it draws.
 */
import type { NodeId } from '../../engine/graph/document'

/** A list at the cursor: a node to add, the other end of a wire, another type, a quick fix. */
export type AskKind = 'add' | 'connect' | 'replace' | 'fix'

export type ViewRequest =
  | { readonly kind: 'fit' | 'fit-selection' | 'zoom-in' | 'zoom-out' | 'zoom-reset' }
  | { readonly kind: 'reveal' | 'keep-in-view'; readonly node: NodeId }
  | { readonly kind: 'ask'; readonly what: AskKind }
  | { readonly kind: 'focus' }

/** What the canvas knows and others ask. */
export interface ViewProbe {
  /** Middle of what is visible, in document coordinates. */
  centre(): readonly [number, number]
  /** Where the pointer is, in document coordinates; null while it is not over the canvas. */
  pointer(): readonly [number, number] | null
}

export interface View {
  request(request: ViewRequest): void
  /** For the canvas: answers how to stop. */
  attach(handler: (request: ViewRequest) => void, probe: ViewProbe): () => void
  centre(): readonly [number, number]
  pointer(): readonly [number, number] | null
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
    pointer() {
      return probe?.pointer() ?? null
    },
  }
}
