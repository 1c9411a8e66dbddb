/** The autosave that keeps unsaved work: one draft per window, found again after a crash. */
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

interface DraftsOptions {
  readonly editor: Editor
  readonly host: FileHost
  /** After each write: whether it failed. */
  onWritten(failed: boolean): void
  /** At the first failure in a row. */
  onFail(why: string): void
}

/** Unsaved work goes to the host a second after the last edit, under this window's own slot. */
export function createDrafts({ editor, host, onWritten, onFail }: DraftsOptions) {
  const slot = crypto.randomUUID()
  let timer: ReturnType<typeof setTimeout> | null = null
  /** Slots whose work is in this window now: they go when it is saved. */
  const owned = new Set<string>([slot])
  let written: Document | null = null
  let failing = false

  async function write(): Promise<void> {
    timer = null
    const { document, dirty } = editor.store.getState()
    if (!dirty || document === written) return
    written = document
    try {
      await host.writeDraft(slot, safeName(document.name), writeDocument(document))
      failing = false
    } catch (error) {
      if (!failing) onFail(sentence(error))
      failing = true
    }
    onWritten(failing)
  }

  async function discard(which: string): Promise<void> {
    owned.delete(which)
    await host.discardDraft(which).catch(() => undefined)
  }

  return {
    async found(): Promise<Draft | null> {
      try {
        const newest = (await host.listDrafts()).toSorted((a, b) => b.modified - a.modified)[0]
        if (newest === undefined) return null
        const draft = await host.readDraft(newest.slot)
        if (draft === null) return null
        owned.add(newest.slot)
        return { slot: newest.slot, ...draft }
      } catch {
        return null
      }
    },
    watch(): void {
      editor.store.subscribe((state, before) => {
        if (state.document === before.document) return
        if (timer !== null) clearTimeout(timer)
        timer = setTimeout(() => void write(), autosaveDelay)
      })
    },
    discard,
    async forget(): Promise<void> {
      if (timer !== null) clearTimeout(timer)
      timer = null
      await Promise.all([...owned].map(discard))
      owned.add(slot)
    },
  }
}
