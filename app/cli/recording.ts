/**
 * Keeps a run on disk while it goes on: before its first step, at the end of an epoch from time to time, and at its end.
 */
import { createHash } from 'node:crypto'
import process from 'node:process'
import type { Document } from '../../engine/graph/document'
import type { DataFile, RunEvent, RunId } from '../../engine/session/protocol'
import type { Engine } from './engine'
import type { EndLine } from '../../engine/session/lines'
import { sentenceOf } from './failure'
import type { RunFacts, RunFolder } from './run-folder'
import { version } from './version'

type Started = Extract<RunEvent, { kind: 'started' }>

/** Weights are kept at the first epoch that ends this long after the last time. */
const millisecondsBetween = 5000

export interface Recording {
  /** Keeps the first weights of a run that waits before its first step, and lets it go on. */
  readonly begin: () => Promise<void>
  readonly line: (line: unknown) => void
  readonly epochEnded: () => void
  readonly end: (line: EndLine) => Promise<void>
}

const nothing: Recording = {
  begin: () => Promise.resolve(),
  line: () => undefined,
  epochEnded: () => undefined,
  end: () => Promise.resolve(),
}

export interface RecordingOptions {
  readonly engine: Engine
  readonly run: RunId
  readonly started: Started
  readonly document: Document
  readonly files: readonly DataFile[]
  readonly folder: RunFolder | null
  /** Says a sentence beside the lines. */
  readonly tell: (sentence: string) => void
}

function factsOf({ engine, document, files, started }: RecordingOptions): RunFacts {
  return {
    seed: started.seed,
    backend: started.backend,
    versions: { wiregrad: version(), tfjs: engine.tfjs, node: process.versions.node },
    settings: document.training,
    data: files.map(({ node, name, bytes }) => ({
      node,
      name,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    started: new Date().toISOString(),
  }
}

export function createRecording(options: RecordingOptions): Recording {
  const { engine, run, folder, tell } = options
  if (folder === null) return nothing
  const facts = factsOf(options)
  let kept = performance.now()
  let keeping: Promise<void> = Promise.resolve()
  let told = false

  const requestWeights = () => engine.request({ kind: 'weights', run })

  async function checkpoint(): Promise<void> {
    // Paused for a moment, so that the weights belong to a step that is known.
    const { step } = await engine.request({ kind: 'pause', run })
    let weights: Awaited<ReturnType<typeof requestWeights>>
    try {
      weights = await requestWeights()
    } finally {
      // Weights that cannot be read, as from a device that was just lost, must not hold the run up.
      await engine.request({ kind: 'resume', run })
    }
    try {
      await folder?.save({ weights, facts, step, result: null, checkpoint: true })
    } catch (error) {
      if (!told) tell(`${sentenceOf(error)} Training goes on; what was kept last stays as it is.`)
      told = true
    }
  }

  return {
    async begin() {
      const weights = await requestWeights()
      await folder.begin({ weights, facts })
      await engine.request({ kind: 'resume', run })
    },
    line: folder.addLine,
    epochEnded() {
      if (performance.now() - kept < millisecondsBetween) return
      kept = Infinity
      keeping = checkpoint()
        // The run may have ended in between: then its end is kept instead.
        .catch(() => undefined)
        .then(() => void (kept = performance.now()))
    },
    async end(line) {
      await keeping
      const weights = await engine.request({ kind: 'weights', run })
      await folder.save({ weights, facts, step: line.steps, result: line, checkpoint: false })
    },
  }
}
