/**
 * A number of the run as text. It is written into the page at most five times a second, past React, so that a run costs
 * no render; with nothing to show it is empty.
 */
import { useEffect, useRef } from 'react'
import type { Run } from '../../engine/session/runs'
import { useStores } from './stores'
import { createTurn } from './turns'

interface LiveTextProps {
  read(run: Run): string
  readonly className?: string
  readonly title?: string
}

/** All texts are written in one turn: each lays the page out anew, and so does it for all. */
const waiting = new Set<() => void>()
const turn = createTurn(() => {
  const all = [...waiting]
  waiting.clear()
  for (const write of all) write()
}, 200)

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
    const write = () => latest.current(session.run())
    const ask = () => {
      waiting.add(write)
      turn.ask()
    }
    const stops = [session.onNumbers(ask), moment.subscribe(ask)]
    return () => {
      for (const stop of stops) stop()
      waiting.delete(write)
    }
  }, [session, moment])
}
