/** Opens an example with a fault put into it, or taken out of it: one step of undo, and a way back. */
import { cureDraft } from '../../engine/diagnose/cure'
import type { CureEdit } from '../../engine/diagnose/finding'
import { catalogue } from '../../nodes/catalogue'
import { strings } from '../ui/strings'
import type { Stores } from '../ui/stores'
import type { ExampleName } from './breaks'

const words = strings.start

function edit({ editor }: Stores, label: string, edits: readonly CureEdit[]): void {
  editor.actions.edit(label, (draft) => cureDraft(draft, catalogue, { id: 'start', label, edits }))
}

export async function openBroken(
  stores: Stores,
  name: ExampleName,
  edits: readonly CureEdit[],
  what: string,
): Promise<void> {
  if (!(await stores.files.openExample(name))) return
  const { editor, notices } = stores
  const sound = editor.store.getState().document
  edit(stores, words.breakIt, edits)
  const repair = () =>
    editor.actions.edit(words.repair, (draft) => {
      Object.assign(draft, structuredClone(sound))
    })
  notices.offer(words.broken(what), [{ label: words.repair, run: repair }])
}

export async function openRepaired(
  stores: Stores,
  name: ExampleName,
  edits: readonly CureEdit[],
): Promise<void> {
  if (await stores.files.openExample(name)) edit(stores, words.repair, edits)
}
