/**
 * A number of the run as text. It is written into the page at most five times a second, past React, so that a run costs
 * no render; with nothing to show it is empty.
 */
import { useEffect, useRef } from 'react'
import type { Run } from '../../engine/session/runs'
import { useStores } from './stores'

interface LiveTextProps {
  read(run: Run): string
  readonly className?: string
  readonly title?: string
}

/** Milliseconds between two writings. */
const pace = 200

export function LiveText({ read, className, title }: LiveTextProps) {
  const element = useRef<HTMLSpanElement>(null)
  useLiveNumbers((run) => {
    const text = run === null ? '' : read(run)
    if (element.current !== null && element.current.textContent !== text) element.current.textContent = text
  })
  return <span ref={element} className={className} title={title} />
}

/** Calls back at once, and then at most five times a second while numbers arrive. The last numbers are never lost. */
export function useLiveNumbers(show: (run: Run | null) => void): void {
  const { session, moment } = useStores()
  const latest = useRef(show)
  useEffect(() => {
    latest.current = show
    show(session.run())
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    let last = 0
    const paint = () => {
      timer = null
      last = performance.now()
      latest.current(session.run())
    }
    const schedule = () => {
      timer ??= setTimeout(paint, Math.max(0, last + pace - performance.now()))
    }
    const stops = [session.onNumbers(schedule), moment.subscribe(schedule)]
    return () => {
      for (const stop of stops) stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [session, moment])
}
