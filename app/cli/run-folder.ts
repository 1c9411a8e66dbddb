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
import { discardStaged, saveFile, saveSet, stageFile, sweepTemporaries } from '../files/atomic-save'
import { fail, sentenceOf } from './failure'
import { toJson } from '../../engine/session/lines'

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
  /** Keeps the run before its first step; what an earlier run left in the folder goes. */
  readonly begin: (state: { readonly weights: WeightSet; readonly facts: RunFacts }) => Promise<void>
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

/** Makes a folder and those above it. Node's own way of doing so never ends under /proc. */
async function makeFolders(folder: string): Promise<void> {
  const isThere = await fs.stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  if (isThere) return
  const above = path.dirname(folder)
  if (above !== folder) await makeFolders(above)
  await fs.mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Somebody else has just made it, or a file of that name is in the way, which the next step finds.
    if (error.code !== 'EEXIST') throw error
  })
}

/**
 * Makes the folder ready and tries whether it can be written to, before any training is done; what an earlier run left
 * in it stays as it is until `begin`.
 */
export async function openRunFolder(folder: string, document: Document): Promise<RunFolder> {
  const checkpoints = path.join(folder, 'checkpoints')
  try {
    await makeFolders(path.resolve(checkpoints))
    for (const place of [folder, checkpoints])
      await discardStaged([await stageFile(place, 'trial', 'Can be written to.')])
  } catch (error) {
    fail('failed', `The run cannot be kept in ${folder}: ${sentenceOf(error)}.`)
  }
  const lines: string[] = []
  const save: RunFolder['save'] = async ({ weights, facts, step, result, checkpoint }) => {
    const bytes = writeRunWeights(weights)
    const { backend, ...rest } = facts
    const run = { ...rest, backend: backend.name, adapter: backend.adapter, step, result }
    try {
      if (checkpoint) {
        await saveFile(path.join(checkpoints, `step-${String(step).padStart(9, '0')}.safetensors`), bytes)
        for (const name of (await checkpointNames(checkpoints)).slice(0, -keptCheckpoints))
          await fs.rm(path.join(checkpoints, name), { force: true })
      }
      await saveSet(folder, {
        'graph.wiregrad': writeDocument(document),
        'weights.safetensors': bytes,
        'metrics.jsonl': lines.join(''),
        'run.json': `${toJson(run, 2)}\n`,
      })
    } catch (error) {
      fail('failed', `The run could not be kept in ${folder}: ${sentenceOf(error)}.`)
    }
  }
  return {
    addLine: (line) => void lines.push(`${toJson(line)}\n`),
    async begin({ weights, facts }) {
      try {
        await sweepTemporaries(folder)
      } catch (error) {
        fail('failed', `The run could not be kept in ${folder}: ${sentenceOf(error)}.`)
      }
      await save({ weights, facts, step: 0, result: null, checkpoint: false })
      // Those of an earlier run in this folder are no part of this one.
      for (const name of await checkpointNames(checkpoints))
        await fs.rm(path.join(checkpoints, name), { force: true })
    },
    save,
  }
}

/** Checkpoints in a folder, oldest first. */
async function checkpointNames(folder: string): Promise<string[]> {
  const names = await fs.readdir(folder).catch(() => [])
  return names.filter((name) => /^step-\d+\.safetensors$/.test(name)).sort()
}
