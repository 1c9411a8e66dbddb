/**
 * `npm start [-- --web] [--no-open] [--port N]`: ends with the editor on the screen, or with its address. Packages are
 * installed and the build is made where that is needed; then the bundle is served on 127.0.0.1 and opened in a window
 * of its own. The last line printed is always `Wiregrad: <URL>`.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { buildStale } from './build.mjs'
import { installedBrowser } from './browsers.mjs'
import { ensurePackages } from './packages.mjs'
import { mainFile, root, targets } from './targets.mjs'

const usage = 'npm start -- [--web] [--no-open] [--port N]'

/** @param {string} line */
const say = (line) => console.log(line)

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        // The desktop shell is not used anyway as long as there is none.
        web: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Error(`--port ${values.port} is no port.`)
    return { noOpen: values['no-open'], port }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return process.exit(2)
  }
}

/** Where drafts and runs are kept, as the system likes it. */
function userData() {
  const named = process.env.WIREGRAD_DATA
  if (named !== undefined) return path.resolve(named)
  const home = os.homedir()
  if (process.platform === 'darwin') return path.join(home, 'Library/Application Support/Wiregrad')
  if (process.platform === 'win32') return path.join(process.env.APPDATA ?? home, 'Wiregrad')
  return path.join(process.env.XDG_DATA_HOME ?? path.join(home, '.local/share'), 'wiregrad')
}

/** Why no window can be opened here, or null. */
function noWindowBecause() {
  if (process.platform !== 'linux') return null
  if (process.env.DISPLAY === undefined && process.env.WAYLAND_DISPLAY === undefined) {
    return 'there is no display here (DISPLAY and WAYLAND_DISPLAY are not set)'
  }
  if (process.getuid?.() === 0) return 'you are root, and browsers keep their sandbox for ordinary users only'
  return null
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

async function main() {
  const { noOpen, port } = readArguments()
  ensurePackages(say)
  await buildStale(['renderer', 'serve'], say)
  const { serve } = await import(pathToFileURL(mainFile('serve')).href)
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const workspace = path.resolve(process.env.WIREGRAD_WORKSPACE ?? path.join(os.homedir(), 'Wiregrad'))
  const data = userData()
  const served = await serve({ root: path.join(root, targets.renderer.out), workspace, data, version, port })

  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    void served.close().then(() => process.exit(0))
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, stop)

  const why = noOpen ? 'you asked for --no-open' : noWindowBecause()
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

try {
  await main()
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const sentence = error instanceof Error ? error.message : String(error)
  console.error(taken ? 'This port is taken: choose another with --port, or leave it out.' : sentence)
  process.exitCode = 1
}
