/**
 * Documents in and out: open, save, examples, export, and the autosave that keeps unsaved work. Everything that can fail
 * ends in a notice with a full sentence; nothing throws at the caller.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Document } from '../../engine/graph/document'
import type { ExportedFile, ExportFormat } from '../../engine/session/protocol'
import { readDocument } from '../../engine/graph/read'
import { writeDocument } from '../../engine/graph/text'
import { writeZip } from '../../engine/formats/zip'
import type { Strings } from '../ui/strings'
import { createDrafts, freshPlace, type Draft } from './drafts'
import type { Editor } from './editor-types'
import { safeName, sentence, type FileHost, type StoredDocument } from './file-host'
import type { Matter, Notices } from './notices'
import { documentInPicture, isPicture } from './pictures'
import { createTabs, type Belongings, type Tabs } from './tabs'
import type { Session } from './session-types'
import { isTable, type TableImport } from './table-import'
import type { WeightsImport } from './weights-import'

export type Dialog = 'open' | 'save-as' | 'start' | 'commands' | 'keymap' | 'history'

export interface FilesState {
  /** Shown dialog, or null. */
  readonly dialog: Dialog | null
  readonly autosaveFailed: boolean
}

export interface Files {
  readonly store: StoreApi<FilesState>
  /** Opens what was wished for, what was not saved, or an example; at the first visit with the start page before it. */
  start(wish: string | null, firstVisit?: boolean): Promise<void>
  newDocument(): void
  /** Documents that are open. */
  readonly tabs: Tabs['store']
  showTab(id: string): void
  /** The tab beside the one on show, round at the ends. */
  turnTab(by: 1 | -1): void
  closeTab(id: string): void
  /** A file of the workspace, by its name. */
  openRecent(name: string): Promise<void>
  /** Looks whether the file on disk is still the one that was read: when the window is gone back to. */
  checkDisk(): Promise<void>
  showOpen(): void
  /** Asks in the system's own dialog; null where the host has none. */
  readonly openElsewhere: (() => Promise<void>) | null
  showDialog(dialog: Dialog): void
  closeDialog(): void
  list(): Promise<readonly StoredDocument[]>
  openStored(id: string): Promise<void>
  /** Answers whether it could be opened. */
  openText(name: string, text: string): boolean
  /** A graph or a picture of one, a run, weights for the open graph, or the files of a model of another program. */
  openFiles(files: readonly ExportedFile[]): Promise<void>
  /** The same, but for a table, which gets a document of its own. */
  openOwn(files: readonly ExportedFile[]): Promise<void>
  openExample(name: string): Promise<boolean>
  /** The text of an example's file. */
  readExample(name: string): Promise<string>
  showStart(): void
  save(): Promise<void>
  showSaveAs(): void
  saveAs(name: string): Promise<void>
  downloadCopy(): void
  exportModel(format: ExportFormat): Promise<void>
}

type System = NonNullable<FileHost['system']>

interface FilesOptions {
  readonly editor: Editor
  readonly session: Session
  readonly notices: Notices
  readonly weightsImport: WeightsImport
  readonly tableImport: TableImport
  readonly host: FileHost
  readonly strings: Strings
  /** An example in the language of the window. */
  inLanguage?(document: Document): Document
  /** A file was opened or saved under this name. */
  onOpened?(name: string): void
}

/** Opened when nothing else is asked for: trains at once, in seconds. */
const firstExample = 'digits-mlp'
const ending = '.wiregrad'

type Stored = Belongings['stored']

const belongings = (stored: Stored): Belongings => ({ stored, drafts: freshPlace() })

export function createFiles({
  editor,
  session,
  notices,
  weightsImport,
  tableImport,
  host,
  strings,
  inLanguage = (document) => document,
  onOpened,
}: FilesOptions): Files {
  const words = strings.notices
  const store = createStore<FilesState>(() => ({ dialog: null, autosaveFailed: false }))
  let own = belongings(null)
  const drafts = createDrafts({
    editor,
    host,
    place: () => own.drafts,
    onWritten: (autosaveFailed) => store.setState({ autosaveFailed }),
    onFail: (why) => notices.error(words.autosaveFailed(why), 'keeping'),
  })

  const tabs = createTabs({ editor, session })
  /** The stamp on disk that was spoken of last. */
  let spokenOf: string | null = null

  /** Unsaved work stays in its own tab; a document without takes the place of the one on show. */
  function makePlace(next: Belongings): void {
    drafts.leave()
    if (editor.store.getState().dirty) tabs.begin(own)
    // Undone to the last step: nothing is unsaved.
    else if (own.drafts.written !== null) void drafts.forget(own.drafts)
    own = next
  }

  function settle(of: Belongings): void {
    of.takeBack?.()
    delete of.takeBack
  }

  /** Brings the document that these belong to on show; answers whether it is open. */
  function goTo(document: Belongings): boolean {
    const id = tabs.find(document)
    if (id !== null) files.showTab(id)
    return document === own
  }

  function show(document: Document, fileName: string | null, its: Belongings, dirty = false): void {
    makePlace(its)
    session.actions.reset()
    editor.actions.load(document, fileName, { dirty })
    tableImport.askFor('offer')
  }

  /** Opens text as a document; answers why not, in a sentence, or null. */
  function tryShow(text: string, fileName: string | null, stored: Stored, dirty = false): string | null {
    const answer = readDocument(text)
    if (!answer.ok) return answer.message
    show(answer.document, fileName, belongings(stored), dirty)
    return null
  }

  async function openExample(name: string): Promise<boolean> {
    try {
      const answer = readDocument(await files.readExample(name))
      if (answer.ok) {
        show(inLanguage(answer.document), null, belongings(null))
        return true
      }
      notices.error(words.exampleFailed(name, answer.message), 'opening')
    } catch (error) {
      notices.error(words.exampleFailed(name, sentence(error)), 'opening')
    }
    return false
  }

  async function attempt(
    matter: Matter,
    work: () => Promise<void>,
    explain: (why: string) => string,
  ): Promise<void> {
    try {
      await work()
    } catch (error) {
      notices.error(explain(sentence(error)), matter)
    }
  }

  const { system } = host

  async function saveNew(name: string, create: typeof host.create | System['place']): Promise<void> {
    const { document } = editor.store.getState()
    const markSaved = saving(document)
    const saved = await create(name, writeDocument(document))
    if (saved === null) return
    await markSaved({ id: saved.id, stamp: saved.stamp }, saved.name)
    onOpened?.(saved.name)
    notices.info(words.saved(saved.name), 'saving')
  }

  /** A save of the document on show begins; to be called when it is done. Whatever is on show then, it is about this one. */
  function saving(document: Document): (stored: Stored, name: string) => Promise<void> {
    const of = own
    const forget = drafts.saving(document)
    return async (stored, name) => {
      of.stored = stored
      settle(of)
      if (of === own) editor.actions.markSaved(document, name)
      else tabs.markSaved(of, document, name)
      await forget()
    }
  }

  /** By the system's dialog where there is one, otherwise by our own. */
  async function askWhereToSave(): Promise<void> {
    if (system === null) store.setState({ dialog: 'save-as' })
    else {
      const { fileName, document } = editor.store.getState()
      await attempt(
        'saving',
        () => saveNew(safeName(fileName ?? document.name), system.place),
        words.saveFailed,
      )
    }
  }

  const files: Files = {
    store,
    async start(wish, firstVisit = false) {
      const example =
        wish === null ? null : /^examples\/((?:architectures\/)?[a-z0-9-]+)(?:\.wiregrad)?$/.exec(wish)?.[1]
      if (wish !== null && example === undefined)
        notices.error(words.exampleFailed(wish, words.httpNotFound), 'opening')
      const [draft, ...older] = await drafts.found()
      // Before what is on show, which stands above them.
      const [other] = older
      if (older.length > 1) offerAll(older)
      else if (other !== undefined) offer(other)
      if (typeof example === 'string') {
        if (!(await openExample(example))) await openExample(firstExample)
        if (draft !== undefined) offer(draft)
      } else if (draft !== undefined && tryShow(draft.text, null, null, true) === null) {
        drafts.adopt(draft.slot)
        const restored = own
        const { document } = editor.store.getState()
        restored.takeBack = notices.offer(words.restored(draft.name), [
          {
            label: words.discard,
            run: () => {
              // It may have been saved or closed since, and another document be on show, which stays.
              if (restored.takeBack === undefined || !goTo(restored)) return
              drafts.leave()
              // Whoever went on with it may not have meant all of that.
              if (editor.store.getState().document !== document) offerBack()
              settle(restored)
              void drafts.forget(restored.drafts)
              own = belongings(null)
              // So that what was discarded does not stay in a tab.
              editor.actions.newDocument()
              void openExample(firstExample)
            },
          },
        ])
      } else {
        await openExample(firstExample)
        if (firstVisit) store.setState({ dialog: 'start' })
      }
      drafts.watch()
    },
    tabs: tabs.store,
    showTab(id) {
      if (id === tabs.store.getState().active) return
      drafts.leave()
      own = tabs.show(id, own) ?? own
    },
    turnTab(by) {
      const { tabs: all, active } = tabs.store.getState()
      const at = all.findIndex(({ id }) => id === active)
      const next = all[(at + by + all.length) % all.length]
      if (next !== undefined) files.showTab(next.id)
    },
    closeTab(id) {
      const { tabs: all, active } = tabs.store.getState()
      if (id !== active) {
        const before = active
        // Its document is asked about where it is on show.
        files.showTab(id)
        files.closeTab(id)
        if (all.some((tab) => tab.id === before)) files.showTab(before)
        return
      }
      drafts.leave()
      offerBack()
      settle(own)
      if (all.length < 2) {
        own = belongings(null)
        session.actions.reset()
        editor.actions.newDocument()
        return
      }
      own = tabs.close(id) ?? own
    },
    openRecent(name) {
      return attempt(
        'opening',
        async () => {
          const found = (await host.list()).find((document) => document.name === name)
          if (found === undefined) notices.error(words.openFailed(name, words.httpNotFound), 'opening')
          else await files.openStored(found.id)
        },
        (why) => words.openFailed(name, why),
      )
    },
    async checkDisk() {
      const asked = own.stored
      if (asked === null) return
      const file = await host.read(asked.id).catch(() => null)
      if (file === null || own.stored !== asked || file.stamp === asked.stamp || file.stamp === spokenOf)
        return
      spokenOf = file.stamp
      changedOnDisk(own, file.name, file.stamp)
    },
    newDocument() {
      makePlace(belongings(null))
      session.actions.reset()
      editor.actions.newDocument()
    },
    showOpen: () => store.setState({ dialog: 'open' }),
    openElsewhere:
      system === null
        ? null
        : async () => {
            store.setState({ dialog: null })
            await attempt(
              'opening',
              async () => {
                const id = await system.choose()
                if (id !== null) await files.openStored(id)
              },
              (why) => words.openFailed(strings.dialogs.elsewhere, why),
            )
          },
    showSaveAs: () => void askWhereToSave(),
    showDialog: (dialog) => store.setState({ dialog }),
    closeDialog: () => store.setState({ dialog: null }),
    list: () => host.list(),
    openStored(id) {
      return attempt(
        'opening',
        async () => {
          const file = await host.read(id)
          const why = tryShow(file.text, file.name, { id, stamp: file.stamp })
          if (why !== null) notices.error(words.openFailed(file.name, why), 'opening')
          else onOpened?.(file.name)
        },
        (why) => words.openFailed(id, why),
      )
    },
    openText(name, text) {
      const why = tryShow(text, null, null)
      if (why !== null) notices.error(words.openFailed(name, why), 'opening')
      return why === null
    },
    async openOwn(given) {
      const [only] = given
      if (given.length === 1 && only !== undefined && isTable(only.name))
        await tableImport.open(only.name, only.bytes, 'new-document')
      else await files.openFiles(given)
    },
    async openFiles(given) {
      const graph = given.find(({ name }) => name.endsWith(ending))
      const [only] = given
      if (graph !== undefined) {
        const weights = given.find(({ name }) => name.endsWith('.safetensors'))
        const opened = files.openText(graph.name, new TextDecoder().decode(graph.bytes))
        // A run: its graph, and what it has learned.
        if (opened && weights !== undefined) await weightsImport.open(weights.name, weights.bytes)
      } else if (only !== undefined && isPicture(only.name)) openPicture(only)
      else if (only?.name.endsWith('.safetensors') === true) await weightsImport.open(only.name, only.bytes)
      else if (only !== undefined && isTable(only.name)) await tableImport.open(only.name, only.bytes)
      else if (only !== undefined) await importModel(given)
    },
    openExample,
    readExample: (name) => host.fetchOwn(`examples/${name}${ending}`),
    showStart: () => store.setState({ dialog: 'start' }),
    save() {
      const of = own
      const target = of.stored
      if (target === null) return askWhereToSave()
      return attempt(
        'saving',
        async () => {
          const { document, fileName } = editor.store.getState()
          const markSaved = saving(document)
          const answer = await host.save(target.id, writeDocument(document), target.stamp)
          const name = fileName ?? document.name
          if (answer.kind === 'changed-on-disk') {
            changedOnDisk(of, name, answer.stamp)
            return
          }
          await markSaved({ id: target.id, stamp: answer.stamp }, name)
          notices.info(words.saved(name), 'saving')
        },
        words.saveFailed,
      )
    },
    saveAs: (name) => attempt('saving', () => saveNew(safeName(name), host.create), words.saveFailed),
    downloadCopy() {
      const { document } = editor.store.getState()
      host.download(`${safeName(document.name)}${ending}`, writeDocument(document))
    },
    exportModel(format) {
      return attempt(
        'exporting',
        async () => {
          const exported = await session.actions.exportModel(format)
          const name = safeName(editor.store.getState().document.name)
          const [only, ...others] = exported.files
          if (only !== undefined && others.length === 0)
            host.download(`${name}${/\.[^.]*$/.exec(only.name)?.[0] ?? ''}`, only.bytes)
          else
            host.download(
              `${name}-${format}.zip`,
              writeZip(new Map(exported.files.map(({ name, bytes }) => [name, bytes]))),
            )
          const names = exported.files.map((file) => file.name).join(', ')
          notices.info(words.exported(names, exported.parameters.toLocaleString('en')), 'exporting')
        },
        words.exportFailed,
      )
    },
  }

  function openPicture({ name, bytes }: ExportedFile): void {
    const text = documentInPicture(bytes)
    if (text === null) notices.error(words.openFailed(name, words.pictureWithout), 'opening')
    else files.openText(name, text)
  }

  /** A model of another program takes the place of the document: one edit, which undo takes back. */
  async function importModel(given: readonly ExportedFile[]): Promise<void> {
    const names = given.map(({ name }) => name).join(', ')
    const done = notices.hint(words.importing(names))
    await attempt(
      'opening',
      async () => {
        const { document, weights, locked } = await session.actions.importModel(given)
        // Another object, so that a save that is under way does not give it the file after all.
        settle(own)
        own = { ...own, stored: null }
        session.actions.reset()
        editor.actions.replace(strings.labels.importModel(names), document)
        if (weights !== null) session.actions.adopt(document, weights)
        notices.info(words.imported(names, Object.keys(document.nodes).length, locked.length), 'opening')
      },
      (why) => words.openFailed(names, why),
    )
    done()
  }

  /** Somebody else wrote the file: keep both, keep this one, or take that one. */
  function changedOnDisk(of: Belongings, name: string, stamp: string): void {
    const file = of.stored
    if (file === null) return
    // Of this very file; another one that cannot be saved says nothing about it.
    notices.error(words.changedOnDisk(name), null, [
      { label: strings.commands.saveAs, run: () => goTo(of) && files.showSaveAs() },
      {
        label: words.overwrite,
        run: () => {
          if (!goTo(of) || of.stored?.id !== file.id) return
          of.stored = { id: file.id, stamp }
          void files.save()
        },
      },
      { label: words.reload, run: () => void files.openStored(file.id) },
    ])
  }

  /** Unsaved work of a tab that was closed. */
  function offerBack(): void {
    const { document, dirty, fileName } = editor.store.getState()
    if (!dirty) return
    const closed = own
    notices.offer(words.kept(document.name), [
      { label: words.restore, run: () => goTo(closed) || show(document, fileName, closed, true) },
    ])
  }

  function restore(draft: Draft): void {
    const why = tryShow(draft.text, null, null, true)
    if (why !== null) notices.error(words.openFailed(draft.name, why), 'opening')
    else drafts.adopt(draft.slot)
  }

  function offer(draft: Draft): void {
    notices.offer(words.kept(draft.name), [
      { label: words.restore, run: () => restore(draft) },
      { label: words.discard, run: () => void drafts.discard(draft.slot) },
    ])
  }

  /** Whoever had several documents open gets them back with one click, each in its tab. */
  function offerAll(older: readonly Draft[]): void {
    const all = {
      label: words.restoreAll,
      run: () => {
        const { active } = tabs.store.getState()
        older.toReversed().forEach(restore)
        files.showTab(active)
      },
    }
    const none = {
      label: words.discardAll,
      run: () => {
        for (const { slot } of older) void drafts.discard(slot)
        // So much work goes by no slip of the hand.
        notices.offer(words.discardedMany(older.length), [all])
      },
    }
    notices.offer(words.keptMany(older.map(({ name }) => name)), [all, none])
  }

  return files
}
