/**
 * The search at the cursor: a few letters, Enter places the node. After a wire was dropped on the empty canvas it offers
 * what takes the wire, and the choice is wired.
 */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Catalogue } from '../../nodes/kit/define'
import { findTypes, type LooseEnd } from './search'
import { strings } from '../ui/strings'

const words = strings.canvas

export interface QuickSearchProps {
  readonly catalogue: Catalogue
  /** Place inside the canvas, in pixels. */
  readonly x: number
  readonly y: number
  readonly end: LooseEnd | null
  readonly onChoose: (type: string) => void
  readonly onClose: () => void
}

export function QuickSearch({ catalogue, x, y, end, onChoose, onClose }: QuickSearchProps) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const id = useId()
  const found = useMemo(() => findTypes(catalogue, query, end), [catalogue, query, end])
  const chosen = found[Math.min(active, found.length - 1)]

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active])

  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation()
    if (event.key === 'Escape' || event.key === 'Tab') onClose()
    else if (event.key === 'ArrowDown') setActive((at) => Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setActive((at) => Math.max(at - 1, 0))
    else if (event.key === 'Enter' && chosen !== undefined) onChoose(chosen.definition.type)
    else return
    event.preventDefault()
  }

  return (
    <div
      className="quick-search"
      style={{ left: x, top: y }}
      role="dialog"
      aria-label={end === null ? words.search : words.searchFits}
    >
      <input
        className="input"
        autoFocus
        value={query}
        placeholder={end === null ? words.searchHint : words.searchFits}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.definition.type}`}
        aria-label={words.search}
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
            onClose()
        }}
      />
      <ul id={`${id}-list`} ref={list} role="listbox" aria-label={words.results}>
        {found.map(({ definition }) => (
          <li
            key={definition.type}
            id={`${id}-${definition.type}`}
            role="option"
            aria-selected={definition === chosen?.definition}
            className={`quick-item quick-${definition.family}`}
            // Pressing the mouse must not take the focus from the field, which would close the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(definition.type)}
          >
            <span>{definition.title}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className="quick-nothing">
          {query === '' && end !== null ? words.nothingFits : words.nothingFound}
        </p>
      )}
    </div>
  )
}
