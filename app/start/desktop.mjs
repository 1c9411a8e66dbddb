/**
 * Whether the desktop window can be used here, and why not; and how it is started. Electron's package is never loaded to
 * find out: loading it starts a download, and throws when that fails. Node built-ins only.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { root } from './targets.mjs'

const SECONDS_TO_OPEN = 30
const SECONDS_TO_ANSWER = 5

/**
 * @typedef {object} Wish
 * @property {boolean} web
 * @property {boolean} noOpen
 * @property {number} port
 *
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {NodeJS.ProcessEnv} env
 * @property {number | undefined} uid
 */

/** @returns {Machine} */
export function thisMachine() {
  return { platform: process.platform, env: process.env, uid: process.getuid?.() }
}

/** Why no window of any kind can be opened here, or null. @param {Machine} machine @returns {string | null} */
export function noWindowBecause({ platform, env, uid }) {
  if (platform !== 'linux') return null
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) {
    return 'there is no display here (DISPLAY and WAYLAND_DISPLAY are not set)'
  }
  if (uid === 0) return 'you are root, and browsers keep their sandbox for ordinary users only'
  return null
}

/** Why the desktop window is not wanted or cannot be, before Electron is looked for; or null. @param {Wish} wish @param {Machine} machine */
export function noDesktopBecause(wish, machine) {
  if (wish.web) return 'you asked for --web'
  if (wish.noOpen) return 'you asked for --no-open'
  if (wish.port !== 0) return 'you asked for --port, and a desktop window has none'
  return noWindowBecause(machine)
}

/** Where Electron's package is. */
const packageFolder = path.join(root, 'node_modules/electron')

/** The program inside a folder of Electron's. @param {NodeJS.Platform} platform */
function programName(platform) {
  if (platform === 'win32') return 'electron.exe'
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron'
}

/** Electron's program, or null where it was not fetched yet. @param {Machine} [machine] @param {string} [folder] @returns {string | null} */
export function electronProgram({ platform, env } = thisMachine(), folder = packageFolder) {
  const other = env.ELECTRON_OVERRIDE_DIST_PATH
  const note = path.join(folder, 'path.txt')
  const named = existsSync(note) ? readFileSync(note, 'utf8').trim() : programName(platform)
  const program = other ? path.join(other, named) : path.join(folder, 'dist', named)
  return existsSync(program) ? program : null
}

/** @param {string} version */
function isNodeFor(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 12)
}

/** Why the program cannot be fetched, or null: asked with a short request, for a download that hangs looks like a start that hangs. @param {string} version @param {Machine} machine */
async function noDownloadBecause(version, { env }) {
  const mirror = env.ELECTRON_MIRROR ?? env.npm_config_electron_mirror
  const base = mirror ?? 'https://github.com/electron/electron/releases/download/'
  const { host } = new URL(base)
  const file = `electron-v${version}-${process.platform}-${process.arch}.zip`
  try {
    const signal = AbortSignal.timeout(SECONDS_TO_ANSWER * 1000)
    const answer = await fetch(`${base}v${version}/${file}`, { method: 'HEAD', signal })
    return answer.ok ? null : `${host} answered ${answer.status} for ${file}`
  } catch (error) {
    const cause = /** @type {any} */ (error)?.cause
    const why = cause?.code ?? (error instanceof Error ? error.name : String(error))
    return `${host} cannot be reached (${why})`
  }
}

/**
 * Fetches Electron's program where it can be; answers why not, or null.
 * @param {(line: string) => void} say
 * @param {Machine} [machine]
 * @param {string} [node] Version of this Node.
 * @returns {Promise<string | null>}
 */
export async function fetchElectron(say, machine = thisMachine(), node = process.versions.node) {
  if (!existsSync(path.join(packageFolder, 'package.json'))) return 'the package “electron” is not installed'
  if (!isNodeFor(node)) {
    return `Electron’s program is not here, and fetching it needs Node 22.12 or newer (this is ${node})`
  }
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'))
  const why = await noDownloadBecause(version, machine)
  if (why !== null) return `Electron’s program is not here, and ${why}`
  say(`fetching Electron ${version}, once (about 120 MB)…`)
  const child = spawn(process.execPath, [path.join(packageFolder, 'install.js')], { stdio: ['ignore', 2, 2] })
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', resolve)
  })
  return code === 0 ? null : 'Electron’s program could not be fetched: see what it says above'
}

/** @typedef {{ readonly why: string } | { readonly child: import('node:child_process').ChildProcess }} Opened */

/**
 * Starts the shell and waits until its window is there.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [seconds]
 * @returns {Promise<Opened>}
 */
export function openDesktop(program, args, env, seconds = SECONDS_TO_OPEN) {
  return new Promise((resolve) => {
    const { ELECTRON_RUN_AS_NODE: _, ...rest } = env
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: rest })
    let output = ''
    /** @param {string} why */
    const giveUp = (why) => {
      clearTimeout(timer)
      resolve({ why })
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      giveUp(`its window did not open within ${seconds} seconds`)
    }, seconds * 1000)
    child.stdout.on('data', (chunk) => {
      output = (output + String(chunk)).slice(-4096)
      if (!/^app-ready\r?$/m.test(output)) return
      clearTimeout(timer)
      resolve({ child })
    })
    child.on('error', (error) => giveUp(`it did not start (${error.message})`))
    // Not 'exit', which may come before the last of what was printed.
    child.on('close', (code, signal) => {
      // A start that found another one running leaves the window to it.
      if (/^Wiregrad runs already/m.test(output)) resolve({ child })
      else giveUp(`it ended before its window opened (${signal ?? `exit ${code}`})`)
    })
  })
}
