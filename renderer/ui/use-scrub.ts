/** Dragging over a label to change its number. */
import { useEffect, useRef, type PointerEvent } from 'react'

export interface ScrubHandlers {
  onPointerDown(event: PointerEvent<HTMLElement>): void
}

interface ScrubOptions {
  readonly value: number
  begin(): void
  move(start: number, pixels: number): void
  commit(): void
  cancel(): void
}

/** Dragging over the label changes the number: one undo entry; Escape takes it back. */
export function useScrub(options: ScrubOptions): ScrubHandlers {
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  return {
    onPointerDown(event) {
      if (event.button !== 0) return
      const label: HTMLElement = event.currentTarget
      const startX = event.clientX
      const start = latest.current.value
      let moved = false
      label.setPointerCapture(event.pointerId)
      const abort = new AbortController()
      const listen = { signal: abort.signal }
      label.addEventListener(
        'pointermove',
        (move: globalThis.PointerEvent) => {
          const pixels = move.clientX - startX
          if (!moved && Math.abs(pixels) < 3) return
          if (!moved) {
            moved = true
            latest.current.begin()
          }
          latest.current.move(start, pixels)
        },
        listen,
      )
      const end = (commit: boolean) => {
        abort.abort()
        if (!moved) return
        if (commit) latest.current.commit()
        else latest.current.cancel()
        // The click that follows a drag must not put the caret into the field.
        label.addEventListener('click', (click) => click.preventDefault(), { once: true })
      }
      label.addEventListener('pointerup', () => end(true), listen)
      label.addEventListener('pointercancel', () => end(false), listen)
      window.addEventListener('keydown', (key) => key.key === 'Escape' && end(false), listen)
    },
  }
}
