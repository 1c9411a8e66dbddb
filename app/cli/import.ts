/**
 * `wiregrad import`: a model of another program as a graph, with its weights beside it. A tfjs model may be given by its
 * folder or its model.json.
 */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import { writeRunWeights } from '../../engine/export/run-weights'
import { writeDocument } from '../../engine/graph/text'
import type { ExportedFile } from '../../engine/session/protocol'
import { toJson } from '../../engine/session/lines'
import { saveFile } from '../files/atomic-save'
import type { Command } from './command'
import { openEngine } from './engine'
import { exitCodes, fail, sentenceOf } from './failure'
import { onlyFile } from './options'
import { note, say } from './print'

async function readOne(file: string, name: string): Promise<ExportedFile> {
  return { name, bytes: new Uint8Array(await fs.readFile(file)) }
}

/** Names of the weight files that a model.json speaks of; none where it is no such file. */
function weightFiles(text: string): readonly string[] {
  try {
    const { weightsManifest = [] } = JSON.parse(text) as { weightsManifest?: readonly { paths?: unknown }[] }
    return weightsManifest
      .flatMap(({ paths }) => (Array.isArray(paths) ? (paths as unknown[]) : []))
      .filter(
        (name) => typeof name === 'string' && !path.isAbsolute(name) && !name.split(/[/\\]/).includes('..'),
      )
      .map(String)
  } catch {
    return []
  }
}

async function readModel(given: string): Promise<readonly ExportedFile[]> {
  try {
    const file = (await fs.stat(given)).isDirectory() ? path.join(given, 'model.json') : given
    const first = await readOne(file, path.basename(file))
    if (path.extname(file) !== '.json') return [first]
    const others = weightFiles(new TextDecoder().decode(first.bytes))
    return [
      first,
      ...(await Promise.all(others.map((name) => readOne(path.join(path.dirname(file), name), name)))),
    ]
  } catch (error) {
    return fail('usage', `The model ${given} cannot be read: ${sentenceOf(error)}.`)
  }
}

/** Where the weights go: beside the graph, under its name. */
function weightsPath(out: string): string {
  return `${out.replace(/\.wiregrad$/, '')}.safetensors`
}

export const importModel: Command = {
  name: 'import',
  usage: 'wiregrad import PATH --out FILE [--json]',
  doc: 'Turn a Keras, ONNX or TensorFlow.js model into a graph, and its weights into a file beside it.',
  options: ['out', 'json', 'help'],
  async run(typed) {
    const given = onlyFile(typed, 'import', 'PATH')
    const out =
      typed.word('out') ?? fail('usage', 'wiregrad import wants --out FILE: where to write the graph.')
    const files = await readModel(given)
    const engine = await openEngine()
    const { document, weights, locked } = await engine
      .request({ kind: 'import', files })
      .catch((error: unknown) => fail('problems', sentenceOf(error)))
    const weightsFile = weights === null ? null : weightsPath(out)
    try {
      await fs.mkdir(path.dirname(path.resolve(out)), { recursive: true })
      if (weights !== null && weightsFile !== null) await saveFile(weightsFile, writeRunWeights(weights))
      await saveFile(out, writeDocument(document))
    } catch (error) {
      fail('usage', `The graph cannot be written to ${out}: ${sentenceOf(error)}.`)
    }
    for (const { path: node, op, reason } of locked) note(`${node} stays locked (${op}): ${reason}`)
    const nodes = Object.keys(document.nodes).length
    if (typed.flag('json')) say(toJson({ nodes, locked, weights: weightsFile }))
    else {
      say(`${nodes} nodes in ${out}${weightsFile === null ? '' : `, their weights in ${weightsFile}`}`)
      if (locked.length > 0) say(`${locked.length} of them stay locked: replace them before training.`)
    }
    return exitCodes.fine
  },
}
