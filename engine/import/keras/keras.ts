/**
 * Opens models of Keras: `.keras` (Keras 3), and `.h5` of Keras 3, of Keras 2 and of tf.keras. The graph becomes an
 * editable document, its weights those of a run.
 */
import { isHdf5, readHdf5, type Hdf5Group } from '../../formats/hdf5'
import { readZip } from '../../formats/zip'
import type { Catalogue } from '../../../nodes/kit/define'
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'
import type { Imported } from '../imported'
import { assemble } from './assemble'
import { isObject, readModel, type Dialect } from './foreign'
import { fromList, fromStore, type NamedWeights } from './stored'

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function importZip(file: Uint8Array, catalogue: Catalogue): Promise<Imported | Refusal> {
  const files = readZip(file)
  if (isRefusal(files)) return files
  const config = files.get('config.json')
  if (config === undefined) {
    return refuse(
      'The zip archive holds no config.json, so it is no .keras file. Give a model saved with model.save("model.keras").',
    )
  }
  const model = readModel(parsed(new TextDecoder().decode(config)))
  if (isRefusal(model)) return model
  const stored = files.get('model.weights.h5')
  if (stored === undefined) return assemble(model, 'keras3', null, catalogue)
  const store = await readHdf5(stored, ['optimizer'])
  return isRefusal(store) ? store : assemble(model, 'keras3', fromStore(model, store), catalogue)
}

/** A list of words in an attribute, which Keras cuts into `name0`, `name1` where it is too long for one. */
function listed({ attributes }: Hdf5Group, name: string): readonly string[] {
  const whole = attributes[name]
  if (Array.isArray(whole)) return whole as readonly string[]
  const found: string[] = []
  for (let at = 0; ; at += 1) {
    const part = attributes[`${name}${at}`]
    if (!Array.isArray(part)) return found
    found.push(...(part as readonly string[]))
  }
}

/** Every array of `model_weights`, under its layer: `dense/dense/kernel:0`. */
function legacyWeights(root: Hdf5Group): NamedWeights {
  const weights = root.groups['model_weights'] ?? root
  return listed(weights, 'layer_names').flatMap((layer) => {
    const group = weights.groups[layer]
    if (group === undefined) return []
    return listed(group, 'weight_names').flatMap((name) => {
      const parts = name.split('/')
      let inner: Hdf5Group | undefined = group
      for (const part of parts.slice(0, -1)) inner = inner?.groups[part]
      const values = inner?.datasets[parts.at(-1) ?? '']
      return values === undefined ? [] : [[`${layer}/${name}`, values] as const]
    })
  })
}

function dialectOf(version: unknown, config: string): Dialect {
  if (typeof version === 'string') return Number.parseInt(version, 10) >= 3 ? 'keras3' : 'keras2'
  return config.includes('"batch_shape"') ? 'keras3' : 'keras2'
}

async function importLegacy(file: Uint8Array, catalogue: Catalogue): Promise<Imported | Refusal> {
  const root = await readHdf5(file, ['optimizer_weights'])
  if (isRefusal(root)) return root
  const config = root.attributes['model_config']
  if (typeof config !== 'string') {
    return refuse(
      'The HDF5 file holds weights without the model that they belong to. Save the whole model with model.save, not save_weights.',
    )
  }
  const topology = parsed(config)
  const model = readModel(isObject(topology) ? topology : null)
  if (isRefusal(model)) return model
  const dialect = dialectOf(root.attributes['keras_version'], config)
  return assemble(model, dialect, fromList(legacyWeights(root)), catalogue)
}

/** The model as a document, or why the file is none that can be read. */
export async function importKeras(file: Uint8Array, catalogue: Catalogue): Promise<Imported | Refusal> {
  return isHdf5(file) ? importLegacy(file, catalogue) : importZip(file, catalogue)
}
