/**
 * `npm run dist [-- ARGUMENTS OF ELECTRON-BUILDER]`: packs the desktop programs for this system into release/. The packer
 * is fetched for this, pinned; it is no part of the tree.
 *
 * `npm run dist -- --check` packs with a stand-in for Electron's program, and looks at what came out: the list of files
 * and the fuses. It proves electron-builder.yml, not that the program runs. Nothing of it is kept.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { buildStale } from './build.mjs'
import { ensurePackages } from './packages.mjs'
import { root } from './targets.mjs'

const packer = 'electron-builder@26.17.0'

/** Where the fuses begin in Electron's program. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
]

/** @param {readonly string[]} args */
function pack(args) {
  const { status } = spawnSync('npx', ['--yes', packer, '--publish', 'never', ...args], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${packer} ended with ${status}: see what it says above.`)
}

/** The files inside an asar: a header of four numbers, then a tree as JSON. @param {string} file @returns {string[]} */
function filesInAsar(file) {
  const bytes = readFileSync(file)
  const tree = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString('utf8'))
  /** @param {any} folder @param {string} at @returns {string[]} */
  const below = (folder, at) =>
    Object.entries(folder.files).flatMap(([name, entry]) =>
      entry.files === undefined ? [`${at}${name}`] : below(entry, `${at}${name}/`),
    )
  return below(tree, '').sort()
}

/** @param {string} program @returns {Record<string, boolean>} */
function fusesOf(program) {
  const bytes = readFileSync(program)
  const at = bytes.indexOf(sentinel) + sentinel.length + 2
  return Object.fromEntries(fuseNames.map((name, index) => [name, bytes[at + index] === 0x31]))
}

/** A folder that looks like Electron's to the packer; every fuse stands as it does in Electron's own program. @param {string} folder */
function standIn(folder) {
  mkdirSync(path.join(folder, 'resources'), { recursive: true })
  mkdirSync(path.join(folder, 'locales'))
  const wire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([1, fuseNames.length]),
    Buffer.from('10110001'),
  ])
  writeFileSync(path.join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]), {
    mode: 0o755,
  })
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version'])
    writeFileSync(path.join(folder, name), '')
}

function check() {
  if (process.platform !== 'linux') throw new Error('--check knows the layout of Linux only.')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-dist-'))
  try {
    const electron = path.join(folder, 'electron')
    const out = path.join(folder, 'out')
    standIn(electron)
    pack(['--linux', '--dir', `-c.electronDist=${electron}`, `-c.directories.output=${out}`])
    const packed = path.join(out, 'linux-unpacked')
    const files = filesInAsar(path.join(packed, 'resources/app.asar'))
    const tops = [...new Set(files.map((file) => file.split('/').slice(0, 2).join('/')))]
    console.log(
      JSON.stringify({ files: files.length, tops, fuses: fusesOf(path.join(packed, 'wiregrad')) }, null, 1),
    )
    const wanted = ['dist/main', 'dist/preload', 'dist/renderer', 'package.json']
    if (tops.join() !== wanted.join()) throw new Error(`Packed was ${tops.join()}; wanted ${wanted.join()}.`)
    if (files.some((file) => /(^|\/)\.|node_modules|\.map$/.test(file)))
      throw new Error('Packed was what is hidden.')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

ensurePackages(console.log)
await buildStale(['renderer', 'main', 'preload'], console.log)
const args = process.argv.slice(2)
if (args.includes('--check')) check()
else pack(args)
