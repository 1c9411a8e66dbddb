/** Every example, exported for Keras and tfjs and imported again: the same predictions, weights whole. */
import { beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { compile } from '../../../engine/compile/compile'
import { saveTfjsModel } from '../../../engine/compile/tfjs-model'
import { exportKeras } from '../../../engine/export/keras/keras'
import type { Document } from '../../../engine/graph/document'
import { importKeras } from '../../../engine/import/keras/keras'
import { importTfjs } from '../../../engine/import/tfjs/tfjs'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal, type Spec } from '../../../nodes/kit/spec'
import { concrete, weightsOf } from '../../parity/case'
import { examples } from '../../parity/model-pass'
import { indices, reals, type Numbers } from '../../parity/numbers'
import { weightSet } from '../../parity/ours'
import { backends, tf } from '../support'
import { apart, importedPlan, predict } from './predict'

beforeAll(() => backends.start('cpu'))

function sourceOf(name: string, document: Document) {
  const { plan } = analyse(document, catalogue)
  const specs = plan.model.inputs.map(({ path, port }) => plan.byPath.get(path)?.outputs[port] as Spec)
  const given = specs.map((spec, at): Numbers => {
    const shape = concrete(spec, 3, 4)
    return spec.dtype === 'int32' ? indices(`${name}-${at}`, shape, 5) : reals(`${name}-${at}`, shape)
  })
  return { document, plan, weights: weightSet(weightsOf(plan, 0.3)), given }
}

describe.each(examples())('%s', (name, document) => {
  it('through .keras', async () => {
    const { plan, weights, given } = sourceOf(name, document)
    const exported = await exportKeras({ document, plan, weights })
    if (isRefusal(exported)) throw new Error(exported.refused)
    const again = importedPlan(await importKeras(exported.files[0]!.bytes, catalogue))
    expect(again.plan.parameters).toBe(exported.parameters)
    expect(
      apart(await predict(plan, weights, given), await predict(again.plan, again.weights, given)),
    ).toBeLessThanOrEqual(1e-6)
  })

  it('through tfjs', async () => {
    const { plan, weights, given } = sourceOf(name, document)
    const compiled = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed: 1, path }), weights })
    if (isRefusal(compiled)) throw new Error(compiled.refused)
    const saved = await saveTfjsModel(tf, compiled)
    compiled.dispose()
    if (isRefusal(saved)) throw new Error(saved.refused)
    const again = importedPlan(
      importTfjs(new Map(saved.files.map((file) => [file.name, file.bytes])), catalogue),
    )
    expect(again.plan.parameters).toBe(saved.parameters)
    expect(
      apart(await predict(plan, weights, given), await predict(again.plan, again.weights, given)),
    ).toBeLessThanOrEqual(1e-6)
  })
})
