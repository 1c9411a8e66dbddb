/**
 * `npm run bench [-- NAME…]`: runs tests/bench/*.bench.ts, one after the other so that nothing disturbs the clock, and
 * prints what each measured. A bench is an ordinary test file that prints its figures; the limits it must keep are
 * asserted in it.
 */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { ensurePackages } from './packages.mjs'
import { root } from './targets.mjs'

ensurePackages(console.error)
const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/bench/vitest.config.ts']
const { status } = spawnSync(process.execPath, [...runner, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
