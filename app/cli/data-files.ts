/**
 * `--data [NAME=]PATH`: which file of the user's feeds which data node. Whether its columns fit is checked where it is
 * read, in the engine.
 */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import type { Plan } from '../../engine/analyse/plan'
import type { DataFile } from '../../engine/session/protocol'
import type { Dataset } from '../../nodes/kit/dataset'
import { fail, sentenceOf } from './failure'

interface Asked {
  readonly node: string
  readonly file: string
}

/** Splits `NAME=PATH`. A path may itself hold `=`: only the id of a data node before it counts as a name. */
function asked(text: string, data: readonly string[]): Asked {
  const at = text.indexOf('=')
  const name = at < 0 ? null : text.slice(0, at)
  if (name !== null && data.includes(name)) return { node: name, file: text.slice(at + 1) }
  if (name !== null && /^[a-z][a-z0-9_/]*$/.test(name)) {
    fail(
      'usage',
      `--data ${text}: there is no data node "${name}" in this graph. Its data nodes: ${data.join(', ') || 'none'}.`,
    )
  }
  const [only, ...more] = data
  if (only === undefined) fail('usage', `--data ${text}: this graph has no data node to feed.`)
  if (more.length > 0)
    fail(
      'usage',
      `--data ${text}: which data node is it for? Write NAME=PATH with one of ${data.join(', ')}.`,
    )
  return { node: only, file: text }
}

/** Reads every file that `--data` names. */
export async function readDataFiles(given: readonly string[], plan: Plan): Promise<DataFile[]> {
  const files: DataFile[] = []
  for (const text of given) {
    const { node, file } = asked(text, plan.data)
    if (files.some((one) => one.node === node))
      fail('usage', `--data names two files for the data node ${node}; one is enough.`)
    const { kind } = (plan.byPath.get(node)?.params['dataset'] ?? {}) as Partial<Dataset>
    if (kind !== 'table')
      fail(
        'usage',
        `--data ${text}: the data node ${node} makes its own samples (${kind ?? 'unknown'}) and reads no file.`,
      )
    try {
      files.push({ node, name: path.basename(file), bytes: new Uint8Array(await fs.readFile(file)) })
    } catch (error) {
      fail('usage', `The data file ${file} cannot be read: ${sentenceOf(error)}.`)
    }
  }
  return files
}
