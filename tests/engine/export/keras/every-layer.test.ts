/**
 * Every case of every layer in the catalogue as a `.keras` file: the structure that Keras 3 writes, every variable where
 * Keras looks for it and with its shape. A node that Keras has no layers for must say why.
 */
import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../../engine/analyse/plan'
import type { ExportSource } from '../../../../engine/export/exported'
import { exportKeras } from '../../../../engine/export/keras/keras'
import { catalogue } from '../../../../nodes/catalogue'
import { isRefusal } from '../../../../nodes/kit/spec'
import { planOf, weightsOf, type Case } from '../../../parity/case'
import { definitionCases } from '../../../parity/definition-cases'
import { weightSet } from '../../../parity/ours'
import { faults, readKeras } from './structure'

function sourceOf(one: Case, plan: Plan = planOf(one)): ExportSource {
  return { document: one.document, plan, weights: weightSet(weightsOf(plan, 0.6)) }
}

const layers = [...definitionCases()].flatMap(([file, cases]) => {
  const definition = catalogue.get(file.replace('types/', ''))
  return definition?.role === 'layer' ? [{ type: definition.type, definition, cases }] : []
})

describe('as a .keras file', () => {
  it.for(layers)('$type', async ({ definition, cases }, { skip }) => {
    skip(definition.emit.keras === undefined, 'nothing says yet which layers of Keras it is')
    for (const one of cases) {
      const exported = await exportKeras(sourceOf(one))
      if (isRefusal(exported)) {
        expect(exported.refused, one.name).toMatch(/^The .* cannot be written for Keras. [A-Z\w].*\.$/s)
        continue
      }
      const file = await readKeras(exported.files[0]!.bytes)
      expect(faults(file), one.name).toEqual([])
      expect(exported.parameters, one.name).toBe(planOf(one).parameters)
    }
  })
})
