/** A model of another program, whatever its kind: told by its content and its names, read by the importer it wants. */
import { isRefusal, refuse, type Refusal } from '../../nodes/kit/spec'
import type { Catalogue } from '../../nodes/kit/define'
import { readZip } from '../formats/zip'
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

const zipStart = 'PK\u0003\u0004'

/** Zip files begin with `PK`, HDF5 files with a signature of their own. */
function isKeras(bytes: Uint8Array): boolean {
  return startsWith(bytes, zipStart) || startsWith(bytes, '\u0089HDF\r\n')
}

const isPicture = (name: string): boolean => /\.(jpe?g|png|gif|webp|bmp|tiff?)$/i.test(name)

/** What is done with pictures instead. */
const pictures = (name: string): Refusal =>
  refuse(
    `The file ${name} holds pictures, and Wiregrad learns from tables. Write the pixels of each picture and its class into a row of a CSV file, and set the shape of the pictures on the data node.`,
  )

/** An archive that is no .keras file: what was exported is packed so, and other programs pack models, too. */
async function importArchive(
  name: string,
  bytes: Uint8Array,
  catalogue: Catalogue,
): Promise<Imported | Refusal> {
  const files = readZip(bytes)
  if (isRefusal(files)) return files
  if (files.has('config.json')) return importKeras(bytes, catalogue)
  // A Mac puts a shadow of each file beside it.
  const names = [...files.keys()].filter((each) => !/(^|\/)(__MACOSX\/|\._)/.test(each))
  const endsIn = (pattern: RegExp) => names.find((each) => pattern.test(each))
  const model = endsIn(/(^|\/)model\.json$/i) ?? endsIn(/\.(keras|h5|hdf5|onnx)$/i)
  if (model !== undefined) {
    const folder = model.slice(0, model.lastIndexOf('/') + 1)
    const beside = /\.json$/i.test(model)
      ? names.filter((each) => each.startsWith(folder) && /\.(json|bin)$/i.test(each))
      : [model]
    const inside = new Map(
      beside.map((each) => [each.slice(folder.length), files.get(each) ?? new Uint8Array(0)]),
    )
    const [packed] = inside.values()
    if (!/\.(json|keras)$/i.test(model) && packed !== undefined && startsWith(packed, zipStart))
      return refuse(
        `The archive ${name} holds another archive (${model}). Unpack it, and give what is in it.`,
      )
    return importModel(inside, catalogue)
  }
  const weights = endsIn(/\.safetensors$/i)
  if (weights !== undefined)
    return refuse(
      `The archive ${name} holds weights (${weights}) and no graph. Unpack it, open its graph in the window, and drop the weights there.`,
    )
  if (endsIn(/\.npy$/i) !== undefined)
    return refuse(
      `The archive ${name} holds arrays of NumPy and no graph. Give ${importable}; weights for a graph that is open are read from .safetensors files.`,
    )
  return names.find(isPicture) === undefined
    ? refuse(`The archive ${name} holds no model that can be imported. Give ${importable}.`)
    : pictures(name)
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
  if (startsWith(bytes, zipStart) && !plainName(name).endsWith('.keras'))
    return importArchive(name, bytes, catalogue)
  if (isKeras(bytes)) return importKeras(bytes, catalogue)
  if (plainName(name).endsWith('.onnx')) return importOnnx(bytes, catalogue)
  if (plainName(name).endsWith('.safetensors')) {
    return refuse(
      `The file ${name} holds weights and no graph. Open its graph in the window and drop the file there, or give it to train, evaluate or export as --weights.`,
    )
  }
  if (isPicture(name)) return pictures(name)
  return refuse(`The file ${name} is no model that can be imported. Give ${importable}.`)
}
