/**
 * `wiregrad train`: a run from the terminal. The same host as in the window does the work, in this process; here its
 * events become lines, a progress bar and the files of a run.
 */
import process from 'node:process'
import type { Document } from '../../engine/graph/document'
import type { DataFile, RunEvent } from '../../engine/session/protocol'
import type { Command } from './command'
import { readDataFiles } from './data-files'
import { openEngine, type Engine } from './engine'
import { exitCodes, fail, sentenceOf, type ExitCode } from './failure'
import { problemLine, readGraph } from './graph-file'
import { endLine, linesOf } from '../../engine/session/lines'
import { oneOf, onlyFile, type Typed } from './options'
import { note, whenReaderLeaves } from './print'
import { createProgress, type Progress } from './progress'
import { createRecording, type Recording } from './recording'
import { openRunFolder, type RunFolder } from './run-folder'
import { jsonVoice, startLine, voiceForPeople, type Voice } from './voice'
import { checkAnyFit, readWeights } from './weights-file'

const run = 'run'

type Started = Extract<RunEvent, { kind: 'started' }>
type Ended = Extract<RunEvent, { kind: 'ended' }>

/** The document with what the options say instead. */
function withOptions(document: Document, typed: Typed): Document {
  const epochs = typed.whole('epochs', 1, 1_000_000)
  const steps = typed.whole('steps', 1, 1_000_000_000)
  if (epochs !== undefined && steps !== undefined) fail('usage', 'Give --epochs or --steps, not both.')
  const length =
    epochs !== undefined ? { epochs } : steps !== undefined ? { steps } : document.training.length
  const seed = typed.whole('seed', 0, 4_294_967_295) ?? document.training.seed
  return { ...document, training: { ...document.training, length, seed } }
}

interface Session {
  readonly engine: Engine
  readonly document: Document
  readonly files: readonly DataFile[]
  readonly every: number
  readonly voice: Voice
  readonly folder: RunFolder | null
  /** Weights were given. */
  readonly continued: boolean
}

/** A run that has begun, and where its lines go. */
interface Following {
  readonly started: Started
  readonly recording: Recording
  readonly progress: Progress
}

function begin(session: Session, started: Started): Following {
  session.voice.start(started)
  if (session.continued) {
    note(
      `Weights taken over by ${started.carried.length} of ${started.layout.layers.length} nodes with weights.`,
    )
  }
  const progress = createProgress(started.totalSteps)
  const tell = (sentence: string) => {
    progress.clear()
    note(sentence)
  }
  const recording = createRecording({ ...session, run, started, tell })
  recording.line(startLine(started))
  return { started, recording, progress }
}

/** Passes an event of a run on: lines out, the bar forward, weights kept. */
function pass({ started, recording, progress }: Following, session: Session, event: RunEvent): void {
  for (const line of linesOf(started, event, session.every)) {
    recording.line(line)
    progress.clear()
    session.voice.line(line)
  }
  if (event.kind === 'recovered' || event.kind === 'precision') note(event.message)
  if (event.kind === 'epoch') recording.epochEnded()
  if (event.kind === 'ticks') {
    const row = event.ticks.step.length - 1
    progress.update({
      step: event.ticks.step[row] ?? 0,
      epoch: event.ticks.epoch[row] ?? 0,
      loss: event.ticks.loss[row] ?? NaN,
      stepsPerSecond: event.stepsPerSecond,
    })
  }
}

async function conclude(
  { started, recording, progress }: Following,
  { voice }: Session,
  ended: Ended,
): Promise<Ended> {
  progress.clear()
  const line = endLine(started, ended)
  recording.line(line)
  try {
    await recording.end(line)
  } finally {
    // A disk that is full takes the files of a run, not its answer.
    voice.end(line)
  }
  return ended
}

/** Listens to the run until it has ended and all of it is kept. */
function follow(session: Session): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let following: Following | null = null
    session.engine.onEvent((event) => {
      if (event.kind === 'failed') reject(new Error(event.message))
      else if (event.kind === 'started') {
        following = begin(session, event)
        following.recording.begin().catch(reject)
      } else if (following === null) return
      else if (event.kind === 'ended') conclude(following, session, event).then(resolve, reject)
      else pass(following, session, event)
    })
  })
}

/**
 * Ctrl-C stops the run, which is then kept; a second one leaves at once. A reader of the lines that leaves (`| head`)
 * stops it as Ctrl-C does, with the same exit code: the run was cut short.
 */
function onInterrupt(engine: Engine): { readonly interrupted: () => boolean; readonly stop: () => void } {
  let times = 0
  let unread = false
  const stopRun = () => engine.request({ kind: 'stop', run }).catch(() => undefined)
  const interrupt = () => {
    times++
    if (times > 1) process.exit(exitCodes.interrupted)
    note('Stopping; once more to leave at once.')
    void stopRun()
  }
  whenReaderLeaves(() => {
    unread = true
    note('Stopping: nobody reads the lines any more.')
    void stopRun()
  })
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return {
    interrupted: () => times > 0 || unread,
    stop: () => {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
      whenReaderLeaves(null)
    },
  }
}

async function trainCommand(typed: Typed): Promise<ExitCode> {
  const file = onlyFile(typed, 'train')
  const every = typed.whole('every', 1)
  const backend = oneOf(typed, 'backend', ['auto', 'webgpu', 'webgl', 'wasm', 'cpu']) ?? 'auto'
  const read = await readGraph(file)
  const document = withOptions(read.document, typed)
  const { plan } = read.analysis
  const files = await readDataFiles(typed.words('data'), plan)
  const given = typed.word('weights')
  const weights = given === undefined ? null : checkAnyFit(await readWeights(given, plan), plan, given)
  const out = typed.word('out')
  const folder = out === undefined ? null : await openRunFolder(out, document)
  const engine = await openEngine()
  const voice = typed.flag('json') ? jsonVoice : voiceForPeople(document, every ?? null)
  const interrupt = onInterrupt(engine)
  try {
    const ended = follow({
      engine,
      document,
      files,
      every: every ?? 1,
      voice,
      folder,
      continued: weights !== null,
    })
    // A run that is refused never ends.
    ended.catch(() => undefined)
    // A run that is kept waits until its first weights are on disk.
    const paused = folder !== null
    const reply = await engine
      .request({ kind: 'train', run, revision: 0, document, backend, files, weights, paused })
      .catch((error: unknown) => fail('failed', sentenceOf(error)))
    if (!reply.accepted) {
      for (const problem of reply.problems) note(problemLine(problem))
      return fail('problems', reply.message)
    }
    // Ctrl-C while the engine was getting ready: there was no run to stop yet.
    if (interrupt.interrupted()) engine.request({ kind: 'stop', run }).catch(() => undefined)
    const end = await ended.catch((error: unknown) => fail('failed', sentenceOf(error)))
    if (end.why !== 'finished') note(end.message)
    if (interrupt.interrupted()) return exitCodes.interrupted
    return end.why === 'diverged' ? exitCodes.failed : exitCodes.fine
  } finally {
    interrupt.stop()
  }
}

export const train: Command = {
  name: 'train',
  usage:
    'wiregrad train FILE [--data [NAME=]PATH]… [--epochs N | --steps N] [--seed S] [--backend auto|webgpu|webgl|wasm|cpu]\n' +
    '               [--weights DIR|FILE] [--every N] [--out DIR] [--json]',
  doc: 'Train a graph. Ctrl-C stops it and keeps the run (130), and so does a reader of its lines that leaves (| head).',
  options: ['data', 'epochs', 'steps', 'seed', 'backend', 'weights', 'every', 'out', 'json', 'help'],
  run: trainCommand,
}
