/**
 * What the window and the desktop shell tell each other: the menu bar and what is chosen in it, documents that the
 * system opens, unsaved work. Where the window is a browser's, nothing of this happens.
 */
import type { HostEvent } from '../../app/shared/channels'
import { commands, runCommand, type Command, type CommandId } from '../commands/commands'
import { nativeMenus } from '../commands/native-menu'
import type { Bridge } from '../platform/bridge'
import type { Stores } from '../ui/stores'
import { spoken } from '../ui/language'
import { strings } from '../ui/strings'

const words = strings.desktop

/** Commands that mean something else in a text field. */
const fieldEdits = {
  undo: 'undo',
  redo: 'redo',
  cut: 'cut',
  copy: 'copy',
  paste: 'paste',
  selectAll: 'selectAll',
  delete: 'delete',
} as const

function isFieldEdit(id: string): id is keyof typeof fieldEdits {
  return Object.hasOwn(fieldEdits, id)
}

function isCommand(id: string): id is CommandId {
  return Object.hasOwn(commands, id)
}

function inField(): boolean {
  const focused = document.activeElement
  return focused !== null && focused.matches('input:not([type=checkbox]), textarea, [contenteditable]')
}

/** Milliseconds after a change before the menu bar is made anew. */
const menuDelay = 100

/** Connects the stores with the shell, once the first document is there. */
export function connectDesktop(stores: Stores, bridge: Bridge, begun: Promise<unknown>): void {
  const { listen } = bridge
  if (listen === null) return
  const { editor, files, notices, session } = stores

  function chosen(id: string): void {
    if (!isCommand(id)) return
    if (isFieldEdit(id) && inField()) {
      void bridge.invoke('window/edit', { edit: fieldEdits[id] })
      return
    }
    if (document.querySelector('dialog:modal') !== null) return
    const command: Command = commands[id]
    // A key that is typed in a field chooses nothing; a click on the menu takes the caret out of it.
    if (inField() && command.inFields !== true) (document.activeElement as HTMLElement).blur()
    runCommand(id, stores)
  }

  async function saveAndClose(): Promise<void> {
    await files.save()
    if (!editor.store.getState().dirty) await bridge.invoke('window/close', {})
  }

  function hear(event: HostEvent): void {
    switch (event.kind) {
      case 'command':
        chosen(event.id)
        break
      case 'open':
        // Neither the start page nor another dialog may stand before it.
        files.closeDialog()
        void files.openStored(event.id)
        break
      case 'save-and-close':
        void saveAndClose()
        break
      case 'graphics-lost':
        notices.info(event.switchedOff ? words.webgpuSwitchedOff : words.graphicsLost)
        break
    }
  }

  let reported = ''
  function report(): void {
    const { document: shown, dirty: edited } = editor.store.getState()
    const question = { ...words.question, message: words.question.message(shown.name) }
    const next = JSON.stringify([edited, question])
    if (next === reported) return
    reported = next
    void bridge.invoke('window/report', { edited, question })
  }

  let sent = ''
  let timer: ReturnType<typeof setTimeout> | null = null
  function sendMenu(): void {
    timer = null
    const menus = nativeMenus(stores)
    const added = { ...words.added }
    const next = JSON.stringify([menus, added])
    if (next === sent) return
    sent = next
    void bridge.invoke('window/menu', { menus, words: added })
  }
  function menuSoon(): void {
    timer ??= setTimeout(sendMenu, menuDelay)
  }

  listen(hear)
  report()
  sendMenu()
  editor.store.subscribe(report)
  editor.store.subscribe(menuSoon)
  session.store.subscribe(menuSoon)
  spoken.subscribe(() => {
    report()
    menuSoon()
  })
  // What the system asked to open comes after what the window opens by itself.
  void begun.then(() => bridge.invoke('window/ready', {}))
}
