/** Every example, exported and run by ONNX Runtime, predicts what our own engine predicts. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../../engine/export/onnx/export-onnx'
import { readDocument } from '../../../../engine/graph/read'
import { concrete } from '../../../parity/case'
import { indices, reals, type Numbers } from '../../../parity/numbers'
import { apart, onnxRuntime, ours, typed, weighted, type Weighted } from './onnx-runtime'

const folder = new URL('../../../../examples/', import.meta.url)
const [samples, places] = [3, 4]

export function examples(): readonly string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.wiregrad'))
}

export function example(file: string): Weighted {
  const found = readDocument(readFileSync(new URL(file, folder), 'utf8'))
  if (!found.ok) throw new Error(`${file}: ${found.message}`)
  return weighted(found.document)
}

/** Numbers for what nothing feeds: data, open inputs. */
function feeds({ plan }: Weighted): Readonly<Record<string, Numbers>> {
  const sources = plan.steps.filter(
    ({ definition, inputs }) =>
      definition.role === 'data' || (definition.role === 'input' && Object.keys(inputs).length === 0),
  )
  const known = Math.min(...plan.steps.map(({ params }) => Number(params['vocabulary'] ?? Infinity)), 1000)
  return Object.fromEntries(
    sources.flatMap(({ path, outputs }) =>
      Object.entries(outputs).map(([port, spec]) => {
        const [name, shape] = [`${path}:${port}`, concrete(spec, samples, places)]
        return [name, spec.dtype === 'int32' ? indices(name, shape, known) : reals(name, shape)]
      }),
    ),
  )
}

describe.each(examples())('%s', (file) => {
  const model = example(file)
  const unwritten = model.plan.steps.filter(
    ({ definition }) => definition.role === 'layer' && definition.emit.onnx === undefined,
  )
  it.skipIf(unwritten.length > 0)('predicts the same in ONNX Runtime', async () => {
    const exported = exportOnnx(model)
    if ('refused' in exported) throw new Error(exported.refused)
    const pass = await ours(model, feeds(model))
    const told = await onnxRuntime(exported.files[0]!.bytes, typed(model.plan, pass.inputs))
    expect(apart(model.plan, pass.outputs, told)).toEqual([])
  })
})
