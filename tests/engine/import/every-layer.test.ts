/**
 * Every case of every layer in the catalogue, exported and imported again: the same predictions. What Keras cannot
 * express is refused by the exporter and left out here; tfjs can express everything.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../../engine/compile/compile'
import { saveTfjsModel } from '../../../engine/compile/tfjs-model'
import type { ExportSource } from '../../../engine/export/exported'
import { exportKeras, exportKerasH5 } from '../../../engine/export/keras/keras'
import type { Imported } from '../../../engine/import/imported'
import { importKeras } from '../../../engine/import/keras/keras'
import { importTfjs } from '../../../engine/import/tfjs/tfjs'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal, type Refusal } from '../../../nodes/kit/spec'
import { planOf, weightsOf, type Case } from '../../parity/case'
import { definitionCases } from '../../parity/definition-cases'
import { weightSet } from '../../parity/ours'
import { backends, tf } from '../support'
import { apart, importedPlan, predict } from './predict'

beforeAll(() => backends.start('cpu'))

async function throughTfjs({ plan, weights }: ExportSource): Promise<Imported | Refusal> {
  const compiled = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed: 1, path }), weights })
  if (isRefusal(compiled)) return compiled
  const saved = await saveTfjsModel(tf, compiled)
  compiled.dispose()
  return isRefusal(saved)
    ? saved
    : importTfjs(new Map(saved.files.map(({ name, bytes }) => [name, bytes])), catalogue)
}

const roads = {
  '.keras': async (source: ExportSource) => {
    const exported = await exportKeras(source)
    return isRefusal(exported) ? null : importKeras(exported.files[0]!.bytes, catalogue)
  },
  '.h5': async (source: ExportSource) => {
    const exported = await exportKerasH5(source)
    return isRefusal(exported) ? null : importKeras(exported.files[0]!.bytes, catalogue)
  },
  tfjs: throughTfjs,
}

const layers = [...definitionCases()].flatMap(([file, cases]) => {
  const definition = catalogue.get(file.replace('types/', ''))
  return definition?.role === 'layer' ? [{ type: definition.type, cases }] : []
})

/** What is written for Keras in layers that do not all come back, and why. */
const oneWay: Readonly<Record<string, string>> = {
  'masked-mean': 'its Dot multiplies a row by a matrix and stays locked: here only matrices are multiplied',
  'reduce-sum': 'its Dot multiplies a row by a matrix and stays locked: here only matrices are multiplied',
  masking:
    'it goes through infinities on purpose, and the formula of a ReLU with a ceiling here does not survive those',
}

async function difference(one: Case, road: (source: ExportSource) => Promise<Imported | Refusal | null>) {
  const plan = planOf(one)
  const weights = weightSet(weightsOf(plan, 0.6))
  const imported = await road({ document: one.document, plan, weights })
  if (imported === null) return 0
  const again = importedPlan(imported)
  const given = plan.model.inputs.map(({ path }) => one.feeds[`${path}:y`]!)
  return apart(await predict(plan, weights, given), await predict(again.plan, again.weights, given))
}

describe.each(Object.entries(roads))('through %s and back, every layer predicts the same', (_name, road) => {
  it.for(layers)('$type', async ({ type, cases }, { skip }) => {
    skip(road !== throughTfjs && oneWay[type] !== undefined, oneWay[type])
    for (const one of cases) expect(await difference(one, road), one.name).toBeLessThanOrEqual(1e-6)
  })
})
