/** Where one is inside blocks, and the way back out. */
import { ChevronRight } from 'lucide-react'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions } from '../ui/stores'

const words = strings.canvas

export function Breadcrumb() {
  const trail = useEditor((state) => state.open.trail)
  const name = useEditor((state) => state.document.name)
  const actions = useEditorActions()
  if (trail.length === 0) return null
  const way = trail.map(({ instance }) => instance)
  return (
    <nav className="breadcrumb" aria-label={words.breadcrumb}>
      <button type="button" className="button button-quiet" onClick={() => actions.enter([])}>
        {name}
      </button>
      {trail.map((entered, index) => (
        <span key={`${index} ${entered.instance}`}>
          <ChevronRight size={13} aria-hidden />
          {index === trail.length - 1 ? (
            <b aria-current="location">{entered.name}</b>
          ) : (
            <button
              type="button"
              className="button button-quiet"
              onClick={() => actions.enter(way.slice(0, index + 1))}
            >
              {entered.name}
            </button>
          )}
        </span>
      ))}
    </nav>
  )
}
