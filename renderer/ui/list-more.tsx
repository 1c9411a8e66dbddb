/** Over the end of a list that goes on out of sight: it fades, and says how many follow. A press shows them. */
import { ChevronDown } from 'lucide-react'
import { strings } from './strings'

interface ListMoreProps {
  readonly below: number
  onShow(): void
}

export function ListMore({ below, onShow }: ListMoreProps) {
  if (below === 0) return null
  return (
    // A screen reader counts the entries itself, and the keys of the list reach them all.
    <button
      type="button"
      className="list-more"
      tabIndex={-1}
      aria-hidden
      // The focus stays in the field.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onShow}
    >
      <ChevronDown size={13} />
      {strings.lists.more(below)}
    </button>
  )
}
