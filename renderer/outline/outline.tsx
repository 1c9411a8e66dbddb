/**
 * The outline: the same graph as a tree that is read and worked by keyboard. The row with the focus is the selected node, so
 * every command (wire, replace, delete, freeze…) is about it. Right opens a node's wires, Enter shows it on the canvas.
 */
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { enterBlock } from '../state/editor-types'
import { strings } from '../ui/strings'
import { useEditor, useStores } from '../ui/stores'
import { useLanguage } from '../ui/use-language'
import { outlineRows, type OutlineRow } from './rows'
import './outline.css'

const words = strings.outline

export function Outline() {
  const { editor, view } = useStores()
  const { document, analysis } = useEditor((state) => state.open)
  const selection = useEditor((state) => state.selection)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const tree = useRef<HTMLUListElement>(null)
  const language = useLanguage()
  const rows = useMemo(() => {
    // They hold words.
    void language
    return outlineRows(document, analysis, editor.catalogue)
  }, [document, analysis, editor.catalogue, language])
  const [selected] = selection.nodes
  const stop = rows.some(({ id }) => id === selected) ? selected : rows[0]?.id

  function items(): HTMLElement[] {
    return [...(tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])]
  }
  function toggle(id: string, open: boolean): void {
    const next = new Set(opened)
    if (open) next.add(id)
    else next.delete(id)
    setOpened(next)
  }
  function focusOn(id: string): void {
    tree.current?.querySelector<HTMLElement>(`[data-row="${id}"]`)?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    const all = items()
    const at = all.indexOf(event.target as HTMLElement)
    const item = all[at]
    if (item === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const { row: id, wire, other } = item.dataset
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (target !== undefined) all[Math.max(0, Math.min(target, all.length - 1))]?.focus()
    else if (event.key === 'ArrowRight' && id !== undefined) toggle(id, true)
    else if (event.key === 'ArrowLeft' && id !== undefined) toggle(id, false)
    else if (event.key === 'ArrowLeft' && wire !== undefined) item.closest<HTMLElement>('[data-row]')?.focus()
    else if (event.key === 'Enter' && other !== undefined) focusOn(other)
    else if (event.key === 'Enter' && id !== undefined) {
      if (!enterBlock(editor, id)) view.request({ kind: 'reveal', node: id })
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className="outline">
      {rows.length === 0 ? (
        <p className="outline-none">{words.none}</p>
      ) : (
        <ul ref={tree} className="outline-tree" role="tree" aria-label={words.title} onKeyDown={onKeyDown}>
          {rows.map((row) => (
            <Row
              key={row.id}
              row={row}
              open={opened.has(row.id)}
              selected={selection.nodes.has(row.id)}
              tabStop={row.id === stop}
              selectedWires={selection.wires}
            />
          ))}
        </ul>
      )}
      <p className="outline-help">{words.help}</p>
    </div>
  )
}

interface RowProps {
  readonly row: OutlineRow
  readonly open: boolean
  readonly selected: boolean
  readonly tabStop: boolean
  readonly selectedWires: ReadonlySet<string>
}

function Row({ row, open, selected, tabStop, selectedWires }: RowProps) {
  const { editor, view } = useStores()
  function select(): void {
    if (!selected || editor.store.getState().selection.nodes.size > 1)
      editor.actions.select({ nodes: [row.id] })
  }
  return (
    <li
      role="treeitem"
      tabIndex={tabStop ? 0 : -1}
      data-row={row.id}
      aria-label={row.spoken}
      aria-selected={selected}
      aria-expanded={row.wires.length === 0 ? undefined : open}
      onFocus={(event) => {
        if (event.target === event.currentTarget) select()
      }}
    >
      <div
        className={`outline-row ${row.error === '' ? '' : 'outline-bad'} ${row.off ? 'outline-off' : ''}`}
        data-family={row.family}
        // A long shape may be cut.
        title={row.error === '' ? row.shape : row.error}
        onClick={() => {
          select()
          view.request({ kind: 'reveal', node: row.id })
        }}
        onDoubleClick={() => enterBlock(editor, row.id)}
      >
        <span className="outline-name">{row.name}</span>
        {row.repeat > 1 && <b className="outline-repeat">×{row.repeat}</b>}
        <small>{row.shape}</small>
      </div>
      {open && (
        <ul role="group">
          {row.wires.map((wire) => (
            <li
              key={wire.id}
              role="treeitem"
              tabIndex={-1}
              data-wire={wire.id}
              data-other={wire.other}
              aria-selected={selectedWires.has(wire.id)}
              onFocus={() => editor.actions.select({ wires: [wire.id] })}
            >
              <div className="outline-row outline-wire">{wire.text}</div>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
