/**
 * Several documents at once. One is on show, in the editor; the others are parked with their history, their place in the
 * host, and their last run with its weights, which a change of tabs ends: its curves are there again when they come back.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Document } from '../../engine/graph/document'
import type { DataFile, WeightSet } from '../../engine/session/protocol'
import type { DraftPlace } from './drafts'
import type { Editor, ParkedDocument } from './editor-types'
import type { Learned, Session } from './session-types'

export interface TabInfo {
  readonly id: string
  readonly name: string
  readonly dirty: boolean
}

export interface TabsState {
  /** In the order of the strip; what they say of the document on show is as old as its last visit. */
  readonly tabs: readonly TabInfo[]
  readonly active: string
}

/** What else belongs to a document: the very same object for as long as it is open, whichever tab is on show. */
export interface Belongings {
  /** Its file, which a save that was begun before changes wherever the document is by then. */
  stored: { readonly id: string; readonly stamp: string } | null
  readonly drafts: DraftPlace
  /** Takes back what is asked about it, which a save or its closing settles. */
  takeBack?: () => void
}

interface Parked {
  readonly belongings: Belongings
  readonly document: ParkedDocument
  /** The tables that were given for it. */
  readonly files: readonly DataFile[]
  readonly learned: (Learned & { readonly weights: Promise<WeightSet | null> }) | null
}

interface TabsOptions {
  readonly editor: Editor
  readonly session: Session
}

export interface Tabs {
  readonly store: StoreApi<TabsState>
  /** Parks the document on show, and goes on in a new tab, whose document the caller loads. */
  begin(belongings: Belongings): void
  /** Parks the document on show and brings back another; answers what belongs to it, or null where there is none. */
  show(id: string, belongings: Belongings): Belongings | null
  /** Forgets a tab; where it is on show, the one beside it comes. Null where it is the last one. */
  close(id: string): Belongings | null
  /** The tab where the document with these belongings is parked, or null. */
  find(belongings: Belongings): string | null
  /** A parked document is on disk now. */
  markSaved(belongings: Belongings, document: Document, fileName: string): void
}

export function createTabs({ editor, session }: TabsOptions): Tabs {
  let count = 1
  const parked = new Map<string, Parked>()
  const store = createStore<TabsState>(() => ({
    tabs: [{ id: 'tab-1', name: '', dirty: false }],
    active: 'tab-1',
  }))

  function park(belongings: Belongings): void {
    const { active, tabs } = store.getState()
    const { document, dirty } = editor.store.getState()
    const learned = session.learned()
    parked.set(active, {
      belongings,
      document: editor.park(),
      files: session.store.getState().files,
      // Asked for before the run is ended.
      learned: learned === null ? null : { ...learned, weights: session.actions.weights().catch(() => null) },
    })
    store.setState({
      tabs: tabs.map((tab) => (tab.id === active ? { ...tab, name: document.name, dirty } : tab)),
    })
  }

  function bring(id: string): Belongings | null {
    const there = parked.get(id)
    if (there === undefined) return null
    parked.delete(id)
    session.actions.reset()
    editor.resume(there.document)
    for (const { node, name, bytes } of there.files) session.actions.giveFile(node, name, bytes)
    store.setState({ active: id })
    const { learned } = there
    if (learned !== null)
      void learned.weights.then((weights) => {
        if (weights !== null && store.getState().active === id && session.store.getState().runId === null)
          session.actions.adopt(learned.document, weights, learned.run)
      })
    return there.belongings
  }

  function find(belongings: Belongings): string | null {
    for (const [id, there] of parked) if (there.belongings === belongings) return id
    return null
  }

  return {
    store,
    find,
    markSaved(belongings, document, fileName) {
      const id = find(belongings)
      const there = id === null ? undefined : parked.get(id)
      if (there === undefined) return
      const dirty = editor.markSaved(there.document, document, fileName)
      store.setState(({ tabs }) => ({ tabs: tabs.map((tab) => (tab.id === id ? { ...tab, dirty } : tab)) }))
    },
    begin(belongings) {
      park(belongings)
      count += 1
      const id = `tab-${count}`
      const { tabs, active } = store.getState()
      const at = tabs.findIndex((tab) => tab.id === active)
      store.setState({ active: id, tabs: tabs.toSpliced(at + 1, 0, { id, name: '', dirty: false }) })
    },
    show(id, belongings) {
      if (id === store.getState().active || !parked.has(id)) return null
      park(belongings)
      return bring(id)
    },
    close(id) {
      const { tabs, active } = store.getState()
      if (tabs.length < 2) return null
      const at = tabs.findIndex((tab) => tab.id === id)
      const rest = tabs.filter((tab) => tab.id !== id)
      store.setState({ tabs: rest })
      if (id !== active) {
        parked.delete(id)
        return null
      }
      return bring((rest[at] ?? rest.at(-1))?.id ?? '')
    },
  }
}
