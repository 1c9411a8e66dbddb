/**
 * `npm run bench:bundle` makes the folder for a machine with a GPU; `npm run bench:gpu [-- --software …]` makes it and runs
 * it here.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { ensurePackages } from '../../../app/start/packages.mjs'

ensurePackages(console.error)
const file = fileURLToPath(new URL('bundle.ts', import.meta.url))
/** @type {{ module: { makeBundle(): Promise<string> } }} */
const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' })
const folder = await module.makeBundle()
const given = process.argv.slice(2)
if (given[0] === '--run') {
  const { status } = spawnSync(process.execPath, [path.join(folder, 'run.mjs'), ...given.slice(1)], {
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}
console.log(
  `${folder}\n${folder}.tar.gz\nOn the other machine: tar -xzf bench-gpu.tar.gz && node bench-gpu/run.mjs`,
)
process.exit(0)
