/** The strip of open documents; it is there while there are several. */
import { X } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { strings } from '../ui/strings'
import { useEditor, useStores } from '../ui/stores'

const words = strings.panels

export function Tabs() {
  const { files } = useStores()
  const tabs = useStore(files.tabs, (state) => state.tabs)
  const active = useStore(files.tabs, (state) => state.active)
  const name = useEditor((state) => state.document.name)
  const dirty = useEditor((state) => state.dirty)
  const strip = useRef<HTMLDivElement>(null)
  // A tab that was opened beyond the edge of the strip is brought into it.
  useEffect(() => {
    strip.current
      ?.querySelector('[data-selected="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [active, tabs.length])
  if (tabs.length < 2) return null

  function onKeyDown(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === 1 || by === -1) {
      files.turnTab(by)
      requestAnimationFrame(() =>
        strip.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus(),
      )
    } else if (event.key === 'Delete') files.closeTab(active)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div ref={strip} className="tabs" role="tablist" aria-label={words.tabs} onKeyDown={onKeyDown}>
      {tabs.map((tab) => {
        const selected = tab.id === active
        const shown = selected ? name : tab.name
        const unsaved = selected ? dirty : tab.dirty
        return (
          <div key={tab.id} className="tab" data-selected={selected}>
            <button
              type="button"
              role="tab"
              aria-selected={selected}
              tabIndex={selected ? 0 : -1}
              className="tab-name"
              onClick={() => files.showTab(tab.id)}
            >
              <span className="tab-title">{shown}</span>
              {unsaved && <span className="tab-dirty" role="img" aria-label={strings.app.unsaved} />}
            </button>
            <button
              type="button"
              className="tab-close"
              tabIndex={-1}
              aria-label={words.closeTab(shown)}
              onClick={() => files.closeTab(tab.id)}
            >
              <X size={13} aria-hidden />
            </button>
          </div>
        )
      })}
    </div>
  )
}
