/**
 * `npm test [-- --only NAME[,NAME]…]`: everything that must hold, in under ten minutes on two cores. What is missing
 * is installed, a browser included. Ends with a table of what ran, what did not and why, and a last line
 * `N passed, N failed, N skipped`. A step that fails without naming a test counts as one failure.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { browserForTests, howToGetOne } from './browsers.mjs'
import { electronProgram, noWindowBecause, thisMachine } from './desktop.mjs'
import { ensurePackages } from './packages.mjs'
import { root } from './targets.mjs'

const results = path.join(root, 'test-results')

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} script A program of the tree, run by this Node.
 * @property {readonly string[]} args
 * @property {string} [report] Where the runner writes its JSON.
 * @property {(report: any) => Counts} [count]
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {'passed' | 'failed' | 'not run'} verdict
 * @property {number} seconds
 * @property {Counts} counts
 * @property {string} note
 * @property {string} [suite] Its name in the line that says that it was not run.
 */

/** @param {any} report @returns {Counts} */
function countVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** @param {any} report @returns {Counts} */
function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected, failed: unexpected + flaky, skipped }
}

/** @param {string} name @param {...string} besides Further projects of vitest.config.ts. @returns {Step} */
function vitest(name, ...besides) {
  const report = path.join(results, `${name}.json`)
  return {
    name,
    script: 'node_modules/vitest/vitest.mjs',
    args: [
      'run',
      ...[name, ...besides].flatMap((project) => ['--project', project]),
      '--passWithNoTests',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    report,
    count: countVitest,
  }
}

/** @param {string} name @param {string} script @param {...string} args @returns {Step} */
function tool(name, script, ...args) {
  return { name, script, args }
}

/** @type {Step} */
const browserTests = {
  name: 'e2e',
  script: 'node_modules/@playwright/test/cli.js',
  args: ['test'],
  report: path.join(results, 'e2e.json'),
  count: countPlaywright,
}

/** The desktop shell in the real Electron. @type {Step} */
const electronTests = {
  name: 'electron',
  script: 'node_modules/@playwright/test/cli.js',
  args: ['test', '--config', 'tests/electron/playwright.config.ts'],
  report: path.join(results, 'electron.json'),
  count: countPlaywright,
}

/**
 * Rows run one after the other. The lanes of a row run side by side, the steps of a lane one after the other: two lanes
 * for two cores, where a step has but one thread.
 *
 * @type {readonly (readonly (readonly Step[])[])[]}
 */
const rows = [
  [
    [
      tool('types', 'node_modules/typescript-7/bin/tsc', '-b'),
      tool('typed-lint', 'node_modules/oxlint/bin/oxlint'),
      tool('build', 'app/start/build.mjs'),
    ],
    [tool('lint', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0')],
  ],
  [
    [vitest('examples'), vitest('tools'), tool('unused', 'node_modules/knip/bin/knip.js')],
    [
      tool('format', 'node_modules/prettier/bin/prettier.cjs', '--check', '.'),
      tool('imports', 'app/start/imports.mjs'),
    ],
  ],
  [[vitest('unit', 'untouched')]],
  [[browserTests]],
  [[electronTests]],
]

const none = { passed: 0, failed: 0, skipped: 0 }

/** @param {Step} step @param {NodeJS.ProcessEnv} env @returns {Promise<Outcome>} */
function runStep(step, env) {
  const began = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [step.script, ...step.args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (output += String(chunk)))
    }
    child.on('close', (code) => {
      const seconds = (performance.now() - began) / 1000
      const { report, count } = step
      const reported = report !== undefined && count !== undefined && existsSync(report)
      const counts = reported ? count(JSON.parse(readFileSync(report, 'utf8'))) : { ...none }
      const good = code === 0 && counts.failed === 0
      if (!good && counts.failed === 0) counts.failed = 1
      if (good && count === undefined) counts.passed = 1
      const missing = report !== undefined && !reported ? 'wrote no report' : ''
      console.log(`--- ${step.name}: ${good ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`)
      if (!good || report !== undefined) console.log(output.trimEnd())
      resolve({ name: step.name, verdict: good ? 'passed' : 'failed', seconds, counts, note: missing })
    })
  })
}

/** @param {string} name @param {string} note @param {number} failed @returns {Outcome} */
function notRun(name, note, failed) {
  return { name, verdict: failed > 0 ? 'failed' : 'not run', seconds: 0, counts: { ...none, failed }, note }
}

/** The software WebGPU adapter is part of what is tested, where the browser has one. @returns {Outcome | null} */
function webgpuOutcome() {
  const file = path.join(results, 'webgpu.json')
  if (!existsSync(file)) return null
  const { available, detail } = JSON.parse(readFileSync(file, 'utf8'))
  if (available) return { name: 'webgpu', verdict: 'passed', seconds: 0, counts: none, note: detail }
  return { ...notRun('webgpu', detail, process.env.CI === 'true' ? 1 : 0), suite: 'WebGPU' }
}

/** @returns {Promise<Outcome>} */
async function runElectronTests() {
  const missing = 'Electron’s program is not here: `node node_modules/electron/install.js` fetches it'
  const why = electronProgram() === null ? missing : noWindowBecause(thisMachine())
  if (why !== null) return { ...notRun('electron', why, 0), suite: 'Electron' }
  return runStep(electronTests, {})
}

/** @param {readonly Outcome[]} outcomes */
function printTable(outcomes) {
  console.log(`\n${'step'.padEnd(12)}${'result'.padEnd(10)}${'seconds'.padStart(8)}  passed  failed  skipped`)
  for (const { name, verdict, seconds, counts, note } of outcomes) {
    const numbers = [counts.passed, counts.failed, counts.skipped].map((n) => String(n).padStart(7))
    const row = `${name.padEnd(12)}${verdict.padEnd(10)}${seconds.toFixed(1).padStart(8)} ${numbers.join(' ')}`
    console.log(note === '' ? row : `${row}   ${note}`)
  }
}

/** The browser is looked for, and fetched, only when its turn has come. @returns {Promise<Outcome[]>} */
async function runBrowserTests() {
  const browser = await browserForTests((line) => console.log(line))
  if (browser === null) return [notRun('e2e', `no browser: ${howToGetOne}`, 1)]
  console.log(`browser: ${browser.file} (${browser.version}; ${browser.from})`)
  const env = { CHROME_PATH: browser.file, PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(results, 'e2e.json') }
  const outcome = await runStep(browserTests, env)
  const webgpu = webgpuOutcome()
  return webgpu === null ? [outcome] : [outcome, webgpu]
}

/** @param {readonly Step[]} lane @param {readonly string[] | null} only @returns {Promise<Outcome[]>} */
async function runLane(lane, only) {
  /** @type {Outcome[]} */
  const outcomes = []
  for (const step of lane) {
    if (only !== null && !only.includes(step.name)) outcomes.push(notRun(step.name, 'not among --only', 0))
    else if (step === browserTests) outcomes.push(...(await runBrowserTests()))
    else if (step === electronTests) outcomes.push(await runElectronTests())
    else outcomes.push(await runStep(step, {}))
  }
  return outcomes
}

/** @param {readonly string[] | null} only @returns {Promise<Outcome[]>} */
async function runAll(only) {
  /** @type {Outcome[]} */
  const outcomes = []
  for (const row of rows) {
    outcomes.push(...(await Promise.all(row.map((lane) => runLane(lane, only)))).flat())
  }
  return outcomes
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  const only = values.only === undefined ? null : values.only.split(',')
  const names = rows.flat(2).map((step) => step.name)
  const unknown = (only ?? []).filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    console.error(`There is no step "${unknown.join('", "')}": choose among ${names.join(', ')}.`)
    process.exit(2)
  }
  ensurePackages((line) => console.log(line))
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })
  const outcomes = await runAll(only)
  printTable(outcomes)
  console.log('')
  for (const { suite, verdict, note } of outcomes)
    if (suite !== undefined && verdict !== 'passed') console.log(`${suite} suite: NOT RUN (${note})`)
  const sum = (/** @type {keyof Counts} */ key) =>
    outcomes.reduce((total, { counts }) => total + counts[key], 0)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  if (sum('failed') > 0) process.exitCode = 1
}

await main()
