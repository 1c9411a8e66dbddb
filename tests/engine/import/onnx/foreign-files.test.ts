/**
 * Files of PyTorch's own exporter (tests/parity/fixtures/make_onnx.py) open as graphs that predict what PyTorch predicts;
 * and so do our own files when nothing but their operators is left.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../../engine/export/onnx/export-onnx'
import { readOnnx, writeOnnx } from '../../../../engine/formats/onnx/model'
import { permute } from '../../../../engine/formats/weight-layout'
import { documentSchema } from '../../../../engine/graph/document'
import { importOnnx } from '../../../../engine/import/onnx/import-onnx'
import type { Imported } from '../../../../engine/import/imported'
import { analyse } from '../../../../engine/analyse/analyse'
import { catalogue } from '../../../../nodes/catalogue'
import { distance } from '../../../parity/closeness'
import { example, feeds } from '../../export/onnx/examples'
import { apart, ours, type Pass } from '../../export/onnx/onnx-runtime'

const folder = new URL('../../../parity/fixtures/onnx/', import.meta.url)

interface Told {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}
const predictions = JSON.parse(readFileSync(new URL('predictions.json', folder), 'utf8')) as Readonly<
  Record<string, { readonly input: Told; readonly output: Told }>
>

function opened(name: string): Imported {
  const found = importOnnx(new Uint8Array(readFileSync(new URL(`${name}.onnx`, folder))), catalogue)
  if ('refused' in found) throw new Error(found.refused)
  expect(documentSchema.safeParse(found.document).success).toBe(true)
  return found
}

/** The prediction of an imported graph for a sample as the file takes it. */
async function predicted({ document, weights }: Imported, given: Told): Promise<Pass> {
  const { plan, ok, problems } = analyse(document, catalogue)
  if (!ok) throw new Error(problems.map(({ message }) => message).join('\n'))
  const [input] = plan.model.inputs
  const spec = plan.byPath.get(input?.path ?? '')?.outputs['y']
  const axes = given.shape.map((_, axis) => axis)
  const last = document.notes.includes('channels-first') ? [0, ...axes.slice(2), 1] : axes
  const { shape, values } = permute({ shape: given.shape, values: Float32Array.from(given.values) }, last)
  const feed = { dtype: spec?.dtype ?? 'float32', shape, values: [...values] }
  return ours({ document, plan, weights: weights ?? {} }, { [`${input?.path}:${input?.port}`]: feed })
}

describe('files of PyTorch', () => {
  it.each(['mlp', 'cnn', 'residual', 'viewed', 'series', 'words'])('predict the same: %s', async (name) => {
    const { input, output } = predictions[name] as (typeof predictions)[string]
    const found = opened(name)
    expect(found.locked).toEqual([])
    const { outputs } = await predicted(found, input)
    expect(outputs[0]?.shape).toEqual(output.shape)
    expect(distance(outputs[0]?.values ?? [], output.values)).toBeLessThanOrEqual(1e-5)
  })

  it('take images channels-last and say so', () => {
    const { document } = opened('cnn')
    expect(document.nodes['input']?.params['shape']).toEqual([8, 8, 1])
    expect(document.notes).toMatch(/channels-first/)
    expect(Object.values(document.nodes).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['conv2d', 'batch-norm', 'max-pool2d', 'flatten', 'dense']),
    )
  })

  it('keep what has no counterpart as a locked node with its attributes', () => {
    const { document, locked } = opened('stranger')
    expect(locked.map(({ op }) => op)).toEqual(['CumSum'])
    const [{ path, reason }] = locked as [Imported['locked'][number]]
    expect(reason).toMatch(/^[A-Z].*\.$/)
    expect(document.nodes[path]).toMatchObject({ type: 'locked', params: { source: 'onnx', op: 'CumSum' } })
    const ports = Object.values(document.wires).filter(({ from, to }) => from[0] === path || to[0] === path)
    expect(ports).toHaveLength(2)
    expect(Object.values(document.nodes).filter(({ type }) => type === 'dense')).toHaveLength(2)
  })
})

/** The file with nothing in it of ours but the operators. */
function stripped(file: Uint8Array): Uint8Array {
  const model = readOnnx(file)
  if ('refused' in model) throw new Error(model.refused)
  return writeOnnx({ ...model, metadata_props: [] })
}

describe('our own files without their document', () => {
  const dense = ['xor', 'iris', 'digits-mlp', 'digits-cnn', 'deep-residual', 'ring-gan']
  it.each(dense)('predict the same: %s', async (name) => {
    const model = example(`${name}.wiregrad`)
    const exported = exportOnnx(model)
    if ('refused' in exported) throw new Error(exported.refused)
    const found = importOnnx(stripped(exported.files[0]?.bytes ?? new Uint8Array()), catalogue)
    if ('refused' in found) throw new Error(found.refused)
    expect(found.locked).toEqual([])
    const before = await ours(model, feeds(model))
    const { plan } = analyse(found.document, catalogue)
    const given = plan.model.inputs.map((ref, at) => {
      const dtype = plan.byPath.get(ref.path)?.outputs[ref.port]?.dtype ?? 'float32'
      return [`${ref.path}:${ref.port}`, { dtype, ...(before.inputs[at] as Told) }] as const
    })
    const after = await ours(
      { document: found.document, plan, weights: found.weights ?? {} },
      Object.fromEntries(given),
    )
    expect(apart(plan, before.outputs, after.outputs, 1e-6)).toEqual([])
  })
})
