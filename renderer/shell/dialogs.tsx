/** Open, "Save as", and the dialog that matches weights. */
import { FileUp, FolderOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { StoredDocument } from '../state/file-host'
import { tableEndings } from '../state/table-import'
import { FileButton, readFiles } from '../ui/file-button'
import { currentLanguage, localeOf } from '../ui/language'
import { strings } from '../ui/strings'
import { useEditor, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { CommandPalette } from './command-palette'
import { HistoryDialog } from './history-dialog'
import { KeymapDialog } from './keymap-dialog'
import { Modal } from './modal'
import { TableDialog } from './table-dialog'
import { WeightsDialog } from './weights-dialog'

const words = strings.dialogs

export function Dialogs() {
  const { files } = useStores()
  const dialog = useStore(files.store, (state) => state.dialog)
  if (dialog === 'open') return <OpenDialog />
  if (dialog === 'save-as') return <SaveAsDialog />
  if (dialog === 'commands') return <CommandPalette />
  if (dialog === 'keymap') return <KeymapDialog />
  if (dialog === 'history') return <HistoryDialog />
  if (dialog === 'start') return null
  return (
    <>
      <WeightsDialog />
      <TableDialog />
    </>
  )
}

function OpenDialog() {
  const { files } = useStores()
  const [documents, setDocuments] = useState<readonly StoredDocument[] | null>(null)
  const [failed, setFailed] = useState<string | null>(null)

  useEffect(() => {
    let here = true
    files.list().then(
      (found) => here && setDocuments(found),
      (error: unknown) => here && setFailed(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      here = false
    }
  }, [files])

  async function openChosen(chosen: readonly File[]): Promise<void> {
    const read = await readFiles(chosen)
    files.closeDialog()
    await files.openFiles(read)
  }

  return (
    <Modal title={words.open} onClose={() => files.closeDialog()}>
      <h3 className="section-title">{words.workspace}</h3>
      {failed !== null && (
        <p className="row-error" role="alert">
          {translate(failed)}
        </p>
      )}
      {documents !== null && documents.length === 0 && <p className="dialog-text">{words.workspaceEmpty}</p>}
      <ul className="dialog-list">
        {[...(documents ?? [])]
          .sort((a, b) => b.modified - a.modified)
          .map((document) => (
            <li key={document.id}>
              <button
                type="button"
                className="menu-item"
                onClick={() => {
                  files.closeDialog()
                  void files.openStored(document.id)
                }}
              >
                <span className="menu-words">{document.name}</span>
                <small>{new Date(document.modified).toLocaleString(localeOf[currentLanguage()])}</small>
              </button>
            </li>
          ))}
      </ul>
      <footer className="dialog-buttons">
        <span className="dialog-aside">
          <FileButton
            label={words.fromComputer}
            icon={<FileUp size={15} aria-hidden />}
            accept={`${tableEndings},.wiregrad,.png,.svg,.keras,.h5,.hdf5,.onnx,.safetensors,.json,.bin,.zip`}
            many
            onFiles={(chosen) => void openChosen(chosen)}
          />
        </span>
        {files.openElsewhere !== null && (
          <button type="button" className="button" onClick={() => void files.openElsewhere?.()}>
            <FolderOpen size={15} aria-hidden />
            {words.elsewhere}
          </button>
        )}
        <button type="button" className="button" onClick={() => files.closeDialog()}>
          {words.cancel}
        </button>
      </footer>
    </Modal>
  )
}

function SaveAsDialog() {
  const { files } = useStores()
  const documentName = useEditor((state) => state.document.name)
  const [name, setName] = useState(documentName)
  const bad = name.trim() === ''
  return (
    <Modal title={words.saveAs} onClose={() => files.closeDialog()}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (bad) return
          files.closeDialog()
          void files.saveAs(name.trim())
        }}
      >
        <label className="dialog-field">
          <span>{words.fileName}</span>
          <input
            className="input"
            value={name}
            maxLength={100}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <p className="dialog-text">{words.saveHint}</p>
        <footer className="dialog-buttons">
          <button type="button" className="button" onClick={() => files.closeDialog()}>
            {words.cancel}
          </button>
          <button type="submit" className="button button-primary" disabled={bad}>
            {strings.commands.save}
          </button>
        </footer>
      </form>
    </Modal>
  )
}
