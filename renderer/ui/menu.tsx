/**
 * A button that opens a menu, after the ARIA menu-button pattern: arrows move, also between columns, Home and End jump,
 * Escape and a click outside close (the browser's own popover does both), focus returns to the button. The style sheet
 * hangs it on its button, so that it follows where the window changes its size.
 */
import { Check } from 'lucide-react'
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import './menu.css'

export interface MenuItem {
  readonly id: string
  readonly label: string
  readonly detail?: string
  readonly shortcut?: string
  readonly disabled?: boolean
  /** Makes it one of a choice. */
  readonly checked?: boolean
  run(): void
}

export type MenuEntry =
  | MenuItem
  | { readonly id: string; readonly heading: string }
  | { readonly id: string; readonly line: true }
  /** What follows stands beside what went before. */
  | { readonly id: string; readonly column: true }

/** The entries column by column. */
function columnsOf(entries: readonly MenuEntry[]): readonly (readonly MenuEntry[])[] {
  const columns: MenuEntry[][] = [[]]
  for (const entry of entries) {
    if ('column' in entry) columns.push([])
    else columns.at(-1)?.push(entry)
  }
  return columns
}

interface MenuProps {
  /** What the button shows. */
  readonly button: ReactNode
  readonly label: string
  /** What the button shows in words, where that is not its label: its name then holds both. */
  readonly value?: string
  readonly entries: readonly MenuEntry[]
  readonly className?: string
  readonly align?: 'start' | 'end'
  /** A sentence under the items. */
  readonly footer?: string
  onOpen?(): void
}

export function Menu({
  button,
  label,
  value,
  entries,
  className,
  align = 'start',
  footer,
  onOpen,
}: MenuProps) {
  const id = useId()
  const popover = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)

  function items(): HTMLElement[] {
    return [...(popover.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)') ?? [])]
  }

  function onKeyDown(event: KeyboardEvent): void {
    const all = items()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const aside = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const target =
      aside === undefined
        ? { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
        : besides(all, at, aside)
    if (event.key === 'Tab') popover.current?.hidePopover()
    if (target === undefined) return
    event.preventDefault()
    event.stopPropagation()
    all[(target + all.length) % all.length]?.focus()
  }

  return (
    <>
      <button
        type="button"
        className={`button ${className ?? ''}`}
        aria-label={value === undefined ? label : `${label}: ${value}`}
        aria-haspopup="menu"
        aria-expanded={open}
        title={label}
        popoverTarget={id}
      >
        {button}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className="menu"
        data-align={align}
        onKeyDown={onKeyDown}
        onToggle={(event) => {
          const opens = event.newState === 'open'
          // Its items must be there before one of them can have the focus.
          flushSync(() => setOpen(opens))
          if (!opens) return
          onOpen?.()
          const all = items()
          ;(all.find((item) => item.getAttribute('aria-checked') === 'true') ?? all[0])?.focus()
        }}
      >
        {open && (
          <div role="none" className="menu-columns">
            {columnsOf(entries).map((column, index) => (
              <div key={index} role="none" className="menu-column">
                {column.map((entry) => (
                  <Entry key={entry.id} entry={entry} close={() => popover.current?.hidePopover()} />
                ))}
              </div>
            ))}
          </div>
        )}
        {open && footer !== undefined && <p className="menu-footer">{footer}</p>}
      </div>
    </>
  )
}

/** Of the items in the column before or after, the one at the height of this. */
function besides(all: readonly HTMLElement[], at: number, step: number): number {
  const from = all[at]
  const columns = [...new Set(all.map((item) => item.parentElement))]
  const beside = columns[columns.indexOf(from?.parentElement ?? null) + step]
  const there = all.filter((item) => item.parentElement === beside)
  if (from === undefined || there.length === 0) return at
  const away = (item: HTMLElement) => Math.abs(item.offsetTop - from.offsetTop)
  return all.indexOf(there.reduce((best, item) => (away(item) < away(best) ? item : best)))
}

function Entry({ entry, close }: { readonly entry: MenuEntry; close(): void }) {
  if ('column' in entry) return null
  if ('line' in entry) return <div role="separator" className="menu-line" />
  if ('heading' in entry) return <div className="menu-heading section-title">{entry.heading}</div>
  const choice = entry.checked !== undefined
  return (
    <button
      type="button"
      role={choice ? 'menuitemradio' : 'menuitem'}
      aria-checked={choice ? entry.checked : undefined}
      disabled={entry.disabled}
      className="menu-item"
      tabIndex={-1}
      // The item that has the focus is the one that Tab would come back to.
      onFocus={({ currentTarget }) => (currentTarget.tabIndex = 0)}
      onBlur={({ currentTarget }) => (currentTarget.tabIndex = -1)}
      onClick={() => {
        close()
        entry.run()
      }}
    >
      {choice && (
        <span className="menu-check">{entry.checked === true && <Check size={14} aria-hidden />}</span>
      )}
      <span className="menu-words">
        <span>{entry.label}</span>
        {entry.detail !== undefined && <small>{entry.detail}</small>}
      </span>
      {entry.shortcut !== undefined && entry.shortcut !== '' && <kbd>{entry.shortcut}</kbd>}
    </button>
  )
}
