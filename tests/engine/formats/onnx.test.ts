/** ONNX files: what is written comes back, and damaged files are answered with a sentence, quickly. */
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../engine/export/onnx/export-onnx'
import { readOnnx, writeOnnx } from '../../../engine/formats/onnx/model'
import type { ModelProto } from '../../../engine/formats/onnx/schema'
import { arrayOf, intTensor } from '../../../engine/formats/onnx/tensor'
import { importOnnx } from '../../../engine/import/onnx/import-onnx'
import { catalogue } from '../../../nodes/catalogue'
import { testRandom } from '../../support/random'
import { example } from '../export/onnx/examples'

const model: ModelProto = {
  ir_version: 8,
  producer_name: 'test',
  opset_import: [{ domain: '', version: 17 }],
  metadata_props: [{ key: 'words', value: 'ä — 一 😀' }],
  graph: {
    name: 'graph',
    node: [
      {
        input: ['x', ''],
        output: ['y'],
        op_type: 'Op',
        attribute: [
          { name: 'zero', i: 0, type: 2 },
          { name: 'minus', i: -3, type: 2 },
          { name: 'real', f: 0.5, type: 1 },
          { name: 'list', ints: [1, -1, 2 ** 40], type: 7 },
          { name: 'body', g: { name: 'inner', node: [{ op_type: 'Identity' }] }, type: 5 },
        ],
      },
    ],
    initializer: [intTensor('sizes', [3], [0, -1, 2 ** 45])],
    input: [
      {
        name: 'x',
        type: { tensor_type: { elem_type: 1, shape: { dim: [{ dim_param: 'batch' }, { dim_value: 3 }] } } },
      },
    ],
  },
}

/** IR version 8 and a graph of this many bytes. */
const graphOf = (bytes: readonly number[], length: readonly number[] = [bytes.length]) =>
  Uint8Array.from([0x08, 8, 0x3a, ...length, ...bytes])

describe('the codec', () => {
  it('reads what it writes', () => {
    expect(readOnnx(writeOnnx(model))).toEqual(model)
  })

  it('reads packed numbers and skips fields that it does not know', () => {
    // dims (1) and int64_data (7) packed, the type (2), and an unknown field 99.
    const tensor = [0x0a, 2, 2, 1, 0x10, 7, 0x3a, 2, 5, 9, 0x9a, 0x06, 1, 0xff]
    const read = readOnnx(graphOf([0x2a, tensor.length, ...tensor]))
    if ('refused' in read) throw new Error(read.refused)
    const [only] = read.graph.initializer ?? []
    expect(arrayOf(only ?? {})).toEqual({ shape: [2, 1], values: Float64Array.from([5, 9]) })
  })

  const many = Array.from({ length: 2_000_004 }, (_, at) => (at % 2 === 0 ? 0x0a : 0))
  it.each([
    ['nothing', new Uint8Array()],
    ['words', new TextEncoder().encode('{"format": "wiregrad"}')],
    ['a length beyond the end', graphOf([], [0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['a length of 2^63', graphOf([], [...Array.from({ length: 9 }, () => 0xff), 0x01])],
    ['no end of a number', Uint8Array.from({ length: 40 }, () => 0xff)],
    ['a group', Uint8Array.from([0x0b, 0x0c])],
    ['a million empty operators', graphOf(many, [0x84, 0x89, 0x7a])],
  ])('refuses %s', (_name, bytes) => {
    expect(readOnnx(bytes)).toEqual({ refused: expect.stringMatching(/^[A-Z].*\.$/) as string })
  })

  it.each([
    ['numbers that do not fill it', { dims: [4], data_type: 1, float_data: [1, 2] }, /should have 4 numbers/],
    ['an impossible shape', { dims: [-4], data_type: 1, float_data: [] }, /no possible shape/],
    ['half precision', { dims: [1], data_type: 10, raw_data: new Uint8Array(2) }, /float16/],
    ['numbers elsewhere', { dims: [1], data_type: 1, external_data: [{}] }, /beside the ONNX file/],
    ['more numbers than there can be', { dims: [2 ** 40, 2 ** 40], data_type: 1 }, /should have/],
  ])('refuses a tensor with %s', (_name, tensor, sentence) => {
    expect(arrayOf(tensor)).toEqual({ refused: expect.stringMatching(sentence) as string })
  })
})

/** Bytes changed, cut out, put in twice, or cut off. */
function damaged(file: Uint8Array, seed: number): Uint8Array {
  const random = testRandom(seed * 7919 + 1)
  const at = random.int(file.length)
  switch (random.int(5)) {
    case 0:
      return file.slice(0, at)
    case 1:
      return Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + 1 + random.int(40))])
    case 2:
      return Uint8Array.from([...file.subarray(0, at), ...file.subarray(Math.max(0, at - random.int(80)))])
    default: {
      const changed = file.slice()
      for (let times = 1 + random.int(6); times > 0; times -= 1)
        changed[random.int(file.length)] = random.int(256)
      return changed
    }
  }
}

describe('damaged files', () => {
  it.each(['xor', 'digits-cnn', 'sequence-lstm', 'tiny-transformer'])(
    'are refused with a sentence, or open: %s',
    (name) => {
      const exported = exportOnnx(example(`${name}.wiregrad`))
      if ('refused' in exported) throw new Error(exported.refused)
      const file = exported.files[0]?.bytes ?? new Uint8Array()
      const bare = readOnnx(file)
      if ('refused' in bare) throw new Error(bare.refused)
      const sources = [file, writeOnnx({ ...bare, metadata_props: [] })]
      let slowest = 0
      for (let seed = 0; seed < 160; seed += 1) {
        const began = performance.now()
        const found = importOnnx(damaged(sources[seed % 2] as Uint8Array, seed), catalogue)
        slowest = Math.max(slowest, performance.now() - began)
        if ('refused' in found) expect(found.refused, `seed ${seed}`).toMatch(/^[A-Z].*[.!?]$/s)
      }
      expect(slowest).toBeLessThan(5000)
    },
  )
})
