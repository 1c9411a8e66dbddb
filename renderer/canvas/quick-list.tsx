/**
 * A list at the cursor: a few letters, arrows, Enter. It adds nodes, wires them, replaces them and offers quick fixes; what
 * it offers and what a choice does is the asker's.
 */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { strings } from '../ui/strings'
import type { Ask, Choice } from './asks'

const words = strings.canvas

interface QuickListProps {
  readonly ask: Ask
  /** Place inside the canvas, in pixels. */
  readonly x: number
  readonly y: number
  onDone(): void
}

export function QuickList({ ask, x, y, onDone }: QuickListProps) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const id = useId()
  const found = useMemo(() => ask.find(query), [ask, query])
  const at = Math.min(active, found.length - 1)
  const chosen = found[at]

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active])

  function choose(choice: Choice | undefined): void {
    if (choice === undefined || choice.disabled === true) return
    onDone()
    choice.choose()
  }

  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation()
    if (event.key === 'Escape' || event.key === 'Tab') onDone()
    else if (event.key === 'ArrowDown') setActive(Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(at - 1, 0))
    else if (event.key === 'Enter') choose(chosen)
    else return
    event.preventDefault()
  }

  return (
    <div className="quick-search" style={{ left: x, top: y }} role="dialog" aria-label={ask.title}>
      {ask.message !== undefined && <p className="quick-message">{ask.message}</p>}
      <input
        className="input"
        autoFocus
        value={query}
        placeholder={ask.title}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${at}`}
        aria-label={ask.title}
        onChange={(event) => {
          setQuery(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (
            event.relatedTarget === null ||
            event.currentTarget.parentElement?.contains(event.relatedTarget) !== true
          )
            onDone()
        }}
      />
      <ul id={`${id}-list`} ref={list} role="listbox" aria-label={words.results}>
        {found.map((choice, index) => (
          <li
            key={choice.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            aria-disabled={choice.disabled}
            className={`quick-item quick-${choice.family ?? 'none'}`}
            // Pressing the mouse must not take the focus from the field, which would close the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(choice)}
          >
            <span className="quick-words">
              <span>{choice.title}</span>
              {choice.detail !== undefined && <small>{choice.detail}</small>}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="quick-nothing">{query === '' ? ask.none : words.nothingFound}</p>}
    </div>
  )
}
