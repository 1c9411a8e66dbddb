/**
 * Builds what is missing or older than its sources: `npm run build`, or `node app/start/build.mjs [--force] [TARGET]…`.
 * A build goes into a folder of its own that replaces the old one when it is whole, so a build that fails or is cut
 * short leaves what was there; a second builder waits for the first.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { currentStamp, isStale, root, stampFile, targets } from './targets.mjs'

/** @typedef {import('./targets.mjs').TargetName} TargetName */

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Runs `work` while no other process does so for the same target. @template T @param {TargetName} name @param {() => Promise<T>} work */
async function alone(name, work) {
  mkdirSync(path.join(root, 'dist'), { recursive: true })
  const lock = path.join(root, 'dist', `.lock-${name}`)
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch {
      const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
      if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true })
      else await sleep(100)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** A build is the same whoever asks for it: a test runner's NODE_ENV would give React's slow development half. @param {() => Promise<unknown>} work */
async function inProduction(work) {
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    await work()
  } finally {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  }
}

/** @param {TargetName} name @param {(line: string) => void} say @param {boolean} force */
async function buildOne(name, say, force) {
  await alone(name, async () => {
    const stamp = currentStamp(name)
    if (!force && !isStale(name)) return
    const began = performance.now()
    const out = path.join(root, targets[name].out)
    const fresh = path.join(root, 'dist', `.new-${name}`)
    rmSync(fresh, { recursive: true, force: true })
    const [{ build }, { configs }] = await Promise.all([import('vite'), import('./vite.mjs')])
    await inProduction(() => build(configs[name](fresh)))
    writeFileSync(path.join(fresh, path.basename(stampFile(name))), stamp)
    const old = path.join(root, 'dist', `.old-${name}`)
    rmSync(old, { recursive: true, force: true })
    if (existsSync(out)) renameSync(out, old)
    renameSync(fresh, out)
    rmSync(old, { recursive: true, force: true })
    say(`built ${targets[name].out} in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  })
}

/**
 * Builds the stale ones among `names`, one after the other; throws what the bundler throws.
 * @param {readonly TargetName[]} names
 * @param {(line: string) => void} say
 * @param {boolean} [force]
 */
export async function buildStale(names, say, force = false) {
  for (const name of names) if (force || isStale(name)) await buildOne(name, say, force)
}

async function main() {
  const args = process.argv.slice(2)
  const known = /** @type {TargetName[]} */ (Object.keys(targets))
  const asked = args.filter((arg) => !arg.startsWith('--'))
  const unknown = asked.filter((name) => !known.some((target) => target === name))
  if (unknown.length > 0) {
    console.error(`There is no target "${unknown.join('", "')}": choose among ${known.join(', ')}.`)
    process.exitCode = 2
    return
  }
  const names = asked.length === 0 ? known : known.filter((name) => asked.includes(name))
  await buildStale(names, console.log, args.includes('--force'))
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
