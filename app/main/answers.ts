/**
 * The contract over IPC: the sender is checked, then the argument, then the result; bytes go beside the argument. What
 * goes wrong comes back as a sentence.
 */
import type { IpcMainInvokeEvent } from 'electron'
import type { DesktopHandlers, Dispatch } from '../files/handlers'
import { documentEnding, type Documents } from '../files/documents'
import { channels, type Envelope } from '../shared/channels'
import { isTrustedSender } from './addresses'
import type { Electron } from './electron'
import type { MainWindow } from './window'

async function* oneChunk(bytes: unknown): AsyncIterable<Uint8Array> {
  if (bytes === undefined) return
  if (!(bytes instanceof Uint8Array)) throw new Error('A file must come as bytes.')
  yield bytes
}

/** Answers one message, whoever sent it. */
async function answer(
  dispatch: Dispatch,
  channel: string,
  event: Pick<IpcMainInvokeEvent, 'senderFrame'>,
  arg: unknown,
  bytes: unknown,
): Promise<Envelope> {
  if (!isTrustedSender(event.senderFrame)) return { error: 'Only the window itself may ask.' }
  try {
    const given = await dispatch(channel, arg, oneChunk(bytes))
    return given.kind === 'bytes' ? new Uint8Array(given.bytes) : { ok: given.value }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** Registers every row of the contract. */
export function answerContract(electron: Electron, dispatch: Dispatch): void {
  for (const channel of channels) {
    electron.ipcMain.handle(channel, (event, arg: unknown, bytes: unknown) =>
      answer(dispatch, channel, event, arg, bytes),
    )
  }
}

interface DesktopParts {
  readonly electron: Electron
  readonly documents: Documents
  readonly workspace: string
  readonly main: () => MainWindow | null
  readonly setMenu: DesktopHandlers['window/menu']
}

/** The rows that only this host answers. */
export function desktopHandlers(parts: DesktopParts): DesktopHandlers {
  const { electron, documents, workspace } = parts
  const filters = [{ name: 'Wiregrad', extensions: [documentEnding.slice(1)] }]
  function main(): MainWindow {
    const there = parts.main()
    if (there === null) throw new Error('The window is closed.')
    return there
  }
  return {
    async 'document/choose'() {
      const { filePaths } = await electron.dialog.showOpenDialog(main().window, {
        defaultPath: workspace,
        properties: ['openFile'],
        filters,
      })
      const [file] = filePaths
      if (file === undefined) return null
      const id = await documents.grant(file)
      if (id === null) throw new Error(`Wiregrad opens files that end in ${documentEnding} here.`)
      electron.app.addRecentDocument(file)
      return { id }
    },
    async 'document/place'({ name, text }) {
      const { filePath } = await electron.dialog.showSaveDialog(main().window, {
        defaultPath: `${workspace}/${name}${documentEnding}`,
        filters,
      })
      if (filePath === '') return null
      const placed = await documents.place(filePath, text)
      electron.app.addRecentDocument(filePath)
      return placed
    },
    async 'window/ready'() {
      main().ready()
      return {}
    },
    async 'window/report'(report) {
      main().report(report)
      return {}
    },
    'window/menu': parts.setMenu,
    async 'window/edit'({ edit }) {
      main().window.webContents[edit]()
      return {}
    },
    async 'window/close'() {
      main().close()
      return {}
    },
  }
}
