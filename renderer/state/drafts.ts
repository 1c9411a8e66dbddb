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
}

interface DraftsOptions {
  readonly editor: Editor
  readonly host: FileHost
  /** After each write: whether it failed. */
  onWritten(failed: boolean): void
  /** At the first failure in a row. */
  onFail(why: string): void
}

function freshPlace(): DraftPlace {
  const slot = crypto.randomUUID()
  return { slot, owned: new Set([slot]) }
}

/** Unsaved work goes to the host a second after the last edit, under the document's own slot. */
export function createDrafts({ editor, host, onWritten, onFail }: DraftsOptions) {
  let place = freshPlace()
  let timer: ReturnType<typeof setTimeout> | null = null
  let written: Document | null = null
  let failing = false

  function stop(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  async function write(): Promise<void> {
    timer = null
    const { document, dirty } = editor.store.getState()
    if (!dirty || document === written) return
    written = document
    const { slot, owned } = place
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

  async function discard(which: string): Promise<void> {
    place.owned.delete(which)
    await host.discardDraft(which).catch(() => undefined)
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
      place.owned.add(slot)
    },
    watch(): void {
      editor.store.subscribe((state, before) => {
        if (state.document === before.document) return
        stop()
        timer = setTimeout(() => void write(), autosaveDelay)
      })
    },
    discard,
    async forget(): Promise<void> {
      stop()
      const { owned, slot } = place
      await Promise.all([...owned].map((each) => discardFrom(owned, each)))
      owned.add(slot)
    },
    /** Another document comes on show: what is unsaved of this one is written first. Answers the place of this one. */
    leave(): DraftPlace {
      const left = place
      if (timer !== null) {
        stop()
        void write()
      }
      place = freshPlace()
      written = null
      return left
    },
    /** The place of the document that has come on show. */
    enter(next: DraftPlace): void {
      place = next
      written = null
    },
  }

  async function discardFrom(owned: Set<string>, which: string): Promise<void> {
    owned.delete(which)
    await host.discardDraft(which).catch(() => undefined)
  }
}
