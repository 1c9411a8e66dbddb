/** Our own ONNX files open as they were: the same document, the same weights, also where several lie in one initialiser. */
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../../engine/export/onnx/export-onnx'
import { readOnnx, writeOnnx } from '../../../../engine/formats/onnx/model'
import { importOnnx } from '../../../../engine/import/onnx/import-onnx'
import { catalogue } from '../../../../nodes/catalogue'
import { nodeCases } from '../../export/onnx/cases'
import { example, examples } from '../../export/onnx/examples'
import { weighted, type Weighted } from '../../export/onnx/weighted'

/** Sentences where what comes back is not what went in; weights outside the model do not travel. */
function lost(model: Weighted): readonly string[] {
  const exported = exportOnnx(model)
  if ('refused' in exported) return []
  const back = importOnnx(exported.files[0]?.bytes ?? new Uint8Array(), catalogue)
  if ('refused' in back) return [back.refused]
  expect(back.document).toEqual(model.document)
  expect(back.locked).toEqual([])
  const names = Object.keys(exported.names)
  expect(Object.keys(back.weights ?? {}).sort()).toEqual(names.sort())
  return names.flatMap((name) => {
    const [before, after] = [model.weights[name], back.weights?.[name]]
    const same =
      before?.shape.join() === after?.shape.join() && before?.values.every((x, at) => x === after?.values[at])
    return same === true ? [] : [`${name} came back changed`]
  })
}

describe('our own files', () => {
  it.each(examples())('open as they were: %s', (file) => {
    expect(lost(example(file))).toEqual([])
  })

  it('give back the weights of every node type', () => {
    for (const { cases } of nodeCases()) {
      for (const one of cases) expect(lost(weighted(one.document)), one.name).toEqual([])
    }
  })

  it('are refused with a sentence where the weights do not fit the graph', () => {
    const model = example('xor.wiregrad')
    const exported = exportOnnx(model)
    if ('refused' in exported) throw new Error(exported.refused)
    const read = readOnnx(exported.files[0]?.bytes ?? new Uint8Array())
    if ('refused' in read) throw new Error(read.refused)
    const [first, ...others] = read.graph.initializer ?? []
    const without = writeOnnx({ ...read, graph: { ...read.graph, initializer: others } })
    expect(importOnnx(without, catalogue)).toEqual({
      refused: expect.stringMatching(/lacks the initialiser/) as string,
    })
    const short = { ...first, dims: [1], raw_data: new Uint8Array(4) }
    const cut = writeOnnx({ ...read, graph: { ...read.graph, initializer: [short, ...others] } })
    expect(importOnnx(cut, catalogue)).toEqual({ refused: expect.stringMatching(/too short/) as string })
  })
})
