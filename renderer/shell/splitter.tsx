/** A line between two panels that can be dragged, or moved with the arrow keys. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { strings } from '../ui/strings'
import { useSettings, useStores } from '../ui/stores'

interface SplitterProps {
  readonly setting: 'paletteWidth' | 'inspectorWidth' | 'dockHeight'
  readonly label: string
  /** Which way makes the panel larger. */
  readonly grows: 'right' | 'left' | 'up'
  readonly min: number
  readonly max: number
}

export function Splitter({ setting, label, grows, min, max }: SplitterProps) {
  const { settings } = useStores()
  const size = useSettings((state) => state[setting])
  const start = useRef<{ readonly at: number; readonly size: number } | null>(null)
  const horizontal = grows === 'up'

  /** As it is seen: until it is moved, the style sheet decides. */
  function sizeOf(splitter: Element): number {
    const panel = splitter.parentElement
    return panel === null ? size : horizontal ? panel.offsetHeight : panel.offsetWidth
  }

  function set(next: number): void {
    settings.set({ [setting]: Math.max(min, Math.min(max, Math.round(next))) })
  }

  function onPointerDown(event: PointerEvent): void {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { at: horizontal ? event.clientY : event.clientX, size: sizeOf(event.currentTarget) }
  }

  function onPointerMove(event: PointerEvent): void {
    if (start.current === null) return
    const moved = (horizontal ? event.clientY : event.clientX) - start.current.at
    set(start.current.size + (grows === 'right' ? moved : -moved))
  }

  function onKeyDown(event: KeyboardEvent): void {
    const larger = { right: 'ArrowRight', left: 'ArrowLeft', up: 'ArrowUp' }[grows]
    const smaller = { right: 'ArrowLeft', left: 'ArrowRight', up: 'ArrowDown' }[grows]
    if (event.key === larger) set(sizeOf(event.currentTarget) + 16)
    else if (event.key === smaller) set(sizeOf(event.currentTarget) - 16)
    else return
    event.preventDefault()
  }

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation={horizontal ? 'horizontal' : 'vertical'}
      aria-label={strings.dock.resize(label)}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      className={`splitter splitter-${grows}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
      onKeyDown={onKeyDown}
    />
  )
}
