/** What commands do, where that takes more than a line of the table. */
import type { Box } from '../state/card-size'
import type { AlignEdge, Flag } from '../state/editor-types'
import { takesFlag } from '../state/flags'
import { overlays } from '../state/settings'
import type { AskKind } from '../state/view'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'
import type { Stores } from '../ui/stores'
import { selectedInstance, status } from './conditions'

export function expandSelected(stores: Stores): void {
  const id = selectedInstance(stores)
  const fault = id === null ? null : stores.editor.actions.expandBlock(id)
  if (fault !== null) stores.notices.error(translate(fault), 'editing')
}

export function toggleFlag({ editor }: Stores, flag: Flag): void {
  const { open, selection } = editor.store.getState()
  const { nodes } = open.document
  const ids = [...selection.nodes].filter((id) => {
    const node = nodes[id]
    return node !== undefined && takesFlag(node, editor.catalogue, flag)
  })
  if (ids.length > 0) editor.actions.setFlag(ids, flag, !ids.every((id) => nodes[id]?.[flag] === true))
}

/** Where the selected cards stand; with `all`, every card where fewer than two are selected. */
export function boxes({ editor, scene }: Stores, all = false): ReadonlyMap<string, Box> {
  const { selection, open } = editor.store.getState()
  const wanted = all && selection.nodes.size < 2 ? Object.keys(open.document.nodes) : [...selection.nodes]
  return new Map(
    wanted.flatMap((id) => {
      const card = scene.cards.get(id)
      return card === undefined || !Object.hasOwn(open.document.nodes, id) ? [] : [[id, card]]
    }),
  )
}

export function ask(what: AskKind): (stores: Stores) => void {
  return ({ view }) => view.request({ kind: 'ask', what })
}

export function align(edge: AlignEdge): (stores: Stores) => void {
  return (stores) => stores.editor.actions.align(boxes(stores), edge)
}

export async function tidy(stores: Stores): Promise<void> {
  const { editor, layout, notices } = stores
  const { document } = editor.store.getState().open
  const cards = boxes(stores, true)
  try {
    const places = await layout(cards, Object.values(document.wires))
    // An edit in the meantime makes the answer stale.
    if (editor.store.getState().open.document === document) editor.actions.place(places)
  } catch (error) {
    notices.error(
      strings.notices.layoutFailed(error instanceof Error ? error.message : String(error)),
      'editing',
    )
  }
}

/** Out of the block that was entered, which is then selected. */
export function leave({ editor }: Stores): void {
  const { trail } = editor.store.getState().open
  const last = trail.at(-1)
  if (last === undefined) return
  editor.actions.enter(trail.slice(0, -1).map(({ instance }) => instance))
  editor.actions.select({ nodes: [last.instance] })
}

/** All wires of the selected nodes. */
export function cutOff({ editor }: Stores): void {
  const { selection, open } = editor.store.getState()
  const ids = Object.entries(open.document.wires)
    .filter(([, { from, to }]) => selection.nodes.has(from[0]) || selection.nodes.has(to[0]))
    .map(([id]) => id)
  editor.actions.disconnect(ids)
}

/** From the selected node along a wire, or to the neighbour above or below. */
export function walk({ editor, scene, view }: Stores, way: 'forth' | 'back' | 'up' | 'down'): void {
  const { selection, open } = editor.store.getState()
  const nodes = Object.keys(open.document.nodes)
  const [here = nodes[0]] = selection.nodes
  if (here === undefined) return
  const at = scene.cards.get(here)
  const wires = Object.values(open.document.wires)
  const height = (id: string) => scene.cards.get(id)?.y ?? 0
  const beside = (id: string) =>
    Math.abs((scene.cards.get(id)?.x ?? 0) - (at?.x ?? 0)) + Math.abs(height(id) - (at?.y ?? 0))
  const candidates = {
    forth: () => wires.filter(({ from }) => from[0] === here).map(({ to }) => to[0]),
    back: () => wires.filter(({ to }) => to[0] === here).map(({ from }) => from[0]),
    up: () => nodes.filter((id) => id !== here && height(id) < (at?.y ?? 0) - 8),
    down: () => nodes.filter((id) => id !== here && height(id) > (at?.y ?? 0) + 8),
  }[way]()
  const next = selection.nodes.size === 0 ? here : candidates.toSorted((a, b) => beside(a) - beside(b))[0]
  if (next === undefined) return
  editor.actions.select({ nodes: [next] })
  view.request({ kind: 'reveal', node: next })
}

export function duplicate({ editor, view }: Stores, incoming: boolean): void {
  editor.actions.duplicateSelection({ incoming })
  const [first] = editor.store.getState().selection.nodes
  if (first !== undefined) view.request({ kind: 'keep-in-view', node: first })
}

/** What was copied last in this window, which pastes it also where the browser keeps the clipboard to itself. */
let copied: string | null = null
/** The clipboard did not take it: what is there is older. */
let onlyHere = false

export async function copy({ editor }: Stores): Promise<boolean> {
  const text = editor.actions.copySelection()
  if (text === null) return false
  copied = text
  onlyHere = true
  try {
    await navigator.clipboard.writeText(text)
    if (copied === text) onlyHere = false
  } catch {
    // Where it is not allowed, or there is no clipboard (a page without https), other windows go without.
  }
  return true
}

export async function paste({ editor, notices, view }: Stores): Promise<void> {
  const text = onlyHere ? copied : await readClipboard()
  if (text === null) notices.error(strings.notices.clipboardFailed, 'editing')
  else if (!editor.actions.paste(text, view.pointer() ?? undefined)) notices.hint(strings.notices.pasteFailed)
}

async function readClipboard(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText()
  } catch {
    return copied
  }
}

/** Train, pause or go on: whatever the one big button would do. */
export function trainOrPause(stores: Stores): void {
  const { actions } = stores.session
  const now = status(stores)
  if (now === 'running') void actions.pause()
  else if (now === 'paused') void actions.resume()
  else if (now !== 'starting')
    void actions.train(stores.session.store.getState().canContinue ? 'continue' : 'fresh')
}

/** Into one batch, or out of it; it is read from files that may not be here. */
export function stepThrough({ stepwise, tableImport }: Stores): void {
  if (stepwise.store.getState().open) stepwise.close()
  else if (tableImport.askFor('error')) stepwise.open()
}

/** Switches to the overlay beside the one that is on. */
export function turnOverlay({ settings }: Stores, by: 1 | -1): void {
  const now = overlays.indexOf(settings.store.getState().overlay)
  settings.set({ overlay: overlays[(now + by + overlays.length) % overlays.length] ?? 'gradient' })
}
