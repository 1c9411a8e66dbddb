/**
 * The shape harness: the real built main and preload of the desktop shell, with a stand-in for the `electron` module that
 * shows each window's page in Chromium. It proves bundle paths, handlers, sender checks, headers, the content security
 * policy, asset resolution, dialogs and the whole window in this shell. It does NOT prove the system's sandbox, the
 * isolation of worlds, native dialogs and menus, fuses, loading from an asar or the single-instance lock: the suite in
 * tests/electron does, where Electron's program is there.
 */
import type { Browser, Frame, Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import Module, { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createStandIn,
  type StandIn,
  type StandInOptions,
  type StandInWindow,
} from '../../support/electron-stand-in'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const mainFile = path.join(root, 'dist/main/main.cjs')
const preloadFile = path.join(root, 'dist/preload/preload.cjs')

interface Loader {
  _load: (id: string, ...rest: unknown[]) => unknown
}

/** What the preload's harness puts on the page. */
interface Listening {
  __fromMain(channel: string, message: unknown): void
}

export interface Shape extends StandIn {
  readonly page: Page
  /** What the page did wrong so far. */
  readonly problems: string[]
  /** What main printed. */
  readonly printed: string[]
  close(): Promise<void>
}

/** The preload script as Chromium runs it: bytes go as base64, for a page's binding carries JSON. */
function preloadInPage(): string {
  return `(() => {
    const listeners = new Map()
    window.__fromMain = (channel, message) => { for (const listener of listeners.get(channel) ?? []) listener({}, message) }
    const toText = (bytes) => { let text = ''; for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192)); return btoa(text) }
    const toBytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    const ipcRenderer = {
      invoke: async (channel, arg, bytes) => {
        const answer = await window.__toMain(channel, arg, bytes === undefined ? null : toText(bytes))
        if (answer.thrown !== undefined) throw new Error(answer.thrown)
        return answer.bytes === undefined ? answer.value : toBytes(answer.bytes)
      },
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    }
    const contextBridge = { exposeInMainWorld: (key, value) => Object.defineProperty(window, key, { value }) }
    const require = (name) => { if (name === 'electron') return { ipcRenderer, contextBridge }; throw new Error('A sandboxed preload script cannot load ' + name + '.') }
    const module = { exports: {} }
    ;((require, module, exports) => {\n${readFileSync(preloadFile, 'utf8')}\n})(require, module, module.exports)
  })()`
}

/** `http://bundle.localhost:PORT` stands for `app://bundle`: a secure context, and an origin of its own. */
const asApp = (address: string) => address.replace(/^http:\/\/([^/:]+)\.localhost(:\d+)?/, 'app://$1')

/** Answers over HTTP what the shell's protocol handler answers. */
async function serveScheme(standIn: () => StandIn): Promise<{ readonly port: number; close(): void }> {
  const server = http.createServer((request, response) => {
    const address = asApp(`http://${request.headers.host}${request.url}`)
    const handler = standIn().schemes.get('app')
    if (handler === undefined) {
      response.writeHead(500).end()
      return
    }
    // Not a Request, which would fold the address.
    void handler({ url: address, method: request.method ?? 'GET' } as Request).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answerPage(
  standIn: StandIn,
  frame: Frame,
  channel: string,
  arg: unknown,
  bytes: string | null,
): Promise<object> {
  const sender = { url: asApp(frame.url()), parent: frame.parentFrame() }
  try {
    const sent = bytes === null ? undefined : new Uint8Array(Buffer.from(bytes, 'base64'))
    const value = await standIn.ask(sender, channel, arg, sent)
    return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : { value }
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error) }
  }
}

function watch(page: Page, standIn: StandIn): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`threw: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript/.test(message.text())) problems.push(message.text())
  })
  page.on('request', (request) => {
    const address = request.url().replace(/^blob:http:\/\/bundle\.localhost:\d+/, 'blob:app://bundle')
    if (standIn.cancels(asApp(address))) problems.push(`asked ${request.url()}`)
  })
  return problems
}

/** Loads the built main as Electron would, with the stand-in for `electron`. */
function loadMain(standIn: StandIn, words: readonly string[]): void {
  const loader = Module as unknown as Loader
  const load = loader._load
  const { argv } = process
  loader._load = (id, ...rest) => (id === 'electron' ? standIn.electron : load(id, ...rest))
  process.argv = ['wiregrad', ...words]
  const require = createRequire(import.meta.url)
  try {
    delete require.cache[mainFile]
    require(mainFile)
  } finally {
    loader._load = load
    process.argv = argv
  }
}

export interface ShapeOptions extends StandInOptions {
  readonly data: string
  readonly workspace: string
  /** What follows the program on the command line. */
  readonly words?: readonly string[]
}

/** Starts the built shell; its window's page is on screen when this returns. */
export async function launchShape(browser: Browser, options: ShapeOptions): Promise<Shape> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true })
  const page = await context.newPage()
  const printed: string[] = []
  const log = console.log
  console.log = (...words: unknown[]) => void printed.push(words.join(' '))
  process.env.WIREGRAD_DATA = options.data
  process.env.WIREGRAD_WORKSPACE = options.workspace
  let port = 0

  async function show(window: StandInWindow, address: string): Promise<void> {
    if (path.resolve(window.options.webPreferences.preload) !== preloadFile)
      throw new Error(`The preload script is not ${window.options.webPreferences.preload}.`)
    const { host, pathname, search } = new URL(address)
    window.webContents.onSend = (channel, message) =>
      void page
        .evaluate(([to, what]) => (globalThis as unknown as Listening).__fromMain(to, what), [
          channel,
          message,
        ] as const)
        .catch(() => undefined)
    await page.goto(`http://${host}.localhost:${port}${pathname}${search}`)
  }

  const standIn = createStandIn({
    ...options,
    onWindow: (window) => {
      window.onLoad = (address) => show(window, address)
    },
  })
  const server = await serveScheme(() => standIn)
  port = server.port
  const problems = watch(page, standIn)
  await page.exposeBinding('__toMain', ({ frame }, channel: string, arg: unknown, bytes: string | null) =>
    answerPage(standIn, frame, channel, arg, bytes),
  )
  await page.addInitScript(preloadInPage())
  // As somebody who has been here before; the start page has a test of its own.
  await page.addInitScript(() => {
    if (localStorage.getItem('wiregrad.settings') === null)
      localStorage.setItem('wiregrad.settings', '{"welcomed":true}')
  })
  try {
    loadMain(standIn, options.words ?? [])
    await standIn.begin()
    await page.waitForSelector('.react-flow__node-card')
  } finally {
    console.log = log
    delete process.env.WIREGRAD_DATA
    delete process.env.WIREGRAD_WORKSPACE
  }
  return {
    ...standIn,
    page,
    problems,
    printed,
    async close() {
      server.close()
      await context.close()
    },
  }
}
