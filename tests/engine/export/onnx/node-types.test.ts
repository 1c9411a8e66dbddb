/**
 * Every case of every layer in the catalogue, exported with weights of a sensible size and run by ONNX Runtime, gives
 * what our own engine gives.
 */
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../../engine/export/onnx/export-onnx'
import { nodeCases } from './cases'
import { apart, onnxRuntime, ours, typed } from './onnx-runtime'
import { weighted } from './weighted'

describe.each(nodeCases().map((one) => [one.definition.type, one] as const))(
  '%s',
  (_type, { definition, cases }) => {
    it('gives the same in ONNX Runtime', async () => {
      expect(definition.emit.onnx, 'every layer says what it is in ONNX, or why it is nothing').toBeDefined()
      for (const one of cases) {
        const model = weighted(one.document)
        const exported = exportOnnx(model)
        if ('refused' in exported) {
          expect(exported.refused, one.name).toMatch(/^[A-Z].{20,}[.]$/s)
          continue
        }
        const pass = await ours(model, one.feeds)
        const told = await onnxRuntime(
          exported.files[0]?.bytes ?? new Uint8Array(),
          typed(model.plan, pass.inputs),
        )
        expect(apart(model.plan, pass.outputs, told), one.name).toEqual([])
      }
    })
  },
)
