/** A field whose letters choose from a list below it: what was found, which is lit, how many are out of sight, keys. */
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ChangeEvent,
  type KeyboardEvent,
} from 'react'

/** Pixels at the end of a list that the line which counts the others lies on (`.list-more`). */
const coveredEnd = 24

/** Entries that one does not see before one scrolls: those of which not half is left. */
function countBelow(list: HTMLElement): number {
  const end = list.getBoundingClientRect().bottom
  const isEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 1
  if (isEnd) return 0
  let count = 0
  for (const entry of [...list.children].toReversed()) {
    const { top, bottom } = entry.getBoundingClientRect()
    if ((top + bottom) / 2 <= end - coveredEnd) break
    count += 1
  }
  return count
}

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
  const [below, setBelow] = useState(0)
  const countAgain = () => setBelow(list.current === null ? 0 : countBelow(list.current))
  useLayoutEffect(countAgain, [found])
  useEffect(() => {
    const shown = list.current
    if (shown === null) return
    // Within a dialog it has no size yet.
    const sized = new ResizeObserver(() => setBelow(countBelow(shown)))
    sized.observe(shown)
    return () => sized.disconnect()
  }, [])

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [at])

  /** The last entry, this way, that is in sight together with the one that is lit. */
  function pageFrom(way: 1 | -1): number {
    const entries = [...(list.current?.children ?? [])].map((entry) => entry.getBoundingClientRect())
    const here = entries[at]
    const room = (list.current?.clientHeight ?? 0) - coveredEnd
    let to = at + way
    for (let next = entries[to + way]; next !== undefined && here !== undefined; next = entries[to + way]) {
      if (Math.max(next.bottom, here.bottom) - Math.min(next.top, here.top) > room) break
      to += way
    }
    return to
  }
  function light(index: number): void {
    setActive(Math.max(0, Math.min(index, found.length - 1)))
  }

  /** Whether the key was one of the list's. */
  function take(event: KeyboardEvent): boolean {
    if (event.key === 'ArrowDown') light(at + 1)
    else if (event.key === 'ArrowUp') light(at - 1)
    else if (event.key === 'PageDown') light(pageFrom(1))
    else if (event.key === 'PageUp') light(pageFrom(-1))
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
    list: { id: `${id}-list`, ref: list, role: 'listbox', onScroll: countAgain },
    /** How many follow out of sight, and the way to them by the mouse. */
    below,
    showMore: () => list.current?.scrollBy({ top: list.current.clientHeight - 2 * coveredEnd }),
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
