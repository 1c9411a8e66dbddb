/**
 * Opens layers models of tfjs: `model.json` and its weight files, saved by tfjs, by tensorflowjs_converter, or by us. A
 * layer of ours becomes the very node that it was.
 */
import * as z from 'zod'
import type { Catalogue } from '../../../nodes/kit/define'
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'
import type { Imported } from '../imported'
import { assemble } from '../keras/assemble'
import { isObject, readModel, type Dialect } from '../keras/foreign'
import { fromList } from '../keras/stored'
import { manifestSchema, readManifest } from './manifest'

const modelSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.unknown().optional(),
})

/** The `model.json` among the files. */
function modelFile(files: ReadonlyMap<string, Uint8Array>): Uint8Array | undefined {
  const json = [...files].filter(([name]) => name.endsWith('.json'))
  return (json.find(([name]) => name.endsWith('model.json')) ?? json[0])?.[1]
}

function parsed(bytes: Uint8Array): z.infer<typeof modelSchema> | null {
  try {
    return modelSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null
  } catch {
    return null
  }
}

/** The converter keeps the version of the Keras that it read from; tfjs writes its own, `tfjs-layers 4.22.0`. */
function dialectOf(version: unknown): Dialect {
  if (typeof version !== 'string' || version.startsWith('tfjs')) return 'tfjs'
  return Number.parseInt(version, 10) >= 3 ? 'keras3' : 'keras2'
}

/** The model as a document, or why the files are none that can be read. */
export function importTfjs(files: ReadonlyMap<string, Uint8Array>, catalogue: Catalogue): Imported | Refusal {
  const file = modelFile(files)
  if (file === undefined)
    return refuse('There is no model.json among the files. Choose it together with its weight files.')
  const json = parsed(file)
  if (json === null) return refuse('The model.json has no modelTopology, so it is no model of tfjs.')
  if (json.format === 'graph-model') {
    return refuse(
      'This is a graph model: operations instead of layers, which cannot be edited. Convert the original with --output_format=tfjs_layers_model.',
    )
  }
  const topology = json.modelTopology
  const config = isObject(topology['model_config']) ? topology['model_config'] : topology
  const model = readModel(config)
  if (isRefusal(model)) return model
  const dialect = dialectOf(topology['keras_version'])
  if (json.weightsManifest === undefined) return assemble(model, dialect, null, catalogue)
  const manifest = manifestSchema.safeParse(json.weightsManifest)
  if (!manifest.success)
    return refuse('The weightsManifest of the model.json lists weights of a kind that is not known.')
  const weights = readManifest(manifest.data, files)
  return isRefusal(weights) ? weights : assemble(model, dialect, fromList(weights), catalogue)
}
