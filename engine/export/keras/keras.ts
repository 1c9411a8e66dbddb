/**
 * A trained graph as a file of Keras 3: `.keras` (a zip of the configuration and the weights), or the older `.h5`. Both
 * are opened with `keras.saving.load_model` and nothing of ours. A node that Keras has no layers for is refused before
 * anything is written, and named.
 */
import { writeHdf5 } from '../../formats/hdf5'
import { writeZip } from '../../formats/zip'
import { isRefusal, type Refusal } from '../../../nodes/kit/spec'
import type { Exported, ExportSource } from '../exported'
import { modelConfig } from './config'
import { kerasGraph } from './graph'
import type { KerasModel, Layer, Variable } from './model'
import { legacyFile, legacyName, storePaths, weightStore } from './store'

/** The Keras whose files these are. */
const kerasVersion = '3.9.2'

/** No clock is read, so that the same graph gives the same file. */
const dateSaved = '1980-01-01@00:00:00'

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** Ours -> theirs, and how many numbers there are. */
function report(
  model: KerasModel,
  theirs: (layer: Layer, variable: Variable) => string,
): Pick<Exported, 'parameters' | 'names'> {
  const all = model.layers.flatMap((layer) => layer.variables.map((variable) => ({ layer, variable })))
  return {
    parameters: all.reduce((sum, { variable }) => sum + variable.values.values.length, 0),
    names: Object.fromEntries(
      all.flatMap(({ layer, variable }) =>
        variable.ours.map((ours) => [ours, theirs(layer, variable)] as const),
      ),
    ),
  }
}

/** The bytes of a `.keras` file. */
export async function kerasFile(model: KerasModel): Promise<Uint8Array<ArrayBuffer>> {
  return writeZip(
    new Map([
      ['metadata.json', jsonBytes({ keras_version: kerasVersion, date_saved: dateSaved })],
      ['config.json', jsonBytes(modelConfig(model))],
      ['model.weights.h5', await writeHdf5(weightStore(model))],
    ]),
  )
}

/** Where our weights lie inside a `.keras` file: `hidden:kernel` -> `layers/dense/vars/0`. */
export function kerasReport(model: KerasModel): Pick<Exported, 'parameters' | 'names'> {
  const paths = storePaths(model)
  return report(model, (layer, { path }) => `${paths.get(layer)}/${path}`)
}

/** `model.keras`. */
export async function exportKeras(source: ExportSource): Promise<Exported | Refusal> {
  const model = kerasGraph(source)
  if (isRefusal(model)) return model
  return { files: [{ name: 'model.keras', bytes: await kerasFile(model) }], ...kerasReport(model) }
}

/** `model.h5`, the format of Keras 1 to 3 that other tools read. */
export async function exportKerasH5(source: ExportSource): Promise<Exported | Refusal> {
  const model = kerasGraph(source)
  if (isRefusal(model)) return model
  const bytes = await writeHdf5(legacyFile(model, JSON.stringify(modelConfig(model)), kerasVersion))
  return {
    files: [{ name: 'model.h5', bytes }],
    ...report(model, (layer, variable) => `model_weights/${layer.name}/${legacyName(layer, variable)}`),
  }
}
