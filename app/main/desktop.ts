/**
 * The desktop shell's life: one process however often it is started, documents that the system asks to open, guards on
 * every page, and the end. Plain functions of Electron's parts, so that tests can hand in a stand-in.
 */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import { createDispatch, tidyUp } from '../files/handlers'
import { createDocuments, documentEnding } from '../files/documents'
import type { Arg } from '../shared/contract'
import { scheme } from './addresses'
import { answerContract, desktopHandlers } from './answers'
import type { Electron, Places } from './electron'
import { guardContents, guardSession } from './guards'
import { menuTemplate } from './menu'
import { answerOwn } from './own-files'
import { forceWebgpu, isWebgpuForced, webgpuSwitches } from './webgpu-switch'
import { openMainWindow, type MainWindow } from './window'

export interface System {
  readonly platform: NodeJS.Platform
  /** What follows the program on the command line. */
  readonly words: readonly string[]
  readonly folder: string
}

/** Chromium's own errands over the network. */
const quietSwitches = [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
]

/** The documents that a command line names. */
export function documentsIn(words: readonly string[], folder: string): string[] {
  return words
    .filter((word) => !word.startsWith('-') && word.toLowerCase().endsWith(documentEnding))
    .map((word) => path.resolve(folder, word))
}

/** Everything that must be said before the application is ready. */
function prepare(electron: Electron, places: Places, forced: boolean): void {
  const { app, protocol } = electron
  app.enableSandbox()
  app.setName('Wiregrad')
  app.setPath('userData', path.join(places.data, 'desktop'))
  // A page whose graphics process died may have another one: training goes on from the last checkpoint.
  app.disableDomainBlockingFor3DAPIs()
  for (const name of quietSwitches) app.commandLine.appendSwitch(name)
  if (forced) for (const [name, value] of webgpuSwitches) app.commandLine.appendSwitch(name, value)
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ])
}

/** Starts the shell; ends at once where one runs already, which then opens what this one was asked to. */
export function startDesktop(electron: Electron, places: Places, system: System): void {
  const { app } = electron
  const forced = system.platform === 'linux' && isWebgpuForced(places.data)
  const documents = createDocuments(places.workspace)
  let main: MainWindow | null = null
  let quitting = false
  let menu: Arg<'window/menu'> | null = null
  let isOn = forced
  let startAgain = false
  /** Named before there is a window. */
  const early = documentsIn(system.words, system.folder)

  async function openDocument(file: string): Promise<void> {
    const id = await documents.grant(file)
    if (id === null) return
    app.addRecentDocument(file)
    main?.tell({ kind: 'open', id })
  }

  function openWindow(): void {
    main = openMainWindow(electron, places, (leaving) => {
      if (!leaving) {
        quitting = false
        startAgain = false
        return
      }
      main = null
      if (quitting) app.quit()
    })
    for (const file of early.splice(0)) void openDocument(file)
  }

  function showMenu(): void {
    if (menu === null) return
    const { menus, words } = menu
    const template = menuTemplate(menus, {
      platform: system.platform,
      run: (id) => main?.tell({ kind: 'command', id }),
      words,
      webgpu: system.platform === 'linux' ? { on: isOn, toggle: toggleWebgpu } : null,
    })
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template))
  }

  function toggleWebgpu(): void {
    isOn = !isOn
    forceWebgpu(places.data, isOn)
    startAgain = true
    // Like any other way out, with the question before unsaved work is left.
    app.quit()
  }

  function followGraphics(): void {
    app.on('child-process-gone', (_event, { type, reason }) => {
      if (type !== 'GPU' || reason === 'clean-exit') return
      const switchedOff = isOn
      isOn = false
      if (switchedOff) forceWebgpu(places.data, false)
      showMenu()
      main?.tell({ kind: 'graphics-lost', switchedOff })
    })
  }

  async function begin(): Promise<void> {
    await fs.mkdir(places.data, { recursive: true })
    await tidyUp(places.data, places.workspace)
    guardSession(electron.session.defaultSession)
    electron.protocol.handle(scheme, (request) => answerOwn(places.renderer, request))
    const handlers = desktopHandlers({
      electron,
      documents,
      workspace: places.workspace,
      main: () => main,
      setMenu: async (given) => {
        menu = given
        showMenu()
        return {}
      },
    })
    answerContract(
      electron,
      createDispatch({
        host: 'electron',
        version: app.getVersion(),
        workspace: places.workspace,
        data: places.data,
        desktop: { documents, handlers },
      }),
    )
    openWindow()
  }

  prepare(electron, places, forced)
  if (!app.requestSingleInstanceLock()) {
    console.log('Wiregrad runs already: its window was brought to the front.')
    app.quit()
    return
  }
  app.on('second-instance', (_event, words, folder) => {
    main?.show()
    for (const file of documentsIn(words.slice(1), folder)) void openDocument(file)
  })
  app.on('open-file', (event, file) => {
    event.preventDefault()
    if (main === null) early.push(file)
    else void openDocument(file)
  })
  app.on('web-contents-created', (_event, contents) =>
    guardContents(contents, (address) => void electron.shell.openExternal(address)),
  )
  app.on('before-quit', () => (quitting = true))
  app.on('will-quit', () => {
    if (startAgain) app.relaunch()
  })
  app.on('window-all-closed', () => {
    if (system.platform !== 'darwin') app.quit()
  })
  followGraphics()
  void app.whenReady().then(begin)
  app.on('activate', () => {
    if (app.isReady() && main === null) openWindow()
  })
}
