/** A model of another program, whatever its kind: told by its content and its names, read by the importer it wants. */
import { refuse, type Refusal } from '../../nodes/kit/spec'
import type { Catalogue } from '../../nodes/kit/define'
import type { Imported } from './imported'
import { importKeras } from './keras/keras'
import { importOnnx } from './onnx/import-onnx'
import { importTfjs } from './tfjs/tfjs'

/** What can be imported, as people name it. */
export const importable =
  'a Keras model (.keras, .h5), an ONNX model (.onnx) or a TensorFlow.js layers model (model.json and its weights)'

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0))
}

/** Zip files begin with `PK`, HDF5 files with a signature of their own. */
function isKeras(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'PK\u0003\u0004') || startsWith(bytes, '\u0089HDF\r\n')
}

/** The name without its folders, in lower case. */
function plainName(name: string): string {
  return name.replace(/^.*[/\\]/, '').toLowerCase()
}

/**
 * Reads a model from its files, by name (several only for TensorFlow.js).
 *
 * @returns the graph, laid out, with its weights and the layers that stay locked; or a sentence
 */
export async function importModel(
  files: ReadonlyMap<string, Uint8Array>,
  catalogue: Catalogue,
): Promise<Imported | Refusal> {
  const [first] = files
  if (first === undefined) return refuse(`There is no file to import. Give ${importable}.`)
  if ([...files.keys()].some((name) => plainName(name).endsWith('.json'))) return importTfjs(files, catalogue)
  const [name, bytes] = first
  if (isKeras(bytes)) return importKeras(bytes, catalogue)
  if (plainName(name).endsWith('.onnx')) return importOnnx(bytes, catalogue)
  if (plainName(name).endsWith('.safetensors')) {
    return refuse(
      `The file ${name} holds weights and no graph. Open its graph in the window and drop the file there, or give it to train, evaluate or export as --weights.`,
    )
  }
  return refuse(`The file ${name} is no model that can be imported. Give ${importable}.`)
}
