/** Our own ONNX files open as they were: the same document, the same weights, also where several lie in one initialiser. */
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../../engine/export/onnx/export-onnx'
import { readOnnx, writeOnnx } from '../../../../engine/formats/onnx/model'
import { importOnnx } from '../../../../engine/import/onnx/import-onnx'
import { catalogue } from '../../../../nodes/catalogue'
import { nodeCases } from '../../export/onnx/cases'
import { example, examples } from '../../export/onnx/examples'
import { weighted, type Weighted } from '../../export/onnx/onnx-runtime'

/** The file, or null where the graph cannot be written. */
function fileOf(model: Weighted): Uint8Array | null {
  const exported = exportOnnx(model)
  return 'refused' in exported ? null : (exported.files[0]?.bytes ?? null)
}

/** Sentences where what comes back is not what went in; weights outside the model do not travel. */
function lost(model: Weighted): readonly string[] {
  const file = fileOf(model)
  if (file === null) return []
  const back = importOnnx(file, catalogue)
  if ('refused' in back) return [back.refused]
  expect(back.document).toEqual(model.document)
  expect(back.locked).toEqual([])
  const exported = exportOnnx(model)
  const names = 'refused' in exported ? [] : Object.keys(exported.names)
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
    const read = readOnnx(fileOf(model) ?? new Uint8Array())
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
