/**
 * Finds a Chromium: for the window (`installedBrowser`) among what people have installed; for the tests
 * (`browserForTests`) that and, failing it, one that is fetched. Node built-ins only.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { root } from './targets.mjs'

const SECONDS_TO_BEGIN = 20

const macApplications = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser']
const linuxCommands = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
]
const windowsPrograms = [
  'Google/Chrome/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
  'Chromium/Application/chrome.exe',
]

/** @returns {string[]} */
function usualPlaces() {
  if (process.platform === 'darwin') {
    return macApplications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
      const folder = process.env[variable]
      return folder === undefined ? [] : windowsPrograms.map((program) => path.join(folder, program))
    })
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return linuxCommands.flatMap((command) => folders.map((folder) => path.join(folder, command)))
}

/** An installed Chrome, Chromium or Edge, or null. `CHROME_PATH` comes first. @returns {string | null} */
export function installedBrowser() {
  const named = process.env.CHROME_PATH
  if (named !== undefined && existsSync(named)) return named
  return usualPlaces().find((place) => existsSync(place)) ?? null
}

/** The Chromium that the installed Playwright would download for itself, where it is there. @returns {string | null} */
function playwrightBrowser() {
  try {
    const { chromium } = createRequire(path.join(root, 'package.json'))('playwright-core')
    const file = chromium.executablePath()
    return existsSync(file) ? file : null
  } catch {
    return null
  }
}

/**
 * Runs a command that downloads; gives it up when it has printed nothing for the first 20 seconds.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {(line: string) => void} say
 * @param {(output: string) => boolean} [begun] whether the output so far shows that the download runs
 * @returns {Promise<boolean>}
 */
function download(command, args, say, begun = (output) => output.trim() !== '') {
  say(`${command} ${args.join(' ')}`)
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    let output = ''
    const timer = setTimeout(() => {
      if (!begun(output)) child.kill('SIGKILL')
    }, SECONDS_TO_BEGIN * 1000)
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (output = (output + String(chunk)).slice(-8192)))
    }
    child.on('error', () => {
      clearTimeout(timer)
      resolve(false)
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })
}

/** @param {(line: string) => void} say */
async function fromPlaywright(say) {
  const cli = path.join(root, 'node_modules/playwright/cli.js')
  if (!existsSync(cli)) return null
  const args = [cli, 'install', 'chromium', '--no-shell']
  const fetched = await download(process.execPath, args, say, (output) => /\d+%/.test(output))
  return fetched ? playwrightBrowser() : null
}

/** @param {(line: string) => void} say */
async function fromApt(say) {
  const isDebian = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!isDebian) return null
  if (!(await download('apt-get', ['update', '-q'], say))) return null
  const install = ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']
  return (await download('apt-get', install, say)) ? installedBrowser() : null
}

/**
 * A Chromium inside an npm package, put into the user's cache and not into this tree. Only its binary is used, never
 * its default arguments.
 * @param {(line: string) => void} say
 */
async function fromPackage(say) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const folder = path.join(os.homedir(), '.cache', 'wiregrad', 'chromium-package')
  mkdirSync(folder, { recursive: true })
  const name = '@sparticuz/chromium'
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=http',
    name,
  ]
  if (!(await download('npm', args, say))) return null
  try {
    const entry = createRequire(path.join(folder, 'package.json')).resolve(name)
    const { default: packed } = await import(pathToFileURL(entry).href)
    const file = await packed.executablePath()
    return typeof file === 'string' && existsSync(file) ? file : null
  } catch (error) {
    say(`${name} did not unpack: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

/** What `--version` says, or '' when the program does not start. @param {string} file */
export function browserVersion(file) {
  if (process.platform === 'win32') return path.basename(file)
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 20_000 })
  return status === 0 ? stdout.trim() : ''
}

/**
 * A Chromium for the tests; fetches one where none is installed. Null when there is no way to get one.
 * @param {(line: string) => void} say
 * @returns {Promise<{ file: string, version: string, from: string } | null>}
 */
export async function browserForTests(say) {
  /** @type {readonly (readonly [string, () => string | null | Promise<string | null>])[]} */
  const ways = [
    ['CHROME_PATH', () => process.env.CHROME_PATH ?? null],
    ["Playwright's own", playwrightBrowser],
    ['installed', installedBrowser],
    ['fetched by Playwright', () => fromPlaywright(say)],
    ['fetched by apt-get', () => fromApt(say)],
    ['fetched with npm', () => fromPackage(say)],
  ]
  for (const [from, find] of ways) {
    const file = await find()
    if (file === null) continue
    const version = browserVersion(file)
    if (version !== '') return { file, version, from }
    say(`${file} does not start (${from}); looking further.`)
  }
  return null
}

export const howToGetOne =
  'Install Google Chrome or Chromium (Debian, Ubuntu: apt-get install chromium; anywhere: npx playwright install chromium), or name one in CHROME_PATH.'

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = await browserForTests(console.error)
  console.log(found === null ? howToGetOne : `${found.file} (${found.version}; ${found.from})`)
  if (found === null) process.exitCode = 1
}
