/**
 * The camera while the hand drags it. React Flow asks every card and wire at every move of its camera whether it shows
 * something else, and draws its overview anew; but a drag changes nothing that they show. So we hold the camera: a move
 * of the hand is written to the few elements that stand for it, and React Flow hears of it when the hand lets go.
 */
import { useStoreApi, type OnMove, type Transform, type Viewport } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, type RefObject } from 'react'
import type { Scene } from '../state/scene'
import { restForCamera } from '../ui/turns'

/** Between two dots of the canvas, at zoom 1. */
export const dotGap = 20

/** Given once and never changed: that it is given makes React Flow leave its camera to us. */
const held: Viewport = { x: 0, y: 0, zoom: 1 }

interface Moved {
  readonly viewport: HTMLElement | null
  readonly dots: SVGElement | null
  /** Where its dots began. */
  readonly from: readonly [x: number, y: number]
  readonly mask: Element | null
  /** When the overview was shown last. */
  shown: number
}

/** Milliseconds between two looks of the overview: each lays all of it out anew. */
const overviewPace = 100

function movedIn(root: HTMLElement, [x, y]: Transform): Moved {
  return {
    viewport: root.querySelector<HTMLElement>('.react-flow__viewport'),
    dots: root.querySelector<SVGElement>('.react-flow__background'),
    from: [x, y],
    mask: root.querySelector('.react-flow__minimap-mask'),
    shown: 0,
  }
}

/** How far the dots lie from where they began: never more than one of them to the left or up, where they reach further. */
const shift = (by: number, gap: number): number => (by % gap) - (by % gap > 0 ? gap : 0)

function show(moved: Moved, [x, y, zoom]: Transform, width: number, height: number): void {
  const { viewport, dots, from, mask } = moved
  if (viewport !== null) viewport.style.transform = `translate(${x}px,${y}px) scale(${zoom})`
  const gap = dotGap * zoom
  if (dots !== null)
    dots.style.transform = `translate(${shift(x - from[0], gap)}px,${shift(y - from[1], gap)}px)`
  const now = performance.now()
  if (mask === null || now - moved.shown < overviewPace) return
  moved.shown = now
  const wide = width / zoom
  // Its outer edge is React Flow's, and another one after a zoom.
  const edge = mask.getAttribute('d')?.match(/^[^z]*z/)?.[0] ?? ''
  mask.setAttribute('d', `${edge} M${-x / zoom},${-y / zoom}h${wide}v${height / zoom}h${-wide}z`)
}

/**
 * React Flow takes its listener to the wheel away and adds it again whenever a setting or a key of its changes. For the
 * browser the canvas then blocks scrolling no more, and blocks it again, and all that lies in it is painted anew: 17,000
 * objects of 1,000 nodes. Beside a second listener there is never none, and nothing to paint.
 */
function stayingWheel(root: HTMLElement | null): () => void {
  const renderer = root?.querySelector('.react-flow__renderer')
  const nothing = () => {}
  renderer?.addEventListener('wheel', nothing, { passive: false })
  return () => renderer?.removeEventListener('wheel', nothing)
}

const isDragged = (event: Parameters<OnMove>[0]): boolean =>
  event !== null && ('touches' in event || (event.type !== 'wheel' && event.buttons !== 0))

export interface Hand {
  /** For React Flow. */
  readonly camera: {
    readonly viewport: Viewport
    readonly onViewportChange: (viewport: Viewport) => void
    readonly onMoveStart: OnMove
    readonly onMove: OnMove
    readonly onMoveEnd: OnMove
  }
  /** Tells React Flow where the camera is, for whoever asks it. */
  readonly settle: () => void
}

/**
 * `shield` is an empty layer over the nodes, there while the canvas is dragged: it spares the hit test of every wire.
 * `always`: React Flow hears of every move, since it puts into the page what comes into view.
 */
export function useHand(
  root: RefObject<HTMLElement | null>,
  shield: RefObject<HTMLElement | null>,
  scene: Scene,
  always: boolean,
): Hand {
  const flow = useStoreApi()
  const holding = useRef<Moved | null>(null)
  const ahead = useRef<Transform | null>(null)
  const settle = useCallback(() => {
    const transform = ahead.current
    ahead.current = null
    if (transform === null) return
    flow.setState({ transform })
    if (holding.current === null) return
    const { dots } = holding.current
    if (dots !== null) dots.style.transform = ''
    holding.current = { ...holding.current, from: [transform[0], transform[1]] }
  }, [flow])
  useEffect(() => {
    // Before anybody hears of the press: where it is, React Flow reckons from its camera.
    addEventListener('pointerdown', settle, true)
    return () => removeEventListener('pointerdown', settle, true)
  }, [settle])
  useEffect(() => stayingWheel(root.current), [root])
  useEffect(() => {
    if (!always) return
    settle()
    holding.current = null
  }, [always, settle])
  const camera = useMemo(
    () => ({
      viewport: held,
      onMoveStart(event: Parameters<OnMove>[0]) {
        // Nobody's hand: a button or a key of ours.
        if (event !== null && !always && root.current !== null)
          holding.current = movedIn(root.current, flow.getState().transform)
      },
      onViewportChange({ x, y, zoom }: Viewport) {
        const { transform, width, height } = flow.getState()
        const next: Transform = [x, y, zoom]
        ahead.current = next
        if (holding.current === null || zoom !== transform[2]) {
          settle()
          return
        }
        show(holding.current, next, width, height)
        scene.setView({ x, y, zoom })
        restForCamera()
      },
      onMove(event: Parameters<OnMove>[0]) {
        // Not before the first move, so that a click reaches what lies under it; and never while wheeling.
        if (shield.current !== null && event !== null && /^(mouse|pointer)/.test(event.type))
          shield.current.hidden = false
        // The end of a gesture before it let go of this one.
        if (holding.current === null && !always && root.current !== null && isDragged(event))
          holding.current = movedIn(root.current, flow.getState().transform)
      },
      onMoveEnd() {
        const { width, height } = flow.getState()
        if (holding.current !== null && ahead.current !== null)
          show({ ...holding.current, shown: 0 }, ahead.current, width, height)
        settle()
        holding.current = null
        if (shield.current !== null) shield.current.hidden = true
      },
    }),
    [flow, root, shield, scene, always, settle],
  )
  return { camera, settle }
}
