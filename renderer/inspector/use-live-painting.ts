/** A canvas of a view that is painted anew when numbers of the run arrive, the moment moves or the run changes. */
import { useEffect, useRef, type RefObject } from 'react'
import type { Path } from '../../engine/graph/document'
import type { TensorName } from '../../engine/session/look'
import { createPainting, type Surface } from '../ui/painting'
import { useStores, type Stores } from '../ui/stores'
import { strings } from '../ui/strings'
import { createTurn } from '../ui/turns'

export interface LiveCanvas {
  readonly context: CanvasRenderingContext2D
  readonly surface: Surface
}

export interface LiveHandlers {
  paint(canvas: LiveCanvas): void
  /** Where the pointer is, or null when it left. Answers whether something changed. */
  point?(x: number, y: number, surface: Surface): boolean
  leave?(): boolean
  click?(): void
  /** Answers whether the key meant something. */
  key?(key: string): boolean
}

/** The handlers may be others at every render; the canvas stays. */
export function useLivePainting(
  canvas: RefObject<HTMLCanvasElement | null>,
  handlers: LiveHandlers,
): RefObject<(() => void) | null> {
  const { session, moment } = useStores()
  const latest = useRef(handlers)
  const again = useRef<(() => void) | null>(null)
  useEffect(() => {
    latest.current = handlers
    again.current?.()
  })
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null) return
    const painting = createPainting(element, (surface) => latest.current.paint({ context, surface }))
    const { schedule } = painting
    again.current = schedule
    const events = new AbortController()
    const on = { signal: events.signal }
    const point = (event: PointerEvent) => {
      if (latest.current.point?.(event.offsetX, event.offsetY, painting.surface()) === true) schedule()
    }
    element.addEventListener('pointermove', point, on)
    element.addEventListener('pointerdown', point, on)
    element.addEventListener(
      'pointerleave',
      () => {
        if (latest.current.leave?.() === true) schedule()
      },
      on,
    )
    element.addEventListener('click', () => latest.current.click?.(), on)
    element.addEventListener(
      'keydown',
      (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || latest.current.key?.(event.key) !== true) return
        event.preventDefault()
        event.stopPropagation()
        schedule()
      },
      on,
    )
    const turn = createTurn(schedule)
    const stops = [
      turn.stop,
      session.onNumbers(turn.ask),
      session.store.subscribe(schedule),
      moment.subscribe(schedule),
    ]
    return () => {
      for (const stop of stops) stop()
      events.abort()
      painting.stop()
      again.current = null
    }
  }, [canvas, session, moment])
  return again
}

/** Writes into the page, past React. */
export function write(element: HTMLElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text
}

/** Why there is nothing of a tensor to show. */
export function waitingWords(
  { session }: Stores,
  { path, tensor }: { readonly path: Path; readonly tensor: TensorName },
): string {
  const absent = session.run()?.looks.isAbsent(path, tensor) === true
  return absent ? strings.inspect.nothingSeen : strings.inspect.waiting
}

/** Shows one of a part and the words in its place. */
export function showEither(part: HTMLElement | null, instead: HTMLElement | null, there: boolean): void {
  if (part !== null) part.hidden = !there
  if (instead !== null) instead.hidden = there
}
