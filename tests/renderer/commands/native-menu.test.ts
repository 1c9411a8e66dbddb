/** The native menu bar is the command table: every command once, with its name, key and availability. */
import { expect, test } from 'vitest'
import { contract } from '../../../app/shared/contract'
import { catalogue } from '../../../nodes/catalogue'
import { commands, type Command } from '../../../renderer/commands/commands'
import { nativeMenus, type MenuOfBar } from '../../../renderer/commands/native-menu'
import { createEditor } from '../../../renderer/state/editor'
import { createSession } from '../../../renderer/state/session'
import type { Stores } from '../../../renderer/ui/stores'
import { strings } from '../../../renderer/ui/strings'

function open(): Stores {
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  const session = createSession({
    editor,
    choice: null,
    onWorkerFailure: () => {},
    startWorker: () => {
      throw new Error('No worker is needed here.')
    },
  })
  // What tells whether a command can be run now; running one is not tried here.
  return {
    editor,
    session,
    moment: { step: null },
    files: { tabs: { getState: () => ({ tabs: [], shown: '' }) } },
    stepwise: { store: { getState: () => ({ open: false }) } },
  } as unknown as Stores
}

function items(menus: readonly MenuOfBar[]) {
  return menus
    .flatMap(({ items }) => items)
    .flatMap((item) => (item.kind === 'submenu' ? item.items : [item]))
    .flatMap((item) => (item.kind === 'command' ? [item] : []))
}

test('every command stands in it once, named and with its first key as the table has them', () => {
  const menus = nativeMenus(open())
  const there = items(menus)
  expect(there.map(({ id }) => id).sort()).toEqual(Object.keys(commands).sort())
  for (const { id, label, keys } of there) {
    const command: Command = commands[id]
    expect([id, label, keys]).toEqual([id, command.title(), command.keys?.[0] ?? null])
  }
})

test('it is what the host takes', () => {
  expect(() =>
    contract['window/menu'].arg.parse({ menus: nativeMenus(open()), words: strings.desktop.added }),
  ).not.toThrow()
})

test('what cannot be done now cannot be chosen, and can be afterwards', () => {
  const stores = open()
  const enabled = (id: string) => items(nativeMenus(stores)).find((item) => item.id === id)?.enabled
  expect([enabled('undo'), enabled('save'), enabled('delete')]).toEqual([false, true, false])
  stores.editor.actions.addNode('dense', [0, 0], {})
  expect([enabled('undo'), enabled('delete')]).toEqual([true, true])
})
