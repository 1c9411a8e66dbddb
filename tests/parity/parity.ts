/** What `npm run parity` does, once there is a Python with PyTorch. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installedBrowser } from '../../app/start/browsers.mjs'
import { jobOf } from './case'
import { distance } from './closeness'
import { curveJob, hashOf } from './curve-jobs'
import { curveNames, curvesFile, type Curves } from './curves'
import { readCurves, readGolden, writeCurves, writeGolden } from './golden-files'
import type { Answer, Golden, Job, Name } from './job'
import { exportAll, predictionsApart } from './exports'
import { readKerasFiles } from './keras-files'
import { checkProjects } from './projects'
import { allCases } from './jobs'
import { checkOnnx } from './onnx-files'
import type { Numbers } from './numbers'

/** Two versions of PyTorch agree to this in double precision, with seven digits written. */
const sameNumbers = 1e-6

/** Runs reference.py and gives what it wrote. */
export function askPython<T>(python: string, command: 'answer' | 'load', asked: unknown, folder: string): T {
  const source = join(folder, 'asked.json')
  const target = join(folder, 'told.json')
  writeFileSync(source, JSON.stringify(asked))
  const script = fileURLToPath(new URL('./reference.py', import.meta.url))
  const run = spawnSync(python, ['-B', script, command, source, target], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (run.status !== 0) throw new Error(`reference.py ${command} failed (see above).`)
  return JSON.parse(readFileSync(target, 'utf8')) as T
}

function answered(python: string, jobs: readonly Job[], folder: string): Golden {
  const { torch, answers } = askPython<{ torch: string; answers: Answer[] }>(python, 'answer', jobs, folder)
  return { torch, entries: jobs.map((job, index) => ({ job, answer: answers[index] as Answer })) }
}

function differences(before: Answer, now: Answer): readonly string[] {
  const groups = ['outputs', 'gradients', 'statistics', 'state'] as const
  const arrays = groups.flatMap((group) => changed(group, before[group], now[group]))
  const curve = distance(now.curve, before.curve)
  const loss = distance([now.loss ?? 0], [before.loss ?? 0])
  return [
    ...arrays,
    ...(curve > sameNumbers ? [`the curve is off by ${curve.toExponential(2)}`] : []),
    ...(loss > sameNumbers ? [`the loss is off by ${loss.toExponential(2)}`] : []),
  ]
}

function changed(
  group: string,
  before: Readonly<Record<Name, Numbers>>,
  now: Readonly<Record<Name, Numbers>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  return names.flatMap((name) => {
    const [old, fresh] = [before[name], now[name]]
    if (old === undefined || fresh === undefined) return [`${group} ${name} is in one of the two only`]
    const off = old.shape.join() === fresh.shape.join() ? distance(fresh.values, old.values) : Infinity
    return off > sameNumbers ? [`${group} ${name} is off by ${off.toExponential(2)}`] : []
  })
}

/** Sentences about one golden file; none where the committed numbers stand. */
function compare(name: string, now: Golden): readonly string[] {
  const committed = readGolden(name)
  if (committed === null) return [`${name}: nothing is committed`]
  const before = new Map(committed.entries.map((entry) => [entry.job.name, entry]))
  const sentences = now.entries.flatMap(({ job, answer }) => {
    const old = before.get(job.name)
    before.delete(job.name)
    if (old === undefined) return [`${name}/${job.name}: is not committed`]
    const asked =
      JSON.stringify(old.job) === JSON.stringify(job) ? [] : ['PyTorch is asked something else now']
    return [...asked, ...differences(old.answer, answer)].map(
      (sentence) => `${name}/${job.name}: ${sentence}`,
    )
  })
  return [
    ...sentences,
    ...[...before.keys()].map((gone) => `${name}/${gone}: is committed but no longer a case`),
  ]
}

/** Makes the committed numbers again; sentences where they no longer stand. */
function makeAgain(
  python: string,
  write: boolean,
  only: readonly string[] | null,
  folder: string,
): readonly string[] {
  const sentences: string[] = []
  for (const [name, cases] of allCases()) {
    if (only?.includes(name.replace(/^types\//, '')) === false) continue
    const golden = answered(python, cases.map(jobOf), folder)
    if (write) writeGolden(name, golden)
    else sentences.push(...compare(name, golden))
    console.log(`${name}: ${golden.entries.length} cases ${write ? 'written' : 'made again'}`)
  }
  if (sentences.length > 0)
    sentences.push('If this is right, `npm run parity -- --write` commits the new numbers.')
  return sentences
}

/** Makes the curves of the bench's nets again; sentences where they no longer stand. */
async function curvesApart(
  python: string,
  write: boolean,
  only: readonly string[] | null,
  folder: string,
): Promise<readonly string[]> {
  if (only?.includes(curvesFile) === false) return []
  const jobs: Job[] = []
  for (const name of curveNames) jobs.push(await curveJob(name))
  const { torch, answers } = askPython<{ torch: string; answers: Answer[] }>(python, 'answer', jobs, folder)
  const now: Curves = {
    torch,
    curves: curveNames.map((name, at) => ({
      name,
      asked: hashOf(jobs[at] as Job),
      losses: (answers[at]?.curve ?? []).slice(0, -1),
    })),
  }
  if (write) writeCurves(now)
  console.log(`${curvesFile}: ${curveNames.join(', ')} ${write ? 'written' : 'made again'}`)
  const before = readCurves()?.curves ?? []
  return now.curves.flatMap(({ name, asked, losses }) => {
    const old = before.find((one) => one.name === name)
    if (old === undefined) return [`${curvesFile}/${name}: nothing is committed`]
    const off = distance(losses, old.losses)
    return [
      ...(old.asked === asked ? [] : [`${curvesFile}/${name}: PyTorch is asked something else now`]),
      ...(off > sameNumbers ? [`${curvesFile}/${name}: the curve is off by ${off.toExponential(2)}`] : []),
    ]
  })
}

/** Exports every network and example and has PyTorch load them; sentences where that fails. */
async function loadAll(python: string, folder: string): Promise<readonly string[]> {
  const exported = await exportAll(folder)
  const jobs = exported.map(({ job }) => job)
  const told = askPython<Readonly<Record<Name, Numbers>>[]>(python, 'load', jobs, folder)
  const sentences = exported.flatMap((one, index) => predictionsApart(one, told[index] ?? {}))
  console.log(`exports: ${jobs.map(({ name }) => name).join(', ')} loaded strictly`)
  return sentences
}

/** Runs the exported projects: all of them, or those whose name holds NAME where `projects` or `projects:NAME` is asked for. */
async function projectsApart(
  python: string,
  only: readonly string[] | null,
  folder: string,
): Promise<readonly string[]> {
  if (only === null) return checkProjects(python, folder, null)
  const asked = only.find((name) => name.startsWith('projects'))
  return asked === undefined ? [] : checkProjects(python, folder, asked.split(':')[1] ?? null)
}

/** Every case in a browser, on WebGPU and on wasm, where there is a browser. */
function browserApart(): readonly string[] {
  if (installedBrowser() === null) {
    console.log('browser: NOT RUN (no browser is installed; `npm test` gets one)')
    return []
  }
  const playwright = fileURLToPath(new URL('../../node_modules/@playwright/test/cli.js', import.meta.url))
  const config = fileURLToPath(new URL('./browser/playwright.config.ts', import.meta.url))
  const run = spawnSync(process.execPath, [playwright, 'test', '-c', config], { stdio: 'inherit' })
  return run.status === 0 ? [] : ['In the browser some cases differ (see above).']
}

/** 0 where all agrees, 1 where something does not. */
export async function parity(
  python: string,
  write: boolean,
  only: readonly string[] | null,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wiregrad-parity-'))
  try {
    const sentences = [
      ...makeAgain(python, write, only, folder),
      ...(await curvesApart(python, write, only, folder)),
      ...(only === null ? await loadAll(python, folder) : []),
      ...(await projectsApart(python, only, folder)),
      ...(only === null ? checkOnnx(python, folder) : []),
      ...(only === null || only.includes('keras-files') ? await readKerasFiles(python, folder) : []),
      ...(only === null || only.includes('browser') ? browserApart() : []),
    ]
    for (const sentence of sentences) console.error(sentence)
    console.log(sentences.length > 0 ? 'PyTorch and Wiregrad do not agree.' : 'PyTorch and Wiregrad agree.')
    return sentences.length > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
