/**
 * From a key press to a command. Plain keys are left to fields, buttons and menus that want them; the browser's own
 * meaning is prevented only where a command took the key.
 */
import { mac } from '../ui/mac'
import type { Stores } from '../ui/stores'
import type { Keymap } from '../state/settings'
import { commands, runCommand, type Command, type CommandId } from './commands'
import { commandsOn, keysOf } from './keymap'

/** `Mod+Shift+Z` of a key press. */
export function chordOf(event: KeyboardEvent, isMac = mac): string {
  const letter = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  const mod = isMac ? event.metaKey : event.ctrlKey
  // Shift is part of what gave `+` or `/`, but not of letters and digits.
  const shift = event.shiftKey && (/^[A-Z]$/.test(letter) || letter.length > 1)
  const digit = /^Digit(\d)$/.exec(event.code)?.[1]
  const plainLetter = /^Key([A-Z])$/.exec(event.code)?.[1]
  // With Alt a Mac's digits and letters give other characters.
  const key =
    (event.shiftKey || event.altKey) && digit !== undefined
      ? digit
      : event.altKey && plainLetter !== undefined
        ? plainLetter
        : letter
  return [
    mod ? 'Mod' : '',
    event.altKey ? 'Alt' : '',
    shift || (event.shiftKey && digit !== undefined) ? 'Shift' : '',
    key,
  ]
    .filter((part) => part !== '')
    .join('+')
}

/** A chord as people read it. */
export function chordText(chord: string, isMac = mac): string {
  return isMac
    ? chord.replace('Mod+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥').replace('Enter', '⏎')
    : chord.replace('Mod', 'Ctrl')
}

/** The first key of a command as people read it. */
export function shortcutText(id: CommandId, keymap: Keymap, isMac = mac): string {
  const [first] = keysOf(id, keymap)
  return first === undefined ? '' : chordText(first, isMac)
}

/** Listens on the whole window; answers how to stop. */
export function listenToKeys(stores: Stores): () => void {
  /** The canvas was clicked, and nobody has gone on by Tab since. */
  let onCanvas = true

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog:modal') !== null) return
    // It closes the menu that is open.
    if (event.key === 'Escape' && document.querySelector(':popover-open') !== null) return
    const chord = chordOf(event)
    // Tab moves on for those who go by keyboard; after a click on the canvas it searches.
    if (chord === 'Tab' && !(onCanvas && isOnCanvas())) {
      onCanvas = false
      return
    }
    // Of several commands on one key, the first in the table that can run takes it.
    const id = commandsOn(chord, stores.settings.store.getState().keymap).find((each) => {
      const command: Command = commands[each]
      return (command.inFields === true || !wantsKey(event)) && (command.can?.(stores) ?? true)
    })
    // A key that cannot do anything now keeps its meaning for the page.
    if (id === undefined) return
    event.preventDefault()
    runCommand(id, stores)
  }
  function onPointerDown(event: PointerEvent): void {
    onCanvas = event.target instanceof Element && event.target.closest('.canvas') !== null
  }
  window.addEventListener('keydown', onKeyDown)
  window.addEventListener('pointerdown', onPointerDown, true)
  return () => {
    window.removeEventListener('keydown', onKeyDown)
    window.removeEventListener('pointerdown', onPointerDown, true)
  }
}

function isOnCanvas(): boolean {
  const { activeElement } = document
  return (
    activeElement === null || activeElement === document.body || activeElement.closest('.canvas') !== null
  )
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
