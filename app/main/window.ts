/**
 * The one window: where it stands, what it is told, and the question before unsaved work is left. Whatever it is told
 * before its page listens waits.
 */
import type { BrowserWindow } from 'electron'
import { eventChannel, type HostEvent } from '../shared/channels'
import type { Arg } from '../shared/contract'
import { startPage } from './addresses'
import type { Electron, Places } from './electron'
import {
  canBeSeen,
  readWindowState,
  smallestSize,
  usualSize,
  writeWindowState,
  type WindowState,
} from './window-state'

type Report = Arg<'window/report'>

export interface MainWindow {
  readonly window: BrowserWindow
  /** Tells the page, as soon as it listens. */
  tell(event: HostEvent): void
  /** The page listens. */
  ready(): void
  report(report: Report): void
  /** Closes without another question. */
  close(): void
  /** Brings the window before the others. */
  show(): void
}

/** Milliseconds in which a page that died again is not opened a second time. */
const patience = 10_000

function windowOptions(electron: Electron, places: Places, kept: WindowState | null) {
  const screens = electron.screen.getAllDisplays().map(({ workArea }) => workArea)
  const bounds = kept !== null && canBeSeen(kept.bounds, screens) ? kept.bounds : usualSize
  return {
    ...bounds,
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    title: 'Wiregrad',
    show: false,
    // The page's own colour, so that nothing flashes before it is there.
    backgroundColor: electron.nativeTheme.shouldUseDarkColors ? '#12151b' : '#f6f7f9',
    webPreferences: {
      preload: places.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Its dictionaries would come from another machine.
      spellcheck: false,
      // A run goes on while the window is behind another one.
      backgroundThrottling: false,
    },
  }
}

/** Opens the window. `onLeave` is told whether the user means to leave (true) or has thought better of it. */
export function openMainWindow(
  electron: Electron,
  places: Places,
  onLeave: (leaving: boolean) => void,
): MainWindow {
  const kept = readWindowState(places.data)
  const window = new electron.BrowserWindow(windowOptions(electron, places, kept))
  let report: Report | null = null
  let waiting: HostEvent[] | null = []
  let leaving = false
  let died = -Infinity

  function send(event: HostEvent): void {
    window.webContents.send(eventChannel, event)
  }

  function tell(event: HostEvent): void {
    if (waiting === null) send(event)
    else waiting.push(event)
  }

  function close(): void {
    leaving = true
    window.close()
  }

  async function ask({ question }: Report): Promise<void> {
    const { message, detail, save, leave, cancel } = question
    const { response } = await electron.dialog.showMessageBox(window, {
      type: 'question',
      message,
      detail,
      buttons: [save, leave, cancel],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    })
    if (response === 0) tell({ kind: 'save-and-close' })
    else if (response === 1) close()
    else onLeave(false)
  }

  window.once('ready-to-show', () => {
    if (kept?.maximized === true) window.maximize()
    window.show()
    // `npm start` waits for this line.
    console.log('app-ready')
  })
  window.on('close', (event) => {
    if (report?.edited === true && !leaving) {
      event.preventDefault()
      void ask(report)
      return
    }
    writeWindowState(places.data, { bounds: window.getNormalBounds(), maximized: window.isMaximized() })
  })
  window.on('closed', () => onLeave(true))
  // The question has been asked by then, in words of our own.
  window.webContents.on('will-prevent-unload', (event) => event.preventDefault())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const now = performance.now()
    if (reason === 'clean-exit' || now - died < patience) return
    died = now
    // Unsaved work was kept as a draft; the fresh page offers it back.
    waiting = []
    report = null
    void window.loadURL(startPage)
  })
  void window.loadURL(startPage)

  return {
    window,
    tell,
    ready() {
      const before = waiting ?? []
      waiting = null
      for (const event of before) send(event)
    },
    report(next) {
      report = next
      window.setDocumentEdited(next.edited)
    },
    close,
    show() {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
  }
}
