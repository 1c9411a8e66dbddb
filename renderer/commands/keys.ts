/**
 * From a key press to a command. Plain keys are left to fields, buttons and menus that want them; the browser's own
 * meaning is prevented only where a command took the key.
 */
import type { Stores } from '../ui/stores'
import { commands, runCommand, type Command, type CommandId } from './commands'

const mac = navigator.userAgent.includes('Mac')

/** `Mod+Shift+Z` of a key press. */
export function chordOf(event: KeyboardEvent, isMac = mac): string {
  const letter = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  const mod = isMac ? event.metaKey : event.ctrlKey
  // Shift is part of what gave `+` or `/`, but not of letters and digits.
  const shift = event.shiftKey && (/^[A-Z]$/.test(letter) || letter.length > 1)
  const digit = /^Digit(\d)$/.exec(event.code)?.[1]
  // With Alt a Mac's digits give other characters.
  const key = (event.shiftKey || event.altKey) && digit !== undefined ? digit : letter
  return [
    mod ? 'Mod' : '',
    event.altKey ? 'Alt' : '',
    shift || (event.shiftKey && digit !== undefined) ? 'Shift' : '',
    key,
  ]
    .filter((part) => part !== '')
    .join('+')
}

/** The first key of a command as people read it. */
export function shortcutText(id: CommandId, isMac = mac): string {
  const command: Command = commands[id]
  const [first] = command.keys ?? []
  if (first === undefined) return ''
  return isMac
    ? first.replace('Mod+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥').replace('Enter', '⏎')
    : first.replace('Mod', 'Ctrl')
}

/** Of several commands on one key, the first in the table that can run takes it. */
const byChord = new Map<string, CommandId[]>()
for (const id of Object.keys(commands) as CommandId[]) {
  const command: Command = commands[id]
  for (const key of command.keys ?? []) byChord.set(key, [...(byChord.get(key) ?? []), id])
}

/** Listens on the whole window; answers how to stop. */
export function listenToKeys(stores: Stores): () => void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog:modal') !== null) return
    const id = byChord.get(chordOf(event))?.find((each) => {
      const command: Command = commands[each]
      return (command.inFields === true || !wantsKey(event)) && (command.can?.(stores) ?? true)
    })
    // A key that cannot do anything now keeps its meaning for the page.
    if (id === undefined) return
    event.preventDefault()
    runCommand(id, stores)
  }
  window.addEventListener('keydown', onKeyDown)
  return () => window.removeEventListener('keydown', onKeyDown)
}

/** Whether the focused element has its own use for this key. */
function wantsKey(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select')) return true
  const plain = !event.ctrlKey && !event.metaKey
  if (target.closest('[role=menu], [role=listbox]') !== null) return plain
  const pressed = event.key === ' ' || event.key === 'Enter'
  return (
    plain &&
    pressed &&
    target.matches('button, input, summary, a, [role=group], [role=option], [tabindex="0"]')
  )
}
