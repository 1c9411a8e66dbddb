/**
 * Installs the packages that package-lock.json asks for when they are missing or another lock's. Node built-ins only.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { readStamp } from './stale.mjs'
import { root } from './targets.mjs'

const installedLock = path.join(root, 'node_modules/.package-lock.json')
const stamp = path.join(root, 'node_modules/.wiregrad-lock')

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')

/** Whether what npm installed is what the lock says: same packages, same versions. */
function agrees() {
  if (!existsSync(installedLock)) return false
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional === true || installed[name]?.version === entry.version,
  )
}

/**
 * Runs `npm ci` where it is needed. Throws a sentence when it fails.
 * @param {(line: string) => void} say
 */
export function ensurePackages(say) {
  const hash = lockHash()
  if (readStamp(stamp) === hash && existsSync(installedLock)) return
  if (!agrees()) {
    const folder = path.join(root, 'node_modules')
    // npm would empty the place that the link leads to, whoever else works with it.
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      throw new Error(
        `The packages are not those of package-lock.json, and ${folder} is a link to another folder. Remove the link, or install there.`,
      )
    say('installing packages (npm ci)…')
    const npm = process.env.npm_execpath
    const [command, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
    const { status } = spawnSync(command, [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: npm === undefined && process.platform === 'win32',
    })
    if (status !== 0) throw new Error('The packages could not be installed: see what npm says above.')
  }
  writeFileSync(stamp, hash)
}
