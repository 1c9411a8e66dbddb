/** Copy and paste where the browser does not let a page read the clipboard, or write to it. */
import { afterEach, expect, test, vi } from 'vitest'
import { copy, paste } from '../../../renderer/commands/actions'
import { createEditor } from '../../../renderer/state/editor'
import { createNotices } from '../../../renderer/state/notices'
import { strings } from '../../../renderer/ui/strings'
import type { Stores } from '../../../renderer/ui/stores'
import { catalogue } from '../../../nodes/catalogue'

afterEach(() => vi.unstubAllGlobals())

test('what was copied in this window can be pasted in it', async () => {
  const refuse = () => Promise.reject(new Error('NotAllowedError'))
  vi.stubGlobal('navigator', { clipboard: { readText: refuse, writeText: refuse } })
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  const notices = createNotices()
  const stores = { editor, notices, view: { pointer: () => null } } as unknown as Stores
  await paste(stores)
  expect(notices.store.getState().map(({ message }) => message)).toEqual([strings.notices.clipboardFailed])
  const id = editor.actions.addNode('dense', [0, 0])
  editor.actions.select({ nodes: id === null ? [] : [id] })
  expect(await copy(stores)).toBe(true)
  await paste(stores)
  expect(Object.values(editor.store.getState().document.nodes).map(({ type }) => type)).toEqual([
    'dense',
    'dense',
  ])
  expect(notices.store.getState()).toHaveLength(1)
})
