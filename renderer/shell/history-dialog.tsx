/** All edits of this document in their order; a click goes back to, or forward to, any of them. */
import { useEditor, useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import { Modal } from './modal'

const words = strings.dialogs

export function HistoryDialog() {
  const { editor, files } = useStores()
  // Read anew with every change of the document.
  useEditor((state) => state.document)
  const { labels, done } = editor.actions.history()
  const entries = [words.opened, ...labels]
  return (
    <Modal title={words.history} onClose={() => files.closeDialog()}>
      <ol className="history-list" aria-label={words.history}>
        {entries.map((label, index) => (
          <li key={index}>
            <button
              type="button"
              className="menu-item"
              data-first={index === done ? true : undefined}
              aria-current={index === done ? 'step' : undefined}
              data-undone={index > done}
              onClick={() => editor.actions.jump(index)}
            >
              <span className="menu-words">{label}</span>
              {index === done && <small>{words.now}</small>}
            </button>
          </li>
        ))}
      </ol>
      <footer className="dialog-buttons">
        <button type="button" className="button button-primary" onClick={() => files.closeDialog()}>
          {words.done}
        </button>
      </footer>
    </Modal>
  )
}
