/**
 * `npm start [-- --web] [--no-open] [--port N]`: ends with the editor on the screen, or with its address. Packages are
 * installed and the build is made where that is needed; then the desktop window is opened. Where that cannot be, the
 * reason is printed, and the very same bundle is served on 127.0.0.1 and opened in a browser's window. The last line
 * printed is `Wiregrad: <URL>`, or `Wiregrad: desktop window`.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { buildStale } from './build.mjs'
import { installedBrowser } from './browsers.mjs'
import {
  electronProgram,
  fetchElectron,
  noDesktopBecause,
  noWindowBecause,
  openDesktop,
  thisMachine,
} from './desktop.mjs'
import { ensurePackages } from './packages.mjs'
import { userData, workspaceFolder } from './places.mjs'
import { mainFile, root, targets } from './targets.mjs'

const usage = 'npm start -- [--web] [--no-open] [--port N]'

/** @param {string} line */
const say = (line) => console.log(line)

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        web: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Error(`--port ${values.port} is no port.`)
    return { web: values.web, noOpen: values['no-open'], port }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return process.exit(2)
  }
}

/** Why a program did not start, or null: nothing may be printed after the address. @param {import('node:child_process').ChildProcess} child @returns {Promise<string | null>} */
function startFailure(child) {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(null))
    child.once('error', (error) => resolve(error.message))
  })
}

/**
 * Opens the address in a browser window of its own; answers with what happened.
 * @param {string} url
 * @param {string} profile
 * @param {() => void} whenClosed
 */
async function openWindow(url, profile, whenClosed) {
  const browser = installedBrowser()
  if (browser === null) return openDefault(url)
  mkdirSync(profile, { recursive: true })
  const flags = [
    '--no-first-run',
    '--no-default-browser-check',
    '--window-size=1440,940',
    `--user-data-dir=${profile}`,
  ]
  const began = Date.now()
  const child = spawn(browser, [`--app=${url}`, ...flags], { stdio: 'ignore' })
  child.on('exit', () => {
    // An exit at once means that a browser that was already running took the window over.
    if (Date.now() - began > 5000) whenClosed()
  })
  const failure = await startFailure(child)
  if (failure !== null) return `${browser} did not start (${failure}): open the address below.`
  return `Opened a window with ${browser}; closing it ends Wiregrad.`
}

/** @param {string} url */
async function openDefault(url) {
  /** @type {Record<string, readonly [string, ...string[]]>} */
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', '""'] }
  const [command, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  const failure = await startFailure(child)
  if (failure !== null) return `No browser could be opened (${failure}): open the address below in one.`
  child.unref()
  return 'Opened in the default browser: no Chrome, Chromium or Edge is installed (WebGPU needs one of them).'
}

/** @typedef {import('./desktop.mjs').Wish} Wish */

/**
 * Opens the desktop window; answers why not, or with the process that shows it.
 * @param {Wish} wish
 * @returns {Promise<import('./desktop.mjs').Opened>}
 */
async function tryDesktop(wish) {
  const why = noDesktopBecause(wish, thisMachine())
  if (why !== null) return { why }
  if (electronProgram() === null) {
    const failure = await fetchElectron(say)
    if (failure !== null) return { why: failure }
  }
  const program = electronProgram()
  if (program === null) return { why: 'Electron’s program is not where it should be' }
  await buildStale(['main', 'preload'], say)
  return openDesktop(program, ['.'], process.env)
}

/** Ends with the desktop window, and ends it. @param {import('node:child_process').ChildProcess} child */
function stayWith(child) {
  child.on('exit', (code) => process.exit(code ?? 0))
  if (child.exitCode !== null) process.exit(child.exitCode)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal))
  say('Closing the window ends Wiregrad; `npm start -- --web` opens it in a browser instead.')
  say('Wiregrad: desktop window')
}

/** Serves the window on 127.0.0.1. @param {Wish} wish */
async function serveWindow({ noOpen, port }) {
  await buildStale(['serve'], say)
  const { serve } = await import(pathToFileURL(mainFile('serve')).href)
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const workspace = workspaceFolder()
  const data = userData()
  const served = await serve({ root: path.join(root, targets.renderer.out), workspace, data, version, port })

  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    void served.close().then(() => process.exit(0))
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, stop)

  const why = noOpen ? 'you asked for --no-open' : noWindowBecause(thisMachine())
  if (why !== null) say(`No window was opened: ${why}. Open the address below in Chrome, Chromium or Edge.`)
  else say(await openWindow(served.url, path.join(data, 'window'), stop))
  if (why !== null && installedBrowser() === null) {
    say('No such browser is installed here (Debian, Ubuntu: apt-get install chromium).')
  }
  say(
    `Documents are saved in ${workspace}${existsSync(workspace) ? '' : ' (made when you first save)'}. Ctrl-C ends.`,
  )
  say(`Wiregrad: ${served.url}`)
}

async function main() {
  const wish = readArguments()
  ensurePackages(say)
  await buildStale(['renderer'], say)
  const desktop = await tryDesktop(wish)
  if ('child' in desktop) {
    stayWith(desktop.child)
    return
  }
  // What keeps any window from opening is said below, once.
  if (!wish.noOpen && desktop.why !== noWindowBecause(thisMachine()))
    say(`The desktop window is not used: ${desktop.why}.`)
  await serveWindow(wish)
}

try {
  await main()
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const sentence = error instanceof Error ? error.message : String(error)
  console.error(taken ? 'This port is taken: choose another with --port, or leave it out.' : sentence)
  process.exitCode = 1
}
