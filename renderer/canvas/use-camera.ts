/**
 * Everything that follows the camera without rendering: the level of detail as a class on the wrapper, the view told to
 * the scene, and the wishes of other panels (fit, zoom, show a node).
 */
import { getViewportForBounds, useReactFlow, useStoreApi } from '@xyflow/react'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { detailAt } from '../state/detail'
import type { Editor } from '../state/editor-types'
import type { Scene } from '../state/scene'
import type { AskKind, View } from '../state/view'
import { restForCamera } from '../ui/turns'
import { reachOf } from './reach'
import type { WholeGraph } from './use-elements'

/** A thousand nodes fit into a small window. */
export const leastZoom = 0.05

/** Room for what floats over the canvas. */
export const fitOptions = {
  padding: { top: '64px', bottom: '150px', left: '24px', right: '24px' },
  maxZoom: 1.4,
  minZoom: leastZoom,
} as const
const revealZoom = 0.9

export function useCamera(root: RefObject<HTMLElement | null>, scene: Scene): void {
  const flow = useStoreApi()
  useEffect(() => {
    let last: unknown = null
    const follow = () => {
      const { transform } = flow.getState()
      if (transform === last) return
      last = transform
      const [x, y, zoom] = transform
      const { detail } = scene
      const next = detailAt(zoom, detail)
      scene.setView({ x, y, zoom }, next)
      restForCamera()
      // Taken away and given back it would be the same, and yet restyle every card.
      if (next !== detail) root.current?.classList.replace(`canvas-${detail}`, `canvas-${next}`)
    }
    follow()
    return flow.subscribe(follow)
  }, [flow, root, scene])
}

/** Shows these nodes, or all of them, with the wires between them. */
type Fit = (duration?: number, among?: ReadonlySet<string>) => void

/** React Flow's own `fitView` counts nodes only, and so cuts the wires that go around them. */
function useShowing(
  whole: () => WholeGraph,
): (duration: number, among?: ReadonlySet<string>) => Promise<unknown> {
  const flow = useReactFlow()
  const api = useStoreApi()
  return useCallback(
    (duration, among) => {
      const { nodes, edges } = whole()
      const reach = reachOf(among === undefined ? nodes : nodes.filter(({ id }) => among.has(id)), edges)
      const { width, height } = api.getState()
      if (reach === null || width === 0 || height === 0) return flow.fitView({ ...fitOptions, duration })
      const { minZoom, maxZoom, padding } = fitOptions
      return flow.setViewport(getViewportForBounds(reach, width, height, minZoom, maxZoom, padding), {
        duration,
      })
    },
    [flow, api, whole],
  )
}

/**
 * Shows all of the graph. When the canvas changes its size that is done again for as long as nobody has moved the camera
 * since; otherwise what was in the middle stays there.
 */
export function useFit(settle: () => void, whole: () => WholeGraph): Fit {
  const flow = useReactFlow()
  const api = useStoreApi()
  const show = useShowing(whole)
  const fitted = useRef<readonly number[] | null>(null)
  // Of a fit that the hand interrupts, nobody says that it has ended.
  const onTheWay = useRef(0)
  const fit = useCallback(
    (duration = 0, among?: ReadonlySet<string>) => {
      if (among !== undefined) {
        void show(duration, among)
        return
      }
      onTheWay.current = performance.now() + duration + 100
      void show(duration).then(() => {
        onTheWay.current = 0
        fitted.current = api.getState().transform
      })
    },
    [show, api],
  )
  useEffect(() => {
    let { width, height } = api.getState()
    return api.subscribe((state) => {
      if (state.width === width && state.height === height) return
      const before = { width, height }
      ;({ width, height } = state)
      // The hand may hold the canvas.
      settle()
      const { transform } = api.getState()
      const untouched =
        performance.now() < onTheWay.current ||
        fitted.current?.every((value, index) => value === transform[index]) === true
      if (untouched) fit()
      else if (before.width > 0 && before.height > 0)
        void flow.setViewport({
          x: transform[0] + (width - before.width) / 2,
          y: transform[1] + (height - before.height) / 2,
          zoom: transform[2],
        })
    })
  }, [api, fit, flow, settle])
  return fit
}

/** Shares of all cards: with more in view than the first all of them are in the page, with fewer than the last only those. */
const mostInView = 0.6
const fewInView = 0.3
/** Milliseconds that the camera rests before that is asked. */
const cameraRest = 200

/**
 * Whether only what is in view is in the page. With few cards in view that is cheaper, for each element costs in every
 * frame; with nearly all of them it is dearer, since every move takes some out at one edge and makes others at the next.
 * `opened` names the graph on show: each begins with what is in view.
 */
export function useOnlyInView(many: boolean, opened: string, scene: Scene): boolean {
  const flow = useStoreApi()
  const [wholly, setWholly] = useState<string | null>(null)
  useEffect(() => {
    if (!many) return
    function look(): void {
      const { width, height } = flow.getState()
      const { x, y, zoom } = scene.view
      const isSeen = (start: number, size: number, shift: number, all: number) =>
        (start + size) * zoom + shift >= 0 && start * zoom + shift <= all
      let seen = 0
      for (const card of scene.cards.values())
        if (isSeen(card.x, card.width, x, width) && isSeen(card.y, card.height, y, height)) seen += 1
      const share = seen / scene.cards.size
      if (share > mostInView) setWholly(opened)
      else if (share < fewInView) setWholly(null)
    }
    let last: unknown = null
    let timer: ReturnType<typeof setTimeout> | undefined
    function follow(): void {
      if (scene.view === last) return
      last = scene.view
      clearTimeout(timer)
      timer = setTimeout(look, cameraRest)
    }
    follow()
    const stop = scene.subscribe(follow)
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [many, opened, scene, flow])
  return many && wholly !== opened
}

export function useViewRequests(
  view: View,
  editor: Editor,
  root: RefObject<HTMLElement | null>,
  fit: Fit,
  ask: (what: AskKind) => void,
  pointer: () => readonly [number, number] | null,
  settle: () => void,
): void {
  const flow = useReactFlow()
  const api = useStoreApi()
  useEffect(() => {
    const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160
    function isInView(x: number, y: number, wide: number, high: number): boolean {
      const { width, height, transform } = api.getState()
      const [left, top, zoom] = transform
      const isWithin = (start: number, size: number, all: number) => start >= 0 && start + size * zoom <= all
      return isWithin(x * zoom + left, wide, width) && isWithin(y * zoom + top, high, height)
    }
    /** Its graph may only just have been opened: then the page shows it with the next frame, after its own fit. */
    function reveal(id: string, onlyIfOutside: boolean, tries = 3): void {
      const node = flow.getInternalNode(id)
      if (node === undefined) {
        if (tries > 0)
          requestAnimationFrame(() => requestAnimationFrame(() => reveal(id, onlyIfOutside, tries - 1)))
        return
      }
      const { x, y } = node.internals.positionAbsolute
      if (onlyIfOutside && isInView(x, y, node.width ?? 0, node.height ?? 0)) return
      const zoom = onlyIfOutside ? flow.getZoom() : Math.max(flow.getZoom(), revealZoom)
      void flow.setCenter(x + (node.width ?? 0) / 2, y + (node.height ?? 0) / 2, { zoom, duration })
    }
    return view.attach(
      (request) => {
        settle()
        switch (request.kind) {
          case 'fit':
            fit(duration)
            break
          case 'fit-selection': {
            const { nodes } = editor.store.getState().selection
            fit(duration, nodes.size === 0 ? undefined : nodes)
            break
          }
          case 'zoom-in':
            void flow.zoomIn({ duration })
            break
          case 'zoom-out':
            void flow.zoomOut({ duration })
            break
          case 'zoom-reset':
            void flow.zoomTo(1, { duration })
            break
          case 'reveal':
            reveal(request.node, false)
            break
          case 'keep-in-view':
            reveal(request.node, true)
            break
          case 'ask':
            ask(request.what)
            break
          case 'focus':
            root.current?.focus()
            break
        }
      },
      {
        centre() {
          settle()
          const { width, height, transform } = api.getState()
          return [(width / 2 - transform[0]) / transform[2], (height / 2 - transform[1]) / transform[2]]
        },
        pointer() {
          const at = pointer()
          if (at === null) return null
          settle()
          const { x, y } = flow.screenToFlowPosition({ x: at[0], y: at[1] })
          return [x, y]
        },
      },
    )
  }, [flow, api, view, editor, root, fit, ask, pointer, settle])
}
