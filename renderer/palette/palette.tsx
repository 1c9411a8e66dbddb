/**
 * The left panel: every node type by family, with a search that knows synonyms. A block is dragged onto the canvas, or
 * added by a click or Enter, and then wired to what is selected where that fits.
 */
import { Search } from 'lucide-react'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { NodeId } from '../../engine/graph/document'
import type { Catalogue, Definition } from '../../nodes/kit/define'
import { misfit, onlyTarget } from '../state/fitting'
import type { OpenGraph } from '../state/open-graph'
import { nodeDragType } from '../state/view'
import { strings } from '../ui/strings'
import { useEditor, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { feederOf } from './feeder'
import { byFamily, searchTypes, type Found } from './search'
import './palette.css'

const words = strings.palette

export function Palette() {
  const { editor } = useStores()
  const [query, setQuery] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const add = useAdd()
  const open = useEditor((state) => state.open)
  const selected = useEditor((state) => state.selection.nodes)
  const found =
    query.trim() === ''
      ? null
      : fittingFirst(searchTypes(editor.catalogue, query), open, selected, editor.catalogue)
  const families = useMemo(() => byFamily(editor.catalogue), [editor.catalogue])

  function focusItem(index: number): void {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('.palette-item') ?? [])]
    items[Math.max(0, Math.min(index, items.length - 1))]?.focus()
  }

  function onSearchKey(event: KeyboardEvent<HTMLInputElement>): void {
    const first = found?.[0]
    if (event.key === 'Enter' && first !== undefined) {
      add(first.definition)
      setQuery('')
    } else if (event.key === 'ArrowDown') focusItem(0)
    else if (event.key === 'Escape') {
      if (query === '') event.currentTarget.blur()
      setQuery('')
    } else return
    event.preventDefault()
  }

  function onListKey(event: KeyboardEvent): void {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('.palette-item') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'ArrowUp' && at === 0) document.getElementById('palette-search')?.focus()
    else if (event.key === 'ArrowDown') focusItem(at + 1)
    else if (event.key === 'ArrowUp') focusItem(at - 1)
    else return
    event.preventDefault()
  }

  return (
    <div className="palette">
      <div className="palette-search">
        <Search size={14} aria-hidden />
        <input
          id="palette-search"
          type="search"
          className="input"
          placeholder={words.search}
          aria-label={words.search}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onSearchKey}
        />
        <kbd aria-hidden>/</kbd>
      </div>
      <div ref={list} className="palette-list" onKeyDown={onListKey}>
        {found === null && <OwnBlocks />}
        {found === null ? (
          [...families].map(([family, definitions]) => (
            <section key={family} aria-labelledby={`family-${family}`}>
              <h2 id={`family-${family}`} className="section-title">
                {strings.families[family]}
              </h2>
              <ul>
                {definitions.map((definition) => (
                  <Item key={definition.type} definition={definition} because={null} onAdd={add} />
                ))}
              </ul>
            </section>
          ))
        ) : (
          <ul>
            {found.map(({ definition, because }) => (
              <Item key={definition.type} definition={definition} because={because} onAdd={add} />
            ))}
          </ul>
        )}
        {found?.length === 0 && <p className="palette-none">{words.none(query.trim())}</p>}
      </div>
      <p className="visually-hidden" role="status">
        {found === null ? '' : `${found.length}`}
      </p>
    </div>
  )
}

/** Blocks that this graph defines, to be placed once more. */
function OwnBlocks() {
  const { editor, view } = useStores()
  const blocks = useEditor((state) => state.document.blocks)
  const entries = Object.entries(blocks)
  if (entries.length === 0) return null

  function add(block: string): void {
    const { document } = editor.store.getState().open
    const [x, y] = view.centre()
    editor.actions.addInstance(block, freePlace(Object.values(document.nodes), [x - cardWidth / 2, y - 40]))
  }

  return (
    <section aria-labelledby="family-own">
      <h2 id="family-own" className="section-title">
        {words.own}
      </h2>
      <ul>
        {entries.map(([id, block]) => (
          <li key={id}>
            <button
              type="button"
              className="palette-item"
              data-family="block"
              title={words.ownHint}
              aria-label={words.add(block.name)}
              onClick={() => add(id)}
            >
              <i aria-hidden />
              <span>{block.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ItemProps {
  readonly definition: Definition
  readonly because: string | null
  onAdd(definition: Definition): void
}

function Item({ definition, because, onAdd }: ItemProps) {
  return (
    <li>
      <button
        type="button"
        className="palette-item"
        data-family={definition.family}
        title={`${translate(definition.doc)}\n\n${words.hint}`}
        aria-label={words.add(translate(definition.title))}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(nodeDragType, definition.type)
          event.dataTransfer.effectAllowed = 'copy'
        }}
        onClick={() => onAdd(definition)}
      >
        <i aria-hidden />
        <span>{translate(definition.title)}</span>
        {because !== null && <small>{because}</small>}
      </button>
    </li>
  )
}

/** Gap between a node and the one that is added after it. */
const gap = 60
const cardWidth = 168

/** Adds next to the one selected node, wired to it where that fits; else in the middle of the view. */
function useAdd(): (definition: Definition) => void {
  const { editor, view } = useStores()
  return (definition) => {
    const { selection, open } = editor.store.getState()
    const { nodes } = open.document
    const before = feederOf(open, selection.nodes, editor.catalogue, definition)
    const [x, y] = view.centre()
    const wished = before === null ? ([x - cardWidth / 2, y - 40] as const) : besides(before.at)
    const from = before?.output === undefined ? {} : { from: before.output }
    const id = editor.actions.addNode(definition.type, freePlace(Object.values(nodes), wished), from)
    if (id !== null) view.request({ kind: 'keep-in-view', node: id })
  }
}

const besides = ([x, y]: readonly [number, number]) => [x + cardWidth + gap, y] as const

/** Those that take what the selected node gives come first. */
function fittingFirst(
  found: readonly Found[],
  open: OpenGraph,
  selected: ReadonlySet<NodeId>,
  catalogue: Catalogue,
): readonly Found[] {
  const target = onlyTarget(open, catalogue)
  const fits = ({ definition }: Found) =>
    misfit(definition, feederOf(open, selected, catalogue, definition)?.spec, target) === null
  return [...found.filter(fits), ...found.filter((each) => !fits(each))]
}

/** A place near the wished one where no card lies. */
function freePlace(
  nodes: readonly { readonly at: readonly [number, number] }[],
  [x, y]: readonly [number, number],
): readonly [number, number] {
  let row = 0
  const taken = () =>
    nodes.some((node) => Math.abs(node.at[0] - x) < cardWidth && Math.abs(node.at[1] - (y + row * 20)) < 140)
  while (row < 60 && taken()) row += 1
  return [x, y + row * 20]
}
