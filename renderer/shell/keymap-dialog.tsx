/**
 * Every command with its keys, which can be changed: a click, then the new key. A key that another command has is said so,
 * and taken from it only by a further click.
 */
import { RotateCcw } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { commands, type CommandId } from '../commands/commands'
import { commandIds, commandsOn, keysOf, withKeys } from '../commands/keymap'
import { chordOf, chordText } from '../commands/keys'
import { rankWords } from '../ui/rank-words'
import { strings } from '../ui/strings'
import { useSettings, useStores } from '../ui/stores'
import { Modal } from './modal'

const words = strings.dialogs

interface Conflict {
  readonly id: CommandId
  readonly chord: string
  readonly others: readonly CommandId[]
}

/** Keys that only hold down others. */
const modifiers = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead'])

export function KeymapDialog() {
  const { files, settings } = useStores()
  const keymap = useSettings((state) => state.keymap)
  const [query, setQuery] = useState('')
  const [listening, setListening] = useState<CommandId | null>(null)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const found = rankWords(commandIds, query, (id) => commands[id].title())

  function take(id: CommandId, chord: string, from: readonly CommandId[]): void {
    let next = withKeys(keymap, id, [chord])
    for (const other of from)
      next = withKeys(
        next,
        other,
        keysOf(other, next).filter((key) => key !== chord),
      )
    settings.set({ keymap: next })
    setListening(null)
    setConflict(null)
  }

  function onKeyDown(event: KeyboardEvent, id: CommandId): void {
    if (listening !== id) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') {
      setListening(null)
      return
    }
    if (modifiers.has(event.key)) return
    const chord = chordOf(event.nativeEvent)
    const others = commandsOn(chord, keymap).filter((other) => other !== id)
    if (others.length === 0) take(id, chord, [])
    else {
      setListening(null)
      setConflict({ id, chord, others })
    }
  }

  return (
    <Modal title={words.keymap} wide onClose={() => files.closeDialog()}>
      <p className="dialog-text">{words.keymapHint}</p>
      <input
        className="input"
        type="search"
        value={query}
        placeholder={words.commandsHint}
        aria-label={words.commandsHint}
        onChange={(event) => setQuery(event.target.value)}
      />
      <ul className="keymap-list">
        {found.map((id) => {
          const keys = keysOf(id, keymap)
          const title = commands[id].title()
          const shown = keys.map((key) => chordText(key)).join(', ')
          return (
            <li key={id}>
              <span>{title}</span>
              <button
                type="button"
                className="button keymap-key"
                aria-label={words.changeKey(title, shown)}
                aria-pressed={listening === id}
                onClick={() => {
                  setConflict(null)
                  setListening(listening === id ? null : id)
                }}
                onBlur={() => listening === id && setListening(null)}
                onKeyDown={(event) => onKeyDown(event, id)}
              >
                {listening === id ? words.pressKey : shown === '' ? words.noKey : shown}
              </button>
              <button
                type="button"
                className="button button-icon button-quiet"
                aria-label={words.resetKey(title)}
                title={words.resetKey(title)}
                disabled={!Object.hasOwn(keymap, id)}
                onClick={() => settings.set({ keymap: withKeys(keymap, id, null) })}
              >
                <RotateCcw size={14} aria-hidden />
              </button>
              {conflict?.id === id && (
                <p className="row-error" role="alert">
                  {words.keyTaken(
                    chordText(conflict.chord),
                    conflict.others.map((other) => commands[other].title()),
                  )}{' '}
                  <button
                    type="button"
                    className="button"
                    onClick={() => take(id, conflict.chord, conflict.others)}
                  >
                    {words.takeKey}
                  </button>
                </p>
              )}
            </li>
          )
        })}
      </ul>
      <footer className="dialog-buttons">
        <button
          type="button"
          className="button dialog-aside"
          disabled={Object.keys(keymap).length === 0}
          onClick={() => settings.set({ keymap: {} })}
        >
          {words.resetKeys}
        </button>
        <button type="button" className="button button-primary" onClick={() => files.closeDialog()}>
          {words.done}
        </button>
      </footer>
    </Modal>
  )
}
