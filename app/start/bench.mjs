/**
 * `npm run bench [-- NAME…] [--full] [--json]`: runs tests/bench/*.bench.ts, one after the other so that nothing disturbs
 * the clock, and prints what each measured. A bench is an ordinary test file that prints its figures; the limits it must
 * keep are asserted in it. `--full` takes the nets that are slow on a software adapter, too. `npm run -s bench -- --json`
 * runs the training steps (or the benches named) and prints nothing but one JSON object a line.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { ensurePackages } from './packages.mjs'
import { root } from './targets.mjs'

ensurePackages(console.error)
const given = process.argv.slice(2)
const json = given.includes('--json')
const others = given.filter((word) => word !== '--json' && word !== '--full')
const names = json && others.length === 0 ? ['tests/bench/steps.bench.ts'] : others
const folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-bench-'))
const file = path.join(folder, 'rows.jsonl')
const env = {
  ...process.env,
  ...(given.includes('--full') ? { WIREGRAD_BENCH: 'full' } : {}),
  ...(json ? { WIREGRAD_BENCH_JSON: file } : {}),
}
const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/bench/vitest.config.ts']
const { status } = spawnSync(process.execPath, [...runner, ...names], {
  cwd: root,
  env,
  // Whoever reads the lines sees the rest on the other stream.
  stdio: json ? ['inherit', 2, 2] : 'inherit',
})
if (json && existsSync(file)) process.stdout.write(readFileSync(file))
rmSync(folder, { recursive: true })
process.exitCode = status ?? 1
