/** What stands in an exported ONNX file: tidy operators, plain names, open batch, weights once; and what is refused. */
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../../engine/export/onnx/export-onnx'
import type { Exported } from '../../../../engine/export/exported'
import { readOnnx } from '../../../../engine/formats/onnx/model'
import type { GraphProto } from '../../../../engine/formats/onnx/schema'
import type { Document } from '../../../../engine/graph/document'
import { sketch } from '../../../support/graph'
import { example } from './examples'
import { weighted, type Weighted } from './weighted'

function exported(model: Weighted): { readonly graph: GraphProto; readonly made: Exported } {
  const made = exportOnnx(model)
  if ('refused' in made) throw new Error(made.refused)
  const read = readOnnx(made.files[0]?.bytes ?? new Uint8Array())
  if ('refused' in read) throw new Error(read.refused)
  expect(read.ir_version).toBe(8)
  expect(read.opset_import).toEqual([{ domain: '', version: 17 }])
  return { graph: read.graph, made }
}

const operators = (graph: GraphProto) => (graph.node ?? []).map(({ op_type }) => op_type)
const turns = (graph: GraphProto) => operators(graph).filter((type) => type === 'Transpose').length

function images(nodes: Document['nodes'] | Record<string, object>, wires: readonly string[]): Weighted {
  const input = { type: 'input', params: { shape: [6, 6, 2] } }
  return weighted(sketch({ nodes: { input, ...(nodes as Record<string, { type: string }>) }, wires }))
}

describe('an exported ONNX file', () => {
  it('turns images round once on the way in and once on the way out', () => {
    const { graph } = exported(example('digits-cnn.wiregrad'))
    expect(operators(graph)).toContain('Conv')
    expect(turns(graph)).toBeLessThanOrEqual(2)
  })

  it('turns nothing back between layers, through activations and shortcuts', () => {
    const conv = { type: 'conv2d', params: { filters: 2, activation: 'swish' } }
    const { graph } = exported(
      images({ first: conv, second: conv, sum: { type: 'add' }, pool: { type: 'global-average-pool2d' } }, [
        'input.y -> first.x',
        'first.y -> second.x',
        'first.y -> sum.xs',
        'second.y -> sum.xs',
        'sum.y -> pool.x',
      ]),
    )
    expect(turns(graph)).toBe(1)
  })

  it('names inputs, outputs and operators by path, and leaves the batch open', () => {
    const { graph, made } = exported(example('tiny-transformer.wiregrad'))
    for (const { name, type } of [...(graph.input ?? []), ...(graph.output ?? [])]) {
      expect(name).toMatch(/^[A-Za-z0-9_]+$/)
      expect(type?.tensor_type?.shape?.dim?.[0]).toEqual({ dim_param: 'batch' })
    }
    const values = (graph.node ?? []).flatMap(({ output }) => output ?? [])
    expect(new Set(values).size).toBe(values.length)
    const initialisers = (graph.initializer ?? []).map(({ name }) => name)
    expect(new Set(initialisers).size).toBe(initialisers.length)
    expect(Object.values(made.names).every((name) => initialisers.includes(name))).toBe(true)
  })

  it('holds no constant twice and none that nothing uses', () => {
    const { graph } = exported(example('tiny-transformer.wiregrad'))
    const used = new Set((graph.node ?? []).flatMap(({ input }) => input ?? []))
    const held = (graph.initializer ?? []).map(({ dims, data_type, raw_data }) =>
      JSON.stringify([dims, data_type, [...(raw_data ?? [])]]),
    )
    expect((graph.initializer ?? []).filter(({ name }) => !used.has(name ?? ''))).toEqual([])
    expect(new Set(held).size).toBe(held.length)
  })

  it('holds shared weights once', () => {
    const dense = { type: 'dense', params: { units: 2 } }
    const model = images(
      {
        flat: { type: 'flatten' },
        first: dense,
        second: { type: 'flatten' },
        twin: { ...dense, weightsOf: 'first' },
        sum: { type: 'add' },
      },
      [
        'input.y -> flat.x',
        'flat.y -> first.x',
        'input.y -> second.x',
        'second.y -> twin.x',
        'first.y -> sum.xs',
        'twin.y -> sum.xs',
      ],
    )
    const { graph, made } = exported(model)
    expect((graph.initializer ?? []).map(({ name }) => name).sort()).toEqual(['first.bias', 'first.kernel'])
    expect(made.parameters).toBe(72 * 2 + 2)
  })

  it('gives an output that is an input, or given twice, a name of its own', () => {
    const model = images(
      { stop: { type: 'stop-gradient' }, out: { type: 'output' }, same: { type: 'output' } },
      ['input.y -> stop.x', 'stop.y -> out.x', 'input.y -> same.x'],
    )
    const { graph } = exported(model)
    const ends = [...(graph.input ?? []), ...(graph.output ?? [])].map(({ name }) => name)
    expect(new Set(ends).size).toBe(3)
    expect(operators(graph)).toEqual(['Identity', 'Identity'])
  })

  it('is refused with a sentence where weights are missing or do not fit', () => {
    const model = example('xor.wiregrad')
    const [first = ''] = Object.keys(model.weights)
    const others = Object.fromEntries(Object.entries(model.weights).filter(([name]) => name !== first))
    expect(exportOnnx({ ...model, weights: others })).toEqual({
      refused: expect.stringContaining(`hold no ${first}`) as string,
    })
    const wrong = { ...others, [first]: { shape: [1], values: new Float32Array(1) } }
    expect(exportOnnx({ ...model, weights: wrong })).toEqual({
      refused: expect.stringMatching(/should have shape/) as string,
    })
  })

  it('is refused where the weights outgrow the format', () => {
    const model = example('xor.wiregrad')
    expect(exportOnnx({ ...model, plan: { ...model.plan, parameters: 2 ** 29 } })).toEqual({
      refused: expect.stringMatching(/at most 2147483647/) as string,
    })
  })
})
