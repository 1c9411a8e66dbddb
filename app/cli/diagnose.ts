/**
 * `wiregrad diagnose`: what ails a graph, its data or its training. First what can be said without training, then a run
 * whose findings the engine sends; the first cure of the root cause can be written as a new graph.
 */
import * as fs from 'node:fs/promises'
import type { Plan } from '../../engine/analyse/plan'
import { applyCure, cureOf } from '../../engine/diagnose/cure'
import { flattened, type Finding } from '../../engine/diagnose/finding'
import type { Document } from '../../engine/graph/document'
import { writeDocument } from '../../engine/graph/text'
import { toJson } from '../../engine/session/lines'
import type { BackendChoice, DataFile, RunEvent } from '../../engine/session/protocol'
import { catalogue } from '../../nodes/catalogue'
import type { Command } from './command'
import { readDataFiles } from './data-files'
import { openEngine, type Engine } from './engine'
import { exitCodes, fail, sentenceOf, type ExitCode } from './failure'
import { problemLine, readGraph } from './graph-file'
import { oneOf, onlyFile, type Typed } from './options'
import { note, say } from './print'
import { createProgress } from './progress'

const run = 'diagnosis'

/**
 * Steps where neither the options nor the document ask for fewer: standstill and overfitting take some hundreds to show,
 * and what needs more is seldom the cause.
 */
const defaultSteps = 1000

/** Samples of the training split, roughly: enough to turn epochs into steps before the data are read. */
interface Length {
  readonly steps: number | undefined
  readonly seed: number | undefined
}

interface Asked {
  readonly engine: Engine
  readonly document: Document
  readonly plan: Plan
  readonly files: readonly DataFile[]
  readonly backend: BackendChoice
  /** Ends the run after so many steps. */
  readonly most: number
}

function withOptions(document: Document, { steps, seed }: Length): Document {
  const { training } = document
  return {
    ...document,
    training: {
      ...training,
      length: steps === undefined ? training.length : { steps },
      seed: seed ?? training.seed,
    },
  }
}

/** The document with as many steps as a run of it may take at most. */
async function preflight({ engine, document, files }: Asked): Promise<readonly Finding[]> {
  const reply = await engine
    .request({ kind: 'diagnose', document, files })
    .catch((error: unknown) => fail('failed', sentenceOf(error)))
  if (reply.accepted) return reply.findings
  for (const problem of reply.problems) note(problemLine(problem))
  return fail('problems', reply.message)
}

/** Trains and listens; the findings at the end. A run that diverges is a finding, one that fails is a failure. */
function listen(engine: Engine, most: number): Promise<readonly Finding[]> {
  return new Promise((resolve, reject) => {
    let findings: readonly Finding[] = []
    let progress = createProgress(most)
    engine.onEvent((event: RunEvent) => {
      if (event.kind === 'started') progress = createProgress(event.totalSteps)
      if (event.kind === 'findings') findings = event.findings
      if (event.kind === 'failed') reject(new Error(event.message))
      if (event.kind === 'ended') {
        progress.clear()
        resolve(findings)
      }
      if (event.kind === 'ticks') {
        const row = event.ticks.step.length - 1
        progress.update({
          step: event.ticks.step[row] ?? 0,
          epoch: event.ticks.epoch[row] ?? 0,
          loss: event.ticks.loss[row] ?? NaN,
          stepsPerSecond: event.stepsPerSecond,
        })
      }
    })
  })
}

async function trained(asked: Asked): Promise<readonly Finding[]> {
  const { engine, document, files, backend, most } = asked
  const heard = listen(engine, most)
  heard.catch(() => undefined)
  const reply = await engine
    .request({
      kind: 'train',
      run,
      revision: 0,
      document,
      backend,
      files,
      weights: null,
      paused: false,
      most,
    })
    .catch((error: unknown) => fail('failed', sentenceOf(error)))
  if (!reply.accepted) {
    for (const problem of reply.problems) note(problemLine(problem))
    return fail('problems', reply.message)
  }
  return heard.catch((error: unknown) => fail('failed', sentenceOf(error)))
}

/** The line of a finding, as others parse it. */
function lineOf({ rule, path, severity, step, evidence, cures }: Finding): object {
  return {
    rule,
    path,
    severity,
    step,
    evidence,
    cures: cures.map(({ id, label }) => ({ id, label })),
  }
}

function sayForPeople(findings: readonly Finding[]): void {
  if (findings.length === 0) say('Nothing found that would keep this graph from learning.')
  for (const finding of findings) {
    const where = finding.path === null ? '' : ` in ${finding.path}`
    const when = finding.step > 0 ? ` (step ${finding.step})` : ''
    say(`${finding.severity === 'warn' ? 'warning' : 'advice'}: ${finding.title}${where}${when}`)
    say(`  ${finding.evidence}`)
    say(`  ${finding.explanation}`)
    for (const { label } of finding.cures) say(`  cure: ${label}`)
    for (const symptom of finding.symptoms) {
      const place = symptom.path === null ? '' : ` in ${symptom.path}`
      say(`  symptom: ${symptom.title}${place}: ${symptom.evidence}`)
    }
  }
}

async function writeCured(document: Document, root: Finding | undefined, out: string): Promise<void> {
  const cure = root === undefined ? undefined : cureOf(root)
  if (root === undefined || cure === undefined) {
    note(root === undefined ? 'There is nothing to cure.' : `There is no cure at hand for ${root.title}.`)
    return
  }
  try {
    await fs.writeFile(out, writeDocument(applyCure(document, catalogue, root)))
  } catch (error) {
    fail('failed', `The cured graph cannot be written to ${out}: ${sentenceOf(error)}.`)
  }
  note(`${cure.label}: written to ${out}.`)
}

async function diagnoseCommand(typed: Typed): Promise<ExitCode> {
  const file = onlyFile(typed, 'diagnose')
  const steps = typed.whole('steps', 1, 1_000_000_000)
  const seed = typed.whole('seed', 0, 4_294_967_295)
  const backend = oneOf(typed, 'backend', ['auto', 'webgpu', 'webgl', 'wasm', 'cpu']) ?? 'auto'
  const read = await readGraph(file)
  const { plan } = read.analysis
  const files = await readDataFiles(typed.words('data'), plan)
  const engine = await openEngine()
  const document = withOptions(read.document, { steps, seed })
  const asked: Asked = { engine, document, plan, files, backend, most: steps ?? defaultSteps }
  const early = await preflight(asked)
  // Samples that cannot be read, or a graph without a loss: no run could say more.
  const stopped = early.some(({ rule }) => rule === 'nan-in-data') || plan.losses.length === 0
  const findings = stopped ? early : await trained(asked)
  const lines = flattened(findings)
  if (typed.flag('json')) for (const finding of lines) say(toJson(lineOf(finding)))
  else sayForPeople(findings)
  const out = typed.word('cure')
  if (out !== undefined) await writeCured(read.document, findings[0], out)
  return lines.some(({ severity }) => severity === 'warn') ? exitCodes.problems : exitCodes.fine
}

export const diagnose: Command = {
  name: 'diagnose',
  usage:
    'wiregrad diagnose FILE [--data [NAME=]PATH]… [--steps N] [--seed S] [--backend auto|webgpu|webgl|wasm|cpu]\n' +
    '                  [--cure OUT] [--json]',
  doc: `Train a little and say why it does not learn (1 where something is wrong). Without --steps at most ${defaultSteps} steps.`,
  options: ['data', 'steps', 'seed', 'backend', 'cure', 'json', 'help'],
  run: diagnoseCommand,
}
