/**
 * `npm run parity [-- --write] [-- --only NAME,NAME]`: makes the numbers that Wiregrad is compared with once more, by
 * PyTorch, and sees that the committed ones still stand; then exports the reference networks and every example and loads
 * the files strictly in PyTorch, runs the PyTorch projects of every case of every layer, of the networks and of the
 * examples, has the reference package of ONNX check every case and example strictly, and reads the files for Keras and
 * NumPy with h5py and NumPy (`--only keras-files`: nothing else), and compares every case in a browser, on WebGPU and wasm (`--only
 * browser`). `--write` commits new numbers to
 * tests/parity/golden/ instead of comparing; `--only` takes the golden files of these names alone (`rms-norm` is
 * `types/rms-norm`), `projects` the projects, `projects:NAME` those whose name holds NAME.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createRunnableDevEnvironment, resolveConfig } from 'vite'

const python = '/usr/bin/python3'
const packages = ['python3-torch', 'python3-numpy', 'python3-h5py', 'python3-onnx']
const root = fileURLToPath(new URL('../..', import.meta.url))

function torchVersion() {
  if (!existsSync(python)) return null
  const asked = spawnSync(python, ['-c', 'import h5py, numpy, onnx, torch; print(torch.__version__)'], {
    encoding: 'utf8',
  })
  return asked.status === 0 ? asked.stdout.trim() : null
}

function install() {
  const mayInstall =
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
  if (!mayInstall) return false
  console.log(`PyTorch, h5py or ONNX is missing: installing the Debian packages ${packages.join(', ')}.`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { stdio: /** @type {const} */ ('inherit'), env }
  spawnSync('apt-get', ['update'], options)
  return spawnSync('apt-get', ['install', '-y', ...packages], options).status === 0
}

let version = torchVersion()
if (version === null && install()) version = torchVersion()
if (version === null) {
  console.error(
    `The comparison needs PyTorch, NumPy, h5py and ONNX at ${python}. On Debian or Ubuntu: apt-get install ${packages.join(' ')}`,
  )
  process.exit(2)
}
console.log(`PyTorch ${version} at ${python}`)

/** Stays open while the command runs: the HDF5 library is imported when a file is first written. */
const environment = createRunnableDevEnvironment(
  'inline',
  await resolveConfig(
    {
      root,
      configFile: false,
      envDir: false,
      logLevel: 'error',
      environments: {
        inline: {
          consumer: 'server',
          dev: { moduleRunnerTransform: true },
          resolve: { external: true, mainFields: [], conditions: ['node'] },
        },
      },
    },
    'serve',
  ),
  { runnerOptions: { hmr: { logger: false } }, hot: false },
)
await environment.init()

/** @type {{ parity(python: string, write: boolean, only: readonly string[] | null): Promise<number> }} */
const module = await environment.runner.import(fileURLToPath(new URL('./parity.ts', import.meta.url)))
const at = process.argv.indexOf('--only')
const only = at < 0 ? null : (process.argv[at + 1] ?? '').split(',')
const code = await module.parity(python, process.argv.includes('--write'), only)
await environment.close()
process.exit(code)
