/**
 * A list at the cursor: a few letters, arrows, Enter. It adds nodes, wires them, replaces them and offers quick fixes; what
 * it offers and what a choice does is the asker's.
 */
import { useRef, type KeyboardEvent } from 'react'
import { ListMore } from '../ui/list-more'
import { useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import { useSearchList } from '../ui/use-search-list'
import type { Ask, Choice } from './asks'
import { useBeside, type Anchor } from './popup-place'

const words = strings.canvas

interface QuickListProps {
  readonly ask: Ask
  readonly anchor: Anchor
  onDone(): void
}

export function QuickList({ ask, anchor, onDone }: QuickListProps) {
  const { scene } = useStores()
  const element = useRef<HTMLDivElement>(null)
  useBeside(element, anchor, scene)

  function choose(choice: Choice | undefined): void {
    if (choice === undefined || choice.disabled === true) return
    onDone()
    choice.choose()
  }
  const { query, found, take, field, list, item, below, showMore } = useSearchList(ask.find, choose)

  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation()
    if (event.key !== 'Escape' && event.key !== 'Tab') take(event)
    else {
      event.preventDefault()
      onDone()
    }
  }

  return (
    <div ref={element} className="quick-search" role="dialog" aria-label={ask.title}>
      {ask.message !== undefined && <p className="quick-message">{ask.message}</p>}
      <input
        {...field}
        placeholder={ask.title}
        aria-label={ask.title}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (
            event.relatedTarget === null ||
            event.currentTarget.parentElement?.contains(event.relatedTarget) !== true
          )
            onDone()
        }}
      />
      <div className="list-box">
        <ul {...list} aria-label={words.results}>
          {found.map((choice, index) => (
            <li
              key={choice.id}
              {...item(index)}
              aria-disabled={choice.disabled}
              className={`quick-item quick-${choice.family ?? 'none'}`}
            >
              <span className="quick-words">
                <span>{choice.title}</span>
                {choice.detail !== undefined && <small>{choice.detail}</small>}
              </span>
            </li>
          ))}
        </ul>
        <ListMore below={below} onShow={showMore} />
      </div>
      {found.length === 0 && <p className="quick-nothing">{query === '' ? ask.none : words.nothingFound}</p>}
    </div>
  )
}
