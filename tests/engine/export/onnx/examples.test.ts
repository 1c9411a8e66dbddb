/** Every example, exported and run by ONNX Runtime, predicts what our own engine predicts. */
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../../engine/export/onnx/export-onnx'
import { example, examples, feeds } from './examples'
import { apart, onnxRuntime, ours, typed } from './onnx-runtime'

describe.each(examples())('%s', (file) => {
  it('predicts the same in ONNX Runtime', async () => {
    const model = example(file)
    const exported = exportOnnx(model)
    if ('refused' in exported) throw new Error(exported.refused)
    const pass = await ours(model, feeds(model))
    const told = await onnxRuntime(exported.files[0]!.bytes, typed(model.plan, pass.inputs))
    expect(apart(model.plan, pass.outputs, told)).toEqual([])
  })
})
