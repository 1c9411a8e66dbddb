/** Copy and paste where the browser does not let a page read the clipboard, or write to it. */
import { afterEach, expect, test, vi } from 'vitest'
import { copy, paste } from '../../../renderer/commands/actions'
import { createEditor } from '../../../renderer/state/editor'
import { createNotices } from '../../../renderer/state/notices'
import { strings } from '../../../renderer/ui/strings'
import type { Stores } from '../../../renderer/ui/stores'
import { catalogue } from '../../../nodes/catalogue'

afterEach(() => vi.unstubAllGlobals())

function setUp() {
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  const notices = createNotices()
  const stores = { editor, notices, view: { pointer: () => null } } as unknown as Stores
  const add = (type: string) => {
    const id = editor.actions.addNode(type, [0, 0])
    editor.actions.select({ nodes: id === null ? [] : [id] })
  }
  const types = () => Object.values(editor.store.getState().document.nodes).map(({ type }) => type)
  const said = () => notices.store.getState().map(({ message }) => message)
  return { stores, add, types, said }
}

const refuse = () => Promise.reject(new Error('NotAllowedError'))

test('what was copied in this window can be pasted in it', async () => {
  vi.stubGlobal('navigator', { clipboard: { readText: refuse, writeText: refuse } })
  const { stores, add, types, said } = setUp()
  await paste(stores)
  expect(said()).toEqual([strings.notices.clipboardFailed])
  add('dense')
  expect(await copy(stores)).toBe(true)
  await paste(stores)
  expect(types()).toEqual(['dense', 'dense'])
  expect(said()).toHaveLength(1)
})

test('also where there is no clipboard at all', async () => {
  vi.stubGlobal('navigator', {})
  const { stores, add, types, said } = setUp()
  add('flatten')
  expect(await copy(stores)).toBe(true)
  await paste(stores)
  expect([types(), said()]).toEqual([['flatten', 'flatten'], []])
})

test('a clipboard that may be read and not written is older than what was copied since, until it may be', async () => {
  let there = 'Words of another program.'
  const readText = () => Promise.resolve(there)
  vi.stubGlobal('navigator', { clipboard: { readText, writeText: refuse } })
  const { stores, add, types, said } = setUp()
  add('dropout')
  expect(await copy(stores)).toBe(true)
  await paste(stores)
  expect([types(), said()]).toEqual([['dropout', 'dropout'], []])
  const writeText = async (text: string) => void (there = text)
  vi.stubGlobal('navigator', { clipboard: { readText, writeText } })
  await copy(stores)
  there = 'Words that were copied later.'
  await paste(stores)
  expect([types().length, said()]).toEqual([2, [strings.notices.pasteFailed]])
})
