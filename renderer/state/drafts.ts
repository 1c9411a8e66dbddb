/** The autosave that keeps unsaved work: one draft for each open document, found again after a crash. */
import type { Document } from '../../engine/graph/document'
import { writeDocument } from '../../engine/graph/text'
import type { Editor } from './editor-types'
import { safeName, sentence, type FileHost } from './file-host'

/** Milliseconds after the last edit. */
const autosaveDelay = 1000

export interface Draft {
  readonly slot: string
  readonly name: string
  readonly text: string
}

/** Where the unsaved work of one document is kept. */
export interface DraftPlace {
  readonly slot: string
  /** Slots whose work is in this document now: they go when it is saved. */
  readonly owned: Set<string>
  /** The newest that is, or is just being, written there. */
  written: Document | null
  /** Ends when nothing of it is being written or discarded: one after the other, so that what is newest comes last. */
  busy: Promise<void>
}

interface DraftsOptions {
  readonly editor: Editor
  readonly host: FileHost
  /** Of the document on show. */
  place(): DraftPlace
  /** After each write: whether it failed. */
  onWritten(failed: boolean): void
  /** At the first failure in a row. */
  onFail(why: string): void
}

export function freshPlace(): DraftPlace {
  const slot = crypto.randomUUID()
  return { slot, owned: new Set([slot]), written: null, busy: Promise.resolve() }
}

/** Unsaved work goes to the host a second after the last edit, under the document's own slot. */
export function createDrafts({ editor, host, place, onWritten, onFail }: DraftsOptions) {
  let timer: ReturnType<typeof setTimeout> | null = null
  let failing = false

  function stop(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  async function write(): Promise<void> {
    timer = null
    const { document, dirty } = editor.store.getState()
    const to = place()
    if (!dirty || (document === to.written && !failing)) return
    to.written = document
    await inTurn(to, () => keep(to, document))
  }

  function inTurn(of: DraftPlace, work: () => Promise<void>): Promise<void> {
    of.busy = of.busy.then(work)
    return of.busy
  }

  async function keep({ slot, owned }: DraftPlace, document: Document): Promise<void> {
    try {
      await host.writeDraft(slot, safeName(document.name), writeDocument(document))
      failing = false
      // Work that was restored is in this draft now: it is not offered a second time.
      for (const older of [...owned]) if (older !== slot) void discardFrom(owned, older)
    } catch (error) {
      if (!failing) onFail(sentence(error))
      failing = true
    }
    onWritten(failing)
  }

  return {
    /** What was left unsaved, the newest first. */
    async found(): Promise<readonly Draft[]> {
      try {
        const slots = (await host.listDrafts()).toSorted((a, b) => b.modified - a.modified)
        const drafts = await Promise.all(
          slots.map(async ({ slot }) => {
            const draft = await host.readDraft(slot).catch(() => null)
            return draft === null ? [] : [{ slot, ...draft }]
          }),
        )
        return drafts.flat()
      } catch {
        return []
      }
    },
    /** The work of this slot is in the document on show now. */
    adopt(slot: string): void {
      place().owned.add(slot)
    },
    watch(): void {
      editor.store.subscribe((state, before) => {
        if (state.document === before.document) return
        stop()
        timer = setTimeout(() => void write(), autosaveDelay)
      })
    },
    discard: (which: string) => discardFrom(place().owned, which),
    forget,
    /**
     * A save of the document on show begins. To be called when it is done, whatever is on show then: what was kept goes,
     * but for work that is newer than what was saved.
     */
    saving(document: Document): () => Promise<void> {
      const of = place()
      const before = of.written
      return async () => {
        if (of.written === before || of.written === document) await forget(of)
      }
    },
    /** Another document comes on show: what is unsaved of this one is written first. */
    leave(): void {
      if (timer === null) return
      stop()
      void write()
    },
  }

  /** Nothing of this place is unsaved any more, or wanted. */
  function forget(of: DraftPlace): Promise<void> {
    const { owned, slot } = of
    of.written = null
    return inTurn(of, async () => {
      await Promise.all([...owned].map((each) => discardFrom(owned, each)))
      owned.add(slot)
    })
  }

  async function discardFrom(owned: Set<string>, which: string): Promise<void> {
    owned.delete(which)
    await host.discardDraft(which).catch(() => undefined)
  }
}
