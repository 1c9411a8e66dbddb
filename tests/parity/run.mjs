/**
 * `npm run parity [-- --write] [-- --only NAME,NAME]`: makes the numbers that Wiregrad is compared with once more, by PyTorch, and sees that
 * the committed ones still stand; then exports the reference networks and every example and loads the files strictly
 * in PyTorch, and runs the PyTorch projects of every case of every layer, of the networks and of the examples. `--write`
 * commits new numbers to tests/parity/golden/ instead of comparing; `--only` takes the golden files of these names alone
 * (`rms-norm` is `types/rms-norm`), `projects` the projects, `projects:NAME` those whose name holds NAME.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const python = '/usr/bin/python3'
const root = fileURLToPath(new URL('../..', import.meta.url))

function torchVersion() {
  if (!existsSync(python)) return null
  const asked = spawnSync(python, ['-c', 'import numpy, torch; print(torch.__version__)'], {
    encoding: 'utf8',
  })
  return asked.status === 0 ? asked.stdout.trim() : null
}

function install() {
  const mayInstall =
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
  if (!mayInstall) return false
  console.log('PyTorch is missing: installing the Debian packages python3-torch and python3-numpy.')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { stdio: /** @type {const} */ ('inherit'), env }
  spawnSync('apt-get', ['update'], options)
  return spawnSync('apt-get', ['install', '-y', 'python3-torch', 'python3-numpy'], options).status === 0
}

let version = torchVersion()
if (version === null && install()) version = torchVersion()
if (version === null) {
  console.error(
    `The comparison needs PyTorch and NumPy at ${python}. On Debian or Ubuntu: apt-get install python3-torch python3-numpy`,
  )
  process.exit(2)
}
console.log(`PyTorch ${version} at ${python}`)

/** @type {{ module: { parity(python: string, write: boolean, only: readonly string[] | null): Promise<number> } }} */
const { module } = await runnerImport(fileURLToPath(new URL('./parity.ts', import.meta.url)), {
  root,
  configFile: false,
  logLevel: 'error',
})
const at = process.argv.indexOf('--only')
const only = at < 0 ? null : (process.argv[at + 1] ?? '').split(',')
process.exit(await module.parity(python, process.argv.includes('--write'), only))
