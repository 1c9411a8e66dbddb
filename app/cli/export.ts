/** `wiregrad export`: the trained model as files for others. */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import { formatCount } from '../../engine/diagnose/format'
import { exportFormats, type ExportedFile } from '../../engine/session/protocol'
import { saveFile, saveSet } from '../files/atomic-save'
import type { Command } from './command'
import { readDataFiles } from './data-files'
import { openEngine } from './engine'
import { exitCodes, fail, sentenceOf } from './failure'
import { readGraph } from './graph-file'
import { oneOf, onlyFile } from './options'
import { toJson } from '../../engine/session/lines'
import { note, say } from './print'
import { checkWeights, readWeights } from './weights-file'

/** One file goes to `out` itself, unless that is a folder; several make a folder of it. Gives the paths written. */
async function writeFiles(out: string, files: readonly ExportedFile[], asFolder: boolean): Promise<string[]> {
  const isFolder =
    asFolder ||
    /[/\\]$/.test(out) ||
    (await fs.stat(out).then(
      (stats) => stats.isDirectory(),
      () => false,
    ))
  const [only] = files
  if (!isFolder && only !== undefined && files.length === 1) {
    await fs.mkdir(path.dirname(out), { recursive: true })
    await saveFile(out, only.bytes)
    return [out]
  }
  await fs.mkdir(out, { recursive: true })
  await saveSet(out, Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])))
  return files.map(({ name }) => path.join(out, name))
}

export const exportModel: Command = {
  name: 'export',
  usage: `wiregrad export FILE --format ${exportFormats.join('|')} --out PATH [--weights DIR|FILE] [--data [NAME=]PATH]… [--json]`,
  doc: 'Write the trained model, or its weights, for other programs.',
  options: ['format', 'out', 'weights', 'data', 'json', 'help'],
  async run(typed) {
    const file = onlyFile(typed, 'export')
    const format =
      oneOf(typed, 'format', exportFormats) ??
      fail('usage', `wiregrad export wants --format with one of ${exportFormats.join(', ')}.`)
    const out = typed.word('out') ?? fail('usage', 'wiregrad export wants --out PATH: where to write.')
    const { document, analysis } = await readGraph(file)
    const data = await readDataFiles(typed.words('data'), analysis.plan)
    const given = typed.word('weights')
    const weights =
      given === undefined ? null : checkWeights(await readWeights(given, analysis.plan), analysis.plan, given)
    if (weights === null)
      note(
        `No --weights given: these are fresh weights from seed ${document.training.seed}, not trained ones.`,
      )
    const engine = await openEngine()
    const reply = await engine
      .request({ kind: 'export', from: { kind: 'document', document, weights }, format, files: data })
      .catch((error: unknown) => fail('problems', sentenceOf(error)))
    const files = await writeFiles(out, reply.files, format === 'tfjs').catch((error: unknown) =>
      fail('usage', `The export cannot be written to ${out}: ${sentenceOf(error)}.`),
    )
    if (typed.flag('json')) say(toJson({ format, files, parameters: reply.parameters, names: reply.names }))
    else {
      say(`${formatCount(reply.parameters)} parameters as ${format}:`)
      for (const one of files) say(`  ${one}`)
    }
    return exitCodes.fine
  },
}
