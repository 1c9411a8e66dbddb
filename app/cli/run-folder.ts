/**
 * The folder of a run: the graph as it is trained, the weights, what was done and how it came out, and the lines that
 * were printed. The four are written as one set, at the start, at checkpoints and at the end, so that a kill at any
 * moment leaves the last complete set.
 */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import type { Document } from '../../engine/graph/document'
import { writeDocument } from '../../engine/graph/text'
import { writeRunWeights } from '../../engine/export/run-weights'
import type { BackendInfo, WeightSet } from '../../engine/session/protocol'
import { saveFile, saveSet, sweepTemporaries } from '../files/atomic-save'
import { fail, sentenceOf } from './failure'
import { toJson } from './print'

/** How many checkpoints are kept. */
const keptCheckpoints = 3

/** What `run.json` says beside the result. */
export interface RunFacts {
  readonly seed: number
  readonly backend: BackendInfo
  readonly versions: Readonly<Record<string, string>>
  readonly settings: Document['training']
  readonly data: readonly { readonly node: string; readonly name: string; readonly sha256: string }[]
  readonly started: string
}

export interface RunFolder {
  readonly addLine: (line: unknown) => void
  /** Writes the whole set; with `checkpoint`, the weights once more under `checkpoints/`. */
  readonly save: (state: {
    readonly weights: WeightSet
    readonly facts: RunFacts
    readonly step: number
    /** The end line, or null while the run goes on. */
    readonly result: unknown
    readonly checkpoint: boolean
  }) => Promise<void>
}

/** Makes the folder ready; refuses a path that cannot be one before any training is done. */
export async function openRunFolder(folder: string, document: Document): Promise<RunFolder> {
  const checkpoints = path.join(folder, 'checkpoints')
  try {
    await fs.mkdir(checkpoints, { recursive: true })
    await sweepTemporaries(folder)
    // Those of an earlier run in this folder are no part of this one.
    for (const name of await checkpointNames(checkpoints))
      await fs.rm(path.join(checkpoints, name), { force: true })
  } catch (error) {
    fail('usage', `The run cannot be kept in ${folder}: ${sentenceOf(error)}.`)
  }
  const lines: string[] = []
  return {
    addLine: (line) => void lines.push(`${toJson(line)}\n`),
    async save({ weights, facts, step, result, checkpoint }) {
      const bytes = writeRunWeights(weights)
      if (checkpoint) {
        await saveFile(path.join(checkpoints, `step-${String(step).padStart(9, '0')}.safetensors`), bytes)
        for (const name of (await checkpointNames(checkpoints)).slice(0, -keptCheckpoints)) {
          await fs.rm(path.join(checkpoints, name), { force: true })
        }
      }
      const { backend, ...rest } = facts
      const run = { ...rest, backend: backend.name, adapter: backend.adapter, step, result }
      await saveSet(folder, {
        'graph.wiregrad': writeDocument(document),
        'weights.safetensors': bytes,
        'metrics.jsonl': lines.join(''),
        'run.json': `${JSON.stringify(JSON.parse(toJson(run)), null, 2)}\n`,
      }).catch((error: unknown) =>
        fail('failed', `The run could not be kept in ${folder}: ${sentenceOf(error)}.`),
      )
    },
  }
}

/** Checkpoints in a folder, oldest first. */
async function checkpointNames(folder: string): Promise<string[]> {
  const names = await fs.readdir(folder).catch(() => [])
  return names.filter((name) => /^step-\d+\.safetensors$/.test(name)).sort()
}
