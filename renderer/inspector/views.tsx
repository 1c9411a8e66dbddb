/** The views of a node as tabs: its settings, and what goes on in it. */
import { useId, type KeyboardEvent, type ReactNode } from 'react'
import { strings } from '../ui/strings'
import { views, type View } from './tensors'

const words = strings.inspect

interface ViewsProps {
  readonly view: View
  onView(view: View): void
  readonly children: ReactNode
}

export function Views({ view, onView, children }: ViewsProps) {
  const id = useId()
  function turn(event: KeyboardEvent<HTMLDivElement>): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const next = views[(views.indexOf(view) + by + views.length) % views.length] ?? view
    onView(next)
    document.getElementById(`${id}-${next}`)?.focus()
  }
  return (
    <>
      <div className="views" role="tablist" aria-label={words.views} onKeyDown={turn}>
        {views.map((each) => (
          <button
            key={each}
            id={`${id}-${each}`}
            type="button"
            role="tab"
            className="views-tab"
            aria-selected={each === view}
            aria-controls={`${id}-panel`}
            tabIndex={each === view ? 0 : -1}
            onClick={() => onView(each)}
          >
            {words.tabs[each]}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${view}`}>
        {children}
      </div>
    </>
  )
}
