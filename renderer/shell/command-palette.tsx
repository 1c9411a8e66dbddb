/** The command palette: every command of the table, by a few letters, with its key. */
import { useCallback, useState } from 'react'
import { commands, runCommand, type Command, type CommandId } from '../commands/commands'
import { commandIds } from '../commands/keymap'
import { shortcutText } from '../commands/keys'
import { ListMore } from '../ui/list-more'
import { strings } from '../ui/strings'
import { useSettings, useStores } from '../ui/stores'
import { rankWords } from '../ui/rank-words'
import { useSearchList } from '../ui/use-search-list'
import { Modal } from './modal'

const words = strings.dialogs

export function CommandPalette() {
  const stores = useStores()
  const keymap = useSettings((state) => state.keymap)
  // What can be done now is fixed when the palette opens; it lies over everything else.
  const [able] = useState(() =>
    commandIds.filter((command) => {
      const { can }: Command = commands[command]
      return command !== 'commandPalette' && (can?.(stores) ?? true)
    }),
  )
  const find = useCallback(
    (query: string) => rankWords(able, query, (command) => (commands[command] satisfies Command).title()),
    [able],
  )
  function close(): void {
    stores.files.closeDialog()
  }
  function choose(command: CommandId | undefined): void {
    if (command === undefined) return
    close()
    // After the dialog has gone, so that what the command opens or focuses stays.
    requestAnimationFrame(() => requestAnimationFrame(() => runCommand(command, stores)))
  }
  const { found, take, field, list, item, below, showMore } = useSearchList(find, choose)

  return (
    <Modal title={words.commands} onClose={close}>
      <input {...field} placeholder={words.commandsHint} aria-label={words.commands} onKeyDown={take} />
      <div className="command-results list-box">
        <ul {...list} className="command-list" aria-label={words.commands}>
          {found.map((command, index) => (
            <li key={command} {...item(index)} className="menu-item">
              <span className="menu-words">{commands[command].title()}</span>
              {shortcutText(command, keymap) !== '' && <kbd>{shortcutText(command, keymap)}</kbd>}
            </li>
          ))}
        </ul>
        <ListMore below={below} onShow={showMore} />
        {found.length === 0 && <p className="dialog-text">{words.noCommand}</p>}
      </div>
    </Modal>
  )
}
