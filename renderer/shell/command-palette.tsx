/** The command palette: every command of the table, by a few letters, with its key. */
import { useId, useMemo, useRef, useEffect, useState, type KeyboardEvent } from 'react'
import { commands, runCommand, type Command, type CommandId } from '../commands/commands'
import { commandIds } from '../commands/keymap'
import { shortcutText } from '../commands/keys'
import { strings } from '../ui/strings'
import { useSettings, useStores } from '../ui/stores'
import { rankWords } from '../ui/rank-words'
import { Modal } from './modal'

const words = strings.dialogs

export function CommandPalette() {
  const stores = useStores()
  const keymap = useSettings((state) => state.keymap)
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const id = useId()
  // What can be done now is fixed when the palette opens; it lies over everything else.
  const [able] = useState(() =>
    commandIds.filter((command) => {
      const { can }: Command = commands[command]
      return command !== 'commandPalette' && (can?.(stores) ?? true)
    }),
  )
  const found = useMemo(
    () => rankWords(able, query, (command) => (commands[command] satisfies Command).title),
    [able, query],
  )
  const at = Math.min(active, found.length - 1)

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [at])

  function close(): void {
    stores.files.closeDialog()
  }
  function choose(command: CommandId | undefined): void {
    if (command === undefined) return
    close()
    // After the dialog has gone, so that what the command opens or focuses stays.
    requestAnimationFrame(() => requestAnimationFrame(() => runCommand(command, stores)))
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setActive(Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(at - 1, 0))
    else if (event.key === 'Enter') choose(found[at])
    else return
    event.preventDefault()
  }

  return (
    <Modal title={words.commands} onClose={close}>
      <input
        className="input"
        autoFocus
        value={query}
        placeholder={words.commandsHint}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[at] === undefined ? undefined : `${id}-${found[at]}`}
        aria-label={words.commands}
        onChange={(event) => {
          setQuery(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul ref={list} id={`${id}-list`} className="command-list" role="listbox" aria-label={words.commands}>
        {found.map((command, index) => (
          <li
            key={command}
            id={`${id}-${command}`}
            role="option"
            aria-selected={index === at}
            className="menu-item"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(command)}
          >
            <span className="menu-words">{commands[command].title}</span>
            {shortcutText(command, keymap) !== '' && <kbd>{shortcutText(command, keymap)}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="dialog-text">{words.noCommand}</p>}
    </Modal>
  )
}
