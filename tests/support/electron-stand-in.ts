/**
 * A small stand-in for the `electron` module: events, windows, dialogs and menus as plain records, so that the shell's
 * own code runs without Electron. A driver may show each window's page in a browser. It proves nothing about Electron
 * itself: not the sandbox, not the isolation of worlds, not native dialogs and menus, not fuses, asar or the lock.
 */
import { EventEmitter } from 'node:events'
import type { Electron } from '../../app/main/electron'

/** What the shell says to a page, and does to it. */
export class StandInContents extends EventEmitter {
  readonly sent: (readonly [string, unknown])[] = []
  /** Field edits that were asked for. */
  readonly edits: string[] = []
  openHandler: ((details: { readonly url: string }) => { readonly action: string }) | null = null
  onSend: ((channel: string, message: unknown) => void) | null = null

  send(channel: string, message: unknown): void {
    this.sent.push([channel, message])
    this.onSend?.(channel, message)
  }
  setWindowOpenHandler(handler: StandInContents['openHandler']): void {
    this.openHandler = handler
  }
  undo = () => void this.edits.push('undo')
  redo = () => void this.edits.push('redo')
  cut = () => void this.edits.push('cut')
  copy = () => void this.edits.push('copy')
  paste = () => void this.edits.push('paste')
  selectAll = () => void this.edits.push('selectAll')
  delete = () => void this.edits.push('delete')
}

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowOptions extends Partial<Rectangle> {
  readonly show?: boolean
  readonly webPreferences: Readonly<Record<string, unknown>> & { readonly preload: string }
}

export class StandInWindow extends EventEmitter {
  readonly webContents = new StandInContents()
  readonly options: WindowOptions
  shown = false
  focused = 0
  maximized = false
  minimized = false
  edited = false
  closed = false
  loaded: string[] = []
  onLoad: ((address: string) => Promise<void>) | null = null
  onClosed: (() => void) | null = null

  constructor(options: WindowOptions) {
    super()
    this.options = options
  }
  async loadURL(address: string): Promise<void> {
    this.loaded.push(address)
    await this.onLoad?.(address)
    this.emit('ready-to-show')
  }
  show(): void {
    this.shown = true
  }
  focus(): void {
    this.focused++
  }
  maximize(): void {
    this.maximized = true
  }
  isMaximized(): boolean {
    return this.maximized
  }
  isMinimized(): boolean {
    return this.minimized
  }
  restore(): void {
    this.minimized = false
  }
  setDocumentEdited(edited: boolean): void {
    this.edited = edited
  }
  getNormalBounds(): Rectangle {
    const { x = 10, y = 20, width = 0, height = 0 } = this.options
    return { x, y, width, height }
  }
  close(): void {
    if (this.closed) return
    const event = preventable()
    this.emit('close', event)
    if (event.prevented) return
    this.closed = true
    this.onClosed?.()
    this.emit('closed')
  }
}

interface Preventable {
  prevented: boolean
  preventDefault(): void
}

/** An event as Electron hands it out. */
export function preventable(): Preventable {
  return {
    prevented: false,
    preventDefault() {
      this.prevented = true
    },
  }
}

export interface MenuItem {
  readonly id?: string
  readonly label?: string
  readonly role?: string
  readonly type?: string
  readonly enabled?: boolean
  readonly checked?: boolean
  readonly accelerator?: string
  readonly registerAccelerator?: boolean
  readonly submenu?: readonly MenuItem[]
  readonly click?: () => void
}

interface SessionRules {
  permissionRequest:
    | ((
        contents: unknown,
        permission: string,
        answer: (granted: boolean) => void,
        details: { readonly requestingUrl: string },
      ) => void)
    | null
  permissionCheck: ((contents: unknown, permission: string, origin: string) => boolean) | null
  device: (() => boolean) | null
  beforeRequest:
    | ((details: { readonly url: string }, answer: (verdict: { readonly cancel?: boolean }) => void) => void)
    | null
}

type Handler = (event: { readonly senderFrame: unknown }, ...args: readonly unknown[]) => Promise<unknown>

export interface StandInOptions {
  /** Whether another process has the lock already. */
  readonly locked?: boolean
  readonly screens?: readonly Rectangle[]
  /** Answers the next dialogs, in order. */
  readonly answers?: {
    readonly message?: number[]
    readonly open?: string[]
    readonly save?: string[]
  }
  /** Told of each window before it loads anything. */
  readonly onWindow?: (window: StandInWindow) => void
}

export type StandIn = ReturnType<typeof createStandIn>

/** A fresh stand-in, with what was done to it. */
export function createStandIn({
  locked = false,
  screens = [{ x: 0, y: 0, width: 1920, height: 1080 }],
  answers = {},
  onWindow,
}: StandInOptions = {}) {
  const windows: StandInWindow[] = []
  const handlers = new Map<string, Handler>()
  const schemes = new Map<string, (request: Request) => Promise<Response>>()
  const record = {
    switches: new Map<string, string>(),
    paths: new Map<string, string>(),
    sandboxed: false,
    privileged: [] as readonly { readonly scheme: string; readonly privileges: Record<string, boolean> }[],
    external: [] as string[],
    questions: [] as { readonly message: string; readonly buttons: readonly string[] }[],
    dialogs: [] as unknown[],
    recent: [] as string[],
    menu: [] as readonly MenuItem[],
    relaunched: 0,
    quits: 0,
    /** Whether every window was closed and the process would have ended. */
    ended: false,
  }
  const rules: SessionRules = {
    permissionRequest: null,
    permissionCheck: null,
    device: null,
    beforeRequest: null,
  }
  let setReady: (() => void) | undefined
  const ready = new Promise<void>((resolve) => (setReady = resolve))
  let isReady = false

  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    enableSandbox: () => void (record.sandboxed = true),
    setName: () => undefined,
    setPath: (name: string, value: string) => void record.paths.set(name, value),
    getVersion: () => '1.2.3',
    disableDomainBlockingFor3DAPIs: () => undefined,
    commandLine: {
      appendSwitch: (name: string, value = '') => void record.switches.set(name, value),
    },
    requestSingleInstanceLock: () => !locked,
    whenReady: () => ready,
    isReady: () => isReady,
    addRecentDocument: (file: string) => void record.recent.push(file),
    relaunch: () => void record.relaunched++,
    quit() {
      record.quits++
      app.emit('before-quit', preventable())
      for (const window of [...windows]) window.close()
      if (windows.length > 0 || record.ended) return
      record.ended = true
      app.emit('will-quit', preventable())
    },
  })

  /** `new BrowserWindow(options)` gives the record of a window. */
  function BrowserWindow(options: WindowOptions): StandInWindow {
    const window = new StandInWindow(options)
    windows.push(window)
    window.onClosed = () => {
      windows.splice(windows.indexOf(window), 1)
      queueMicrotask(() => windows.length === 0 && app.emit('window-all-closed'))
    }
    app.emit('web-contents-created', {}, window.webContents)
    onWindow?.(window)
    return window
  }

  const electron = {
    app,
    BrowserWindow,
    Menu: {
      buildFromTemplate: (template: readonly MenuItem[]) => template,
      setApplicationMenu: (menu: readonly MenuItem[]) => void (record.menu = menu),
    },
    dialog: {
      async showMessageBox(_window: unknown, question: (typeof record.questions)[number]) {
        record.questions.push(question)
        return { response: answers.message?.shift() ?? 2 }
      },
      async showOpenDialog(_window: unknown, options: unknown) {
        record.dialogs.push(options)
        const file = answers.open?.shift()
        return { canceled: file === undefined, filePaths: file === undefined ? [] : [file] }
      },
      async showSaveDialog(_window: unknown, options: unknown) {
        record.dialogs.push(options)
        const file = answers.save?.shift()
        return { canceled: file === undefined, filePath: file ?? '' }
      },
    },
    ipcMain: { handle: (channel: string, handler: Handler) => void handlers.set(channel, handler) },
    nativeTheme: { shouldUseDarkColors: false },
    protocol: {
      registerSchemesAsPrivileged: (given: typeof record.privileged) => void (record.privileged = given),
      handle: (name: string, handler: (request: Request) => Promise<Response>) =>
        void schemes.set(name, handler),
    },
    screen: { getAllDisplays: () => screens.map((workArea) => ({ workArea })) },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: SessionRules['permissionRequest']) =>
          void (rules.permissionRequest = handler),
        setPermissionCheckHandler: (handler: SessionRules['permissionCheck']) =>
          void (rules.permissionCheck = handler),
        setDevicePermissionHandler: (handler: SessionRules['device']) => void (rules.device = handler),
        webRequest: {
          onBeforeRequest: (handler: SessionRules['beforeRequest']) => void (rules.beforeRequest = handler),
        },
      },
    },
    shell: { openExternal: async (address: string) => void record.external.push(address) },
  }

  return {
    /** What the shell takes for Electron: all of it that it uses, which is what this file says. */
    electron: electron as unknown as Electron,
    app,
    windows,
    handlers,
    schemes,
    record,
    rules,
    /** The application becomes ready. */
    async begin(): Promise<void> {
      isReady = true
      setReady?.()
      const deadline = Date.now() + 10_000
      while (windows.length === 0 || windows[0]?.loaded.length === 0) {
        if (Date.now() > deadline) throw new Error('The shell opened no window within 10 seconds.')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    /** Asks the shell as a page with this frame would. */
    async ask(frame: unknown, channel: string, ...args: readonly unknown[]): Promise<unknown> {
      const handler = handlers.get(channel)
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
      return handler({ senderFrame: frame }, ...args)
    },
    /** Whether the shell would let a page load this address. */
    cancels(url: string): boolean {
      let cancelled = true
      rules.beforeRequest?.({ url }, (verdict) => (cancelled = verdict.cancel === true))
      return cancelled
    },
    /** The menu item with this id, wherever it is. */
    menuItem(id: string): MenuItem {
      const search = (items: readonly MenuItem[]): MenuItem | undefined =>
        items.flatMap((item) => [item, ...(item.submenu ?? [])]).find((item) => item.id === id) ??
        items
          .flatMap((item) => item.submenu ?? [])
          .flatMap((item) => item.submenu ?? [])
          .find((item) => item.id === id)
      const found = search(record.menu)
      if (found === undefined) throw new Error(`The menu bar has no item “${id}”.`)
      return found
    },
  }
}

/** The window's own top frame. */
export const ownFrame = { url: 'app://bundle/index.html', parent: null }
