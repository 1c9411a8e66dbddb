import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'
import { createEditor } from '../../../renderer/state/editor'
import type { FileHost } from '../../../renderer/state/file-host'
import { createFiles } from '../../../renderer/state/files'
import { filesInUse, missingTables } from '../../../renderer/state/missing-tables'
import { createNotices } from '../../../renderer/state/notices'
import { createSession } from '../../../renderer/state/session'
import { createTableImport } from '../../../renderer/state/table-import'
import { createWeightsImport } from '../../../renderer/state/weights-import'
import { strings } from '../../../renderer/ui/strings'

/** A host in memory: documents and drafts by name, and what was downloaded. */
function memoryHost() {
  const documents = new Map<string, { name: string; text: string; stamp: string }>()
  const drafts = new Map<string, { name: string; text: string; modified: number }>()
  const downloads: string[] = []
  let failing: string | null = null
  const attempt = <T>(answer: () => T): Promise<T> =>
    failing === null ? Promise.resolve(answer()) : Promise.reject(new Error(failing))
  const host: FileHost = {
    list: () => attempt(() => [...documents].map(([id, { name }]) => ({ id, name, modified: 0 }))),
    read: (id) => attempt(() => documents.get(id) ?? { name: '', text: '', stamp: '' }),
    create: (name, text) =>
      attempt(() => {
        const id = `doc-${documents.size}`
        documents.set(id, { name, text, stamp: '1' })
        return { id, name, stamp: '1' }
      }),
    save: (id, text, stamp) =>
      attempt(() => {
        const there = documents.get(id)
        if (there === undefined || there.stamp !== stamp)
          return { kind: 'changed-on-disk', stamp: there?.stamp ?? '' }
        documents.set(id, { ...there, text, stamp: `${stamp}+` })
        return { kind: 'saved', stamp: `${stamp}+` }
      }),
    listDrafts: () =>
      attempt(() => [...drafts].map(([slot, { name, modified }]) => ({ slot, name, modified }))),
    writeDraft: (slot, name, text) =>
      attempt(() => void drafts.set(slot, { name, text, modified: drafts.size })),
    readDraft: (slot) => attempt(() => drafts.get(slot) ?? null),
    discardDraft: (slot) => attempt(() => void drafts.delete(slot)),
    fetchOwn: async (path) => readFileSync(path, 'utf8'),
    download: (name) => downloads.push(name),
    system: null,
  }
  return { host, documents, drafts, downloads, fail: (why: string | null) => (failing = why) }
}

/** A disk that takes its time. */
function slow({ host }: ReturnType<typeof memoryHost>, time: number): void {
  const { save, create } = host
  const wait = () => new Promise((resolve) => setTimeout(resolve, time))
  host.save = (...given) => wait().then(() => save(...given))
  host.create = (...given) => wait().then(() => create(...given))
}

function open(memory: ReturnType<typeof memoryHost>) {
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  const notices = createNotices()
  const session = createSession({
    editor,
    choice: null,
    onWorkerFailure: () => {},
    ready: () => tableImport.askFor('error'),
    startWorker: () => {
      throw new Error('No worker is needed here.')
    },
  })
  const weightsImport = createWeightsImport({ editor, session, notices, strings })
  let picked: { name: string; bytes: Uint8Array<ArrayBuffer> } | null = null
  const pick = () => Promise.resolve(picked)
  const tableImport = createTableImport({
    editor,
    session,
    notices,
    strings,
    catalogue,
    pick,
    begin: () => files.newDocument(),
    show: () => {},
  })
  const files = createFiles({
    editor,
    session,
    notices,
    weightsImport,
    tableImport,
    host: memory.host,
    strings,
  })
  const messages = () => notices.store.getState().map(({ message }) => message)
  const willPick = (name: string, bytes: Uint8Array<ArrayBuffer>) => (picked = { name, bytes })
  return { editor, notices, files, tableImport, session, messages, willPick, state: editor.store.getState }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('documents in and out', () => {
  it('opens the example that was asked for, and otherwise one that trains at once', async () => {
    const { files, state } = open(memoryHost())
    await files.start('examples/xor')
    expect(state().document.name).toBe('XOR')
    const other = open(memoryHost())
    await other.files.start(null)
    expect(other.state().analysis.ok).toBe(true)
    expect(other.state().analysis.plan.losses.length).toBeGreaterThan(0)
  })

  it('says what is wrong with a wish that leads nowhere, and still opens something', async () => {
    const { files, state, messages } = open(memoryHost())
    await files.start('../secret')
    expect(messages().join()).toContain('../secret')
    expect(state().analysis.plan.losses.length).toBeGreaterThan(0)
  })

  it('saves, saves again over what it saved, and reads back the very same document', async () => {
    const memory = memoryHost()
    const { files, editor, state } = open(memory)
    await files.start('examples/xor')
    editor.actions.setName('Mine: 1/2?')
    await files.save()
    expect(files.store.getState().dialog).toBe('save-as')
    await files.saveAs('Mine: 1/2?')
    expect([...memory.documents.values()][0]?.name).toBe('Mine 1 2')
    expect(state().dirty).toBe(false)
    editor.actions.setNotes('more')
    await files.save()
    expect(state().dirty).toBe(false)
    const text = writeDocument(state().document)
    files.newDocument()
    await files.openStored('doc-0')
    expect(writeDocument(state().document)).toBe(text)
  })

  it('does not overwrite what somebody else has written, and offers another name', async () => {
    const memory = memoryHost()
    const { files, editor, notices, state } = open(memory)
    await files.start('examples/xor')
    await files.saveAs('Mine')
    memory.documents.set('doc-0', { name: 'Mine', text: 'other', stamp: 'other' })
    editor.actions.setNotes('more')
    await files.save()
    expect(memory.documents.get('doc-0')?.text).toBe('other')
    expect(state().dirty).toBe(true)
    const [notice] = notices.store.getState().filter(({ kind }) => kind === 'error')
    notice?.actions[0]?.run()
    expect(files.store.getState().dialog).toBe('save-as')
    notice?.actions[2]?.run()
    await vi.advanceTimersByTimeAsync(1)
    expect(state().dirty).toBe(true)
    notice?.actions[1]?.run()
    await vi.advanceTimersByTimeAsync(1)
    expect(state().dirty).toBe(false)
    expect(memory.documents.get('doc-0')?.text).toBe(writeDocument(state().document))
  })

  it('says at once when the file on disk was changed, and only once', async () => {
    const memory = memoryHost()
    const { files, messages } = open(memory)
    await files.start('examples/xor')
    await files.saveAs('Mine')
    await files.checkDisk()
    memory.documents.set('doc-0', { name: 'Mine', text: 'other', stamp: 'other' })
    await files.checkDisk()
    await files.checkDisk()
    expect(messages().filter((message) => message.includes('changed on disk'))).toHaveLength(1)
  })

  it('keeps the open document when what is opened is no graph', async () => {
    const { files, state, messages } = open(memoryHost())
    await files.start('examples/xor')
    const before = state().document
    files.openText('odd.wiregrad', '{"format":"wiregrad","version":99}')
    expect(messages()).toEqual([expect.stringContaining('newer')])
    files.openText('odd.txt', 'hello')
    expect(state().document).toBe(before)
    // What was tried last is what counts.
    expect(messages()).toEqual([expect.stringContaining('odd.txt')])
  })
})

describe('a save that is under way', () => {
  it.each(['save', 'saveAs'] as const)('is about its own document, whichever is on show: %s', async (how) => {
    const memory = memoryHost()
    const { files, editor, state } = open(memory)
    await files.start('examples/xor')
    await files.saveAs('A')
    editor.actions.setNotes('a')
    const work = state().document
    const first = files.tabs.getState().active
    files.newDocument()
    editor.actions.setName('Other')
    await vi.advanceTimersByTimeAsync(1100)
    files.showTab(first)
    expect([...memory.drafts.values()].map(({ name }) => name)).toEqual(['XOR', 'Other'])
    slow(memory, 300)
    const saving = how === 'save' ? files.save() : files.saveAs('B')
    files.turnTab(1)
    await vi.advanceTimersByTimeAsync(300)
    await saving
    expect(state()).toMatchObject({ document: { name: 'Other' }, fileName: null, dirty: true })
    expect([...memory.drafts.values()].map(({ name }) => name)).toEqual(['Other'])
    expect(files.tabs.getState().tabs.map(({ dirty }) => dirty)).toEqual([false, true])
    const written = [...memory.documents.values()].map(({ text }) => text)
    expect(written.at(-1)).toBe(writeDocument(work))
    // Has no file: its own is asked for, and nothing is written over.
    await files.save()
    expect(files.store.getState().dialog).toBe('save-as')
    expect([...memory.documents.values()].map(({ text }) => text)).toEqual(written)
    files.showTab(first)
    expect(state()).toMatchObject({
      document: work,
      fileName: how === 'save' ? 'A' : 'B',
      dirty: false,
    })
    editor.actions.setNotes('more')
    const again = files.save()
    await vi.advanceTimersByTimeAsync(300)
    await again
    expect([...memory.documents.values()].at(-1)?.text).toBe(writeDocument(state().document))
    expect(state().dirty).toBe(false)
  })

  it('gives no file to what is opened in its place', async () => {
    const memory = memoryHost()
    const { files, state } = open(memory)
    await files.start('examples/xor')
    slow(memory, 300)
    const saving = files.saveAs('A')
    await files.openExample('iris')
    expect(files.tabs.getState().tabs).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(300)
    await saving
    expect(state()).toMatchObject({ document: { name: 'Iris' }, fileName: null, dirty: false })
    await files.save()
    expect(files.store.getState().dialog).toBe('save-as')
  })

  it('leaves the draft of what was done since', async () => {
    const memory = memoryHost()
    const { files, editor, state } = open(memory)
    await files.start('examples/xor')
    slow(memory, 3000)
    const saving = files.saveAs('A')
    editor.actions.setName('Newer')
    await vi.advanceTimersByTimeAsync(2900)
    editor.actions.setNotes('newest')
    await vi.advanceTimersByTimeAsync(100)
    await saving
    expect(state().dirty).toBe(true)
    expect([...memory.drafts.values()].map(({ name }) => name)).toEqual(['Newer'])
    await vi.advanceTimersByTimeAsync(900)
    expect([...memory.drafts.values()].map(({ text }) => text)).toEqual([writeDocument(state().document)])
  })

  it('that finds the file changed asks about its own document', async () => {
    const memory = memoryHost()
    const { files, editor, notices, state } = open(memory)
    await files.start('examples/xor')
    await files.saveAs('A')
    editor.actions.setNotes('a')
    const work = state().document
    memory.documents.set('doc-0', { name: 'A', text: 'other', stamp: 'other' })
    slow(memory, 300)
    const saving = files.save()
    files.newDocument()
    await vi.advanceTimersByTimeAsync(300)
    await saving
    const notice = notices.store.getState().find(({ kind }) => kind === 'error')
    notice?.actions[1]?.run()
    await vi.advanceTimersByTimeAsync(300)
    expect(memory.documents.get('doc-0')?.text).toBe(writeDocument(work))
    expect(state()).toMatchObject({ document: work, dirty: false })
  })
})

describe('unsaved work when another document is opened', () => {
  it('stays in a tab of its own, with its history and the file that it belongs to', async () => {
    const memory = memoryHost()
    const { files, editor, notices, state } = open(memory)
    const tabs = () => files.tabs.getState()
    await files.start('examples/xor')
    files.newDocument()
    expect(notices.store.getState()).toEqual([])
    expect(tabs().tabs).toHaveLength(1)
    await files.openExample('xor')
    await files.saveAs('Mine')
    editor.actions.setNotes('not saved')
    const work = state().document
    await files.openExample('iris')
    expect(tabs().tabs.map(({ name, dirty }) => [name, dirty])).toEqual([
      [work.name, true],
      ['', false],
    ])
    expect(state().undoLabel).toBeNull()
    files.turnTab(-1)
    expect(state()).toMatchObject({ document: work, dirty: true, fileName: 'Mine' })
    expect(state().undoLabel).not.toBeNull()
    await files.save()
    expect(memory.documents.get('doc-0')?.text).toBe(writeDocument(work))
    files.closeTab(tabs().active)
    expect(state().document.name).toBe('Iris')
    expect(tabs().tabs).toHaveLength(1)
  })

  it('is offered back when its tab is closed', async () => {
    const { files, editor, notices, state } = open(memoryHost())
    await files.start('examples/xor')
    editor.actions.setNotes('not saved')
    const work = state().document
    await files.openExample('iris')
    files.closeTab(files.tabs.getState().tabs[0]?.id ?? '')
    expect(state().document.name).toBe('Iris')
    const offered = notices.store.getState().find(({ kind }) => kind === 'offer')
    expect(offered?.message).toContain(work.name)
    offered?.actions[0]?.run()
    expect(state()).toMatchObject({ document: work, dirty: true })
  })

  it('keeps its one draft when its tab is closed and it is restored, until it is saved', async () => {
    const memory = memoryHost()
    const { files, editor, notices, state } = open(memory)
    await files.start('examples/xor')
    editor.actions.setName('One')
    await files.openExample('iris')
    editor.actions.setName('Two')
    files.closeTab(files.tabs.getState().tabs[0]?.id ?? '')
    const restore = notices.store.getState().find(({ kind }) => kind === 'offer')?.actions[0]
    restore?.run()
    // A second time it is there already.
    restore?.run()
    expect(files.tabs.getState().tabs).toHaveLength(2)
    editor.actions.setNotes('more')
    await vi.advanceTimersByTimeAsync(1100)
    const kept = () => [...memory.drafts.values()].map(({ name }) => name).toSorted()
    expect(kept()).toEqual(['One', 'Two'])
    expect(state().document.name).toBe('One')
    await files.saveAs('One')
    expect(kept()).toEqual(['Two'])
  })

  it.each([0, 1100])(
    'of the last tab is kept when that is closed, whatever is drawn next: %i ms',
    async (time) => {
      const memory = memoryHost()
      const { files, editor } = open(memory)
      await files.start('examples/xor')
      editor.actions.setName('One')
      await vi.advanceTimersByTimeAsync(time)
      files.closeTab(files.tabs.getState().active)
      editor.actions.setName('Next')
      await vi.advanceTimersByTimeAsync(1100)
      expect([...memory.drafts.values()].map(({ name }) => name)).toEqual(['One', 'Next'])
    },
  )

  it('that is discarded later takes no other document with it', async () => {
    const memory = memoryHost()
    const text = readFileSync('examples/iris.wiregrad', 'utf8')
    memory.drafts.set('old', { name: 'Old', text, modified: 1 })
    const { files, notices, editor, state } = open(memory)
    await files.start(null)
    const [restored] = notices.store.getState()
    files.newDocument()
    editor.actions.setName('Newer')
    restored?.actions[0]?.run()
    await vi.advanceTimersByTimeAsync(1)
    const { tabs, active } = files.tabs.getState()
    expect(state().document.name).not.toContain('Iris')
    files.showTab(tabs.find(({ id }) => id !== active)?.id ?? '')
    expect(state().document.name).toBe('Newer')
  })

  it('that was saved is discarded no longer, and what was opened in its place stays', async () => {
    const memory = memoryHost()
    const text = readFileSync('examples/iris.wiregrad', 'utf8')
    memory.drafts.set('old', { name: 'Old', text, modified: 1 })
    const { files, notices, editor, state } = open(memory)
    await files.start(null)
    const [restored] = notices.store.getState()
    await files.saveAs('Mine')
    expect(notices.store.getState().filter(({ kind }) => kind === 'offer')).toEqual([])
    await files.openExample('xor')
    editor.actions.setNotes('worked on')
    const work = state().document
    restored?.actions[0]?.run()
    await vi.advanceTimersByTimeAsync(1)
    expect(state().document).toBe(work)
  })

  it.each([0, 1100])(
    'that was gone on with is discarded, draft and all, but offered back: %i ms',
    async (time) => {
      const memory = memoryHost()
      const text = readFileSync('examples/iris.wiregrad', 'utf8')
      memory.drafts.set('old', { name: 'Old', text, modified: 1 })
      const { files, notices, editor, state } = open(memory)
      await files.start(null)
      editor.actions.setNotes('gone on')
      const work = state().document
      await vi.advanceTimersByTimeAsync(time)
      notices.store.getState()[0]?.actions[0]?.run()
      await vi.advanceTimersByTimeAsync(2000)
      expect([...memory.drafts.keys()]).toEqual([])
      expect(state()).toMatchObject({ dirty: false, fileName: null })
      const [back, ...others] = notices.store.getState()
      expect(others).toEqual([])
      back?.actions[0]?.run()
      expect(state()).toMatchObject({ document: work, dirty: true })
    },
  )

  it('is not offered back once it was discarded', async () => {
    const memory = memoryHost()
    memory.drafts.set('old', {
      name: 'Old',
      text: readFileSync('examples/iris.wiregrad', 'utf8'),
      modified: 1,
    })
    const { files, notices, state } = open(memory)
    await files.start(null)
    expect(state().dirty).toBe(true)
    const [restored] = notices.store.getState()
    notices.dismiss(restored?.id ?? 0)
    restored?.actions[0]?.run()
    await vi.advanceTimersByTimeAsync(1)
    expect(state().document.name).not.toContain('Iris')
    expect(notices.store.getState()).toEqual([])
  })
})

describe('autosave', () => {
  it('writes a second after the last edit, restores at the next start, and goes when saved', async () => {
    const memory = memoryHost()
    const first = open(memory)
    await first.files.start('examples/xor')
    await vi.advanceTimersByTimeAsync(5000)
    expect(memory.drafts.size).toBe(0)
    first.editor.actions.setName('Half done')
    await vi.advanceTimersByTimeAsync(900)
    first.editor.actions.setNotes('…')
    await vi.advanceTimersByTimeAsync(900)
    expect(memory.drafts.size).toBe(0)
    await vi.advanceTimersByTimeAsync(200)
    expect([...memory.drafts.values()].map(({ name }) => name)).toEqual(['Half done'])

    const second = open(memory)
    await second.files.start(null)
    expect(second.state()).toMatchObject({ document: { name: 'Half done', notes: '…' }, dirty: true })
    await second.files.saveAs('Done')
    expect(memory.drafts.size).toBe(0)
  })

  it('that is being written when the document is saved goes all the same, and what comes after it stays', async () => {
    const memory = memoryHost()
    const { files, editor } = open(memory)
    await files.start('examples/xor')
    const { writeDraft } = memory.host
    memory.host.writeDraft = async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 2500))
      return writeDraft(...given)
    }
    editor.actions.setName('Half done')
    await vi.advanceTimersByTimeAsync(1100)
    const saving = files.saveAs('Done')
    await vi.advanceTimersByTimeAsync(100)
    editor.actions.setNotes('after')
    await vi.advanceTimersByTimeAsync(2500)
    await saving
    expect(memory.drafts.size).toBe(0)
    await vi.advanceTimersByTimeAsync(2500)
    expect([...memory.drafts.values()].map(({ text }) => text.includes('after'))).toEqual([true])
  })

  it('is offered beside an example that was asked for, and can be discarded', async () => {
    const memory = memoryHost()
    memory.drafts.set('old', {
      name: 'Old work',
      text: readFileSync('examples/iris.wiregrad', 'utf8'),
      modified: 1,
    })
    const { files, state, notices } = open(memory)
    await files.start('examples/xor')
    expect(state().document.name).toBe('XOR')
    const [offer] = notices.store.getState()
    expect(offer?.actions.map(({ label }) => label)).toEqual(['Restore', 'Discard'])
    offer?.actions[0]?.run()
    expect(state().document.name).toContain('Iris')
    offer?.actions[1]?.run()
    await vi.advanceTimersByTimeAsync(1)
    expect(memory.drafts.size).toBe(0)
  })

  it('is written once for each document, however often one goes from tab to tab', async () => {
    const memory = memoryHost()
    const { files, editor } = open(memory)
    await files.start('examples/xor')
    editor.actions.setName('One')
    files.newDocument()
    editor.actions.setName('Two')
    for (let turn = 0; turn < 5; turn++) {
      await vi.advanceTimersByTimeAsync(turn * 400)
      files.turnTab(1)
    }
    await vi.advanceTimersByTimeAsync(2000)
    expect([...memory.drafts.values()].map(({ name }) => name).toSorted()).toEqual(['One', 'Two'])
  })

  it('brings back every document that was open, once and as it was left', async () => {
    const memory = memoryHost()
    const text = readFileSync('examples/iris.wiregrad', 'utf8')
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const [modified, name] of names.entries())
      memory.drafts.set(name, { name, text: text.replace(/"name": "[^"]*"/, `"name": "${name}"`), modified })
    const first = open(memory)
    await first.files.start(null)
    expect(first.state().document.name).toBe('f')
    const offers = first.notices.store.getState().filter(({ actions }) => actions.length > 1)
    expect(offers.map(({ message }) => message)).toEqual([
      strings.notices.keptMany(['e', 'd', 'c', 'b', 'a']),
    ])
    offers[0]?.actions[1]?.run()
    await vi.advanceTimersByTimeAsync(1)
    expect([...memory.drafts.keys()]).toEqual(['f'])
    // A slip of the hand: all of it is still there.
    const back = first.notices.store.getState().at(-1)
    expect(back?.message).toBe(strings.notices.discardedMany(5))
    back?.actions[0]?.run()
    expect(first.files.tabs.getState().tabs).toHaveLength(6)
    expect(first.state().document.name).toBe('f')
    first.files.turnTab(-1)
    const { name } = first.state().document
    // Restored and gone on with: the draft goes on, too, and there is no second one of what it was before.
    first.editor.actions.setNotes('Gone on.')
    await vi.advanceTimersByTimeAsync(1100)
    expect([...memory.drafts.values()].map(({ name }) => name).toSorted()).toEqual(names)
    expect([...memory.drafts.keys()]).not.toContain(name)
  })

  it('says once that it fails, guards the page, and stops guarding when it works again', async () => {
    const memory = memoryHost()
    const { files, editor, messages } = open(memory)
    await files.start('examples/xor')
    memory.fail('The disk is full.')
    for (const name of ['a', 'b']) {
      editor.actions.setName(name)
      await vi.advanceTimersByTimeAsync(1100)
    }
    expect(messages().filter((message) => message.includes('The disk is full.'))).toHaveLength(1)
    expect(files.store.getState().autosaveFailed).toBe(true)
    memory.fail(null)
    editor.actions.setName('c')
    await vi.advanceTimersByTimeAsync(1100)
    expect(files.store.getState().autosaveFailed).toBe(false)
  })
})

describe('a table of one’s own', () => {
  const csv = (name: string, text: string) => [{ name, bytes: new TextEncoder().encode(text) }]
  const flats = (head: string, last: (at: number) => unknown) =>
    csv(
      'flats.csv',
      [head, ...Array.from({ length: 40 }, (_, at) => `${at * 1.5},${at % 7},${String(last(at))}`)].join(
        '\n',
      ),
    )

  it.each([
    {
      what: 'amounts',
      given: flats('area,floor,price', (at) => at * 1000.5),
      loss: 'mean-squared-error',
      units: 1,
      scaled: 'standardise',
    },
    {
      what: 'classes',
      given: flats('area,floor,class', (at) => 'abc'[at % 3]),
      loss: 'sparse-categorical-crossentropy',
      units: 3,
      scaled: 'none',
    },
  ])('comes with a network that fits: $what', async ({ given, loss, units, scaled }) => {
    const { files, tableImport, state, editor } = open(memoryHost())
    await files.start('examples/digits-mlp')
    await files.openOwn(given)
    expect(tableImport.store.getState()?.place).toBe('new-document')
    // Nothing has happened yet.
    expect(state().document.name).not.toBe('flats')
    tableImport.take()
    const { document, analysis } = state()
    expect(document.name).toBe('flats')
    expect(analysis.problems).toEqual([])
    expect(analysis.plan.losses.length).toBe(1)
    const types = Object.values(document.nodes).map(({ type }) => type)
    expect(types).toEqual(['data', 'dense', 'dense', loss, expect.any(String)])
    const last = Object.values(document.nodes)[2]
    expect(last?.params['units']).toBe(units)
    expect(Object.values(document.nodes)[0]?.params['scaleTarget']).toBe(scaled)
    editor.actions.undo()
    expect(state().document).toMatchObject({ name: 'Untitled', nodes: {} })
    expect(state()).toMatchObject({ dirty: false, undoLabel: null })
  })

  it('is wanted before a training where the document came without it, and given is wanted no longer', async () => {
    const [given = { name: '', bytes: new Uint8Array(0) }] = flats('area,floor,price', (at) => at * 1000.5)
    const first = open(memoryHost())
    await first.files.openOwn([given])
    first.tableImport.take()
    expect(missingTables(first.state().analysis.plan, first.session.store.getState().files)).toEqual([])

    const { editor, files, tableImport, state, session, notices, messages, willPick } = open(memoryHost())
    const wanted = () => missingTables(state().analysis.plan, session.store.getState().files)
    files.openText('flats.wiregrad', writeDocument(first.state().document))
    const [data = ''] = state().analysis.plan.data
    expect(state().analysis.ok).toBe(true)
    expect(wanted()).toEqual([{ node: data, file: 'flats.csv' }])
    expect(notices.store.getState()).toMatchObject([{ kind: 'offer' }])
    await session.actions.train('fresh')
    // No worker was started, which would have thrown; the sentence stands once, as an error, and the node is shown.
    expect(session.store.getState()).toMatchObject({ status: 'idle', message: null })
    expect(messages()).toEqual([strings.dataset.needed('flats.csv')])
    expect(notices.store.getState()).toMatchObject([{ kind: 'error' }])
    expect([...state().selection.nodes]).toEqual([data])
    willPick(given.name, given.bytes)
    await tableImport.find(data)
    expect(tableImport.store.getState()).toBeNull()
    expect([wanted(), messages()]).toEqual([[], []])
    // It is there again in its tab, too.
    editor.actions.setNotes('Worked on.')
    files.newDocument()
    expect(state().analysis.plan.data).toEqual([])
    files.turnTab(-1)
    expect([state().analysis.plan.data, wanted()]).toEqual([[data], []])
  })

  it('that undo took back is not read in the place of what the node had', async () => {
    const { files, tableImport, session, editor, state } = open(memoryHost())
    await files.start('examples/iris')
    editor.actions.setNotes('Worked on.')
    await files.openFiles(flats('area,floor,class', (at) => 'abc'[at % 3]))
    tableImport.take()
    const used = () => filesInUse(state().analysis.plan, session.store.getState().files)
    expect(used().map(({ name }) => name)).toEqual(['flats.csv'])
    editor.actions.undo()
    expect(used()).toEqual([])
    editor.actions.redo()
    expect(used().map(({ name }) => name)).toEqual(['flats.csv'])
  })

  it('leaves unsaved work in its tab', async () => {
    const { files, tableImport, state, editor } = open(memoryHost())
    await files.start('examples/xor')
    editor.actions.setName('Mine')
    await files.openOwn(flats('area,floor,price', (at) => at * 1000.5))
    tableImport.take()
    expect(files.tabs.getState().tabs.length).toBe(2)
    files.turnTab(-1)
    expect(state().document.name).toBe('Mine')
  })

  it('is said to be read where that takes a while', async () => {
    const { files, tableImport, notices } = open(memoryHost())
    await files.start('examples/digits-mlp')
    const said: string[] = []
    notices.store.subscribe((all) => said.push(...all.map(({ message }) => message)))
    const opening = files.openFiles(
      csv('large.csv', `area,class\n${`1.5,${'a'.repeat(6000)}\n`.repeat(1000)}`),
    )
    await vi.advanceTimersByTimeAsync(100)
    await opening
    expect(said).toContain(strings.notices.importing('large.csv'))
    expect(tableImport.store.getState()?.survey.rows).toHaveLength(1000)
    expect(notices.store.getState()).toEqual([])
  })

  it('takes the place of a graph that nobody worked on, and otherwise goes into its data node', async () => {
    const { files, tableImport, editor } = open(memoryHost())
    await files.start('examples/digits-mlp')
    const given = flats('area,floor,price', (at) => at * 1000.5)
    await files.openFiles(given)
    expect(tableImport.store.getState()?.place).toBe('new-document')
    editor.actions.setNotes('Worked on.')
    await files.openFiles(given)
    expect(tableImport.store.getState()?.place).toEqual({ node: 'data' })
    tableImport.take()
    await files.openFiles(given)
    expect(tableImport.store.getState()?.place).toEqual({ node: 'data' })
    tableImport.close()
    await files.openFiles(given.map(({ bytes }) => ({ name: 'flats.tsv', bytes })))
    expect(tableImport.store.getState()?.survey.file).toBe('flats.tsv')
  })
})
