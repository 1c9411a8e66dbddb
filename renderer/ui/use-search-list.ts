/** A field whose letters choose from a list below it: what was found, which is lit, arrows and Enter. */
import { useEffect, useId, useMemo, useRef, useState, type ChangeEvent, type KeyboardEvent } from 'react'

/** `find` must keep its identity while what it finds for a query is the same. */
export function useSearchList<T>(
  find: (query: string) => readonly T[],
  choose: (found: T | undefined) => void,
) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const id = useId()
  const found = useMemo(() => find(query), [find, query])
  const at = Math.min(active, found.length - 1)

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [at])

  /** Whether the key was one of the list's. */
  function take(event: KeyboardEvent): boolean {
    if (event.key === 'ArrowDown') setActive(Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(at - 1, 0))
    else if (event.key === 'Enter') choose(found[at])
    else return false
    event.preventDefault()
    return true
  }

  return {
    query,
    found,
    at,
    take,
    field: {
      className: 'input',
      autoFocus: true,
      value: query,
      role: 'combobox',
      'aria-expanded': true,
      'aria-controls': `${id}-list`,
      'aria-activedescendant': at < 0 ? undefined : `${id}-${at}`,
      onChange: (event: ChangeEvent<HTMLInputElement>) => {
        setQuery(event.target.value)
        setActive(0)
      },
    },
    list: { id: `${id}-list`, ref: list, role: 'listbox' },
    item: (index: number) => ({
      id: `${id}-${index}`,
      role: 'option',
      'aria-selected': index === at,
      // Pressing the mouse must not take the focus from the field.
      onMouseDown: (event: { preventDefault(): void }) => event.preventDefault(),
      onClick: () => choose(found[index]),
    }),
  }
}
