import { describe, expect, it } from 'vitest'
import { readRunWeights, writeRunWeights } from '../../../engine/export/run-weights'
import {
  floatsOf,
  readSafetensors,
  storedFloats,
  storedZeros,
  writeSafetensors,
  type Safetensors,
} from '../../../engine/export/safetensors'
import { isRefusal } from '../../../nodes/kit/spec'

const metadata = { format: 'pt' }

function read(file: Uint8Array): Safetensors {
  const result = readSafetensors(file)
  if (isRefusal(result)) throw new Error(result.refused)
  return result
}

function refusal(file: Uint8Array): string {
  const result = readSafetensors(file)
  return isRefusal(result) ? result.refused : 'it was read'
}

/** A file with any header text and any data, right or wrong. */
function fileOf(header: string, data: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(header)
  const file = new Uint8Array(8 + text.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  file.set(data, 8 + text.length)
  return file
}

function entry(dtype: string, shape: readonly number[], offsets: readonly number[]): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets })
}

/** A small generator with a fixed seed, so that a failing mutation can be had again. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const sample = writeSafetensors(
  new Map([
    ['hidden.weight', storedFloats([2, 3], new Float32Array([1, -2.5, 3e-9, NaN, Infinity, -0]))],
    ['norm.num_batches_tracked', storedZeros([], 'I64')],
    ['10', storedFloats([1], new Float32Array([7]))],
  ]),
  metadata,
)

describe('the safetensors codec', () => {
  it('gives back every number, shape, name and word that it wrote', () => {
    const { tensors, metadata: words } = read(sample)
    expect(
      [...tensors].map(([name, tensor]) => [name, tensor.dtype, tensor.shape, [...floatsOf(tensor)]]),
    ).toEqual([
      ['10', 'F32', [1], [7]],
      ['norm.num_batches_tracked', 'I64', [], [0]],
      ['hidden.weight', 'F32', [2, 3], [1, -2.5, Math.fround(3e-9), NaN, Infinity, -0]],
    ])
    expect(words).toEqual(metadata)
  })

  it('pads the header to eight bytes and puts wide numbers first', () => {
    const headerBytes = Number(new DataView(sample.buffer).getBigUint64(0, true))
    expect(headerBytes % 8).toBe(0)
    const header = new TextDecoder().decode(sample.subarray(8, 8 + headerBytes))
    expect(header).toMatch(
      /^\{"__metadata__":\{"format":"pt"\},"norm\.num_batches_tracked":.*,"hidden\.weight":.*,"10":/,
    )
    expect(sample.length).toBe(8 + headerBytes + 8 + 24 + 4)
  })

  it('reads from a view into a larger buffer', () => {
    const larger = new Uint8Array(sample.length + 3)
    larger.set(sample, 3)
    expect(floatsOf(read(larger.subarray(3)).tensors.get('10')!)[0]).toBe(7)
  })

  it.each([
    ['F16', [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c], [1, -2, 2 ** -24, Infinity]],
    ['BF16', [0x80, 0x3f, 0x20, 0xc0], [1, -2.5]],
    ['F64', [0, 0, 0, 0, 0, 0, 0xe0, 0x3f], [0.5]],
    ['I64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-1]],
    ['I32', [0xfe, 0xff, 0xff, 0xff], [-2]],
    ['U8', [0, 255], [0, 255]],
    ['BOOL', [0, 1], [0, 1]],
  ])('reads numbers of type %s', (dtype, bytes, values) => {
    const file = fileOf(`{"t":${entry(dtype, [values.length], [0, bytes.length])}}`, bytes)
    expect([...floatsOf(read(file).tensors.get('t')!)]).toEqual(values)
  })

  it.each([
    ['a few bytes', new Uint8Array(3), 'alone takes 8'],
    ['a gigantic header', new Uint8Array(8).fill(0x7f), 'at most 100000000'],
    ['a cut header', fileOf('{}', []).subarray(0, 9), 'cut off'],
    ['no JSON', fileOf('{oops', []), 'not readable JSON'],
    [
      'broken UTF-8',
      (() => {
        const f = fileOf('{"a":1}', [])
        f[10] = 0xff
        return f
      })(),
      'not readable JSON',
    ],
    ['a list', fileOf('[]', []), 'an object of tensors'],
    ['an unknown type', fileOf(`{"t":${entry('F4', [1], [0, 4])}}`, [0, 0, 0, 0]), 'a known dtype'],
    ['a negative size', fileOf(`{"t":${entry('F32', [-1], [0, 4])}}`, [0, 0, 0, 0]), 'a known dtype'],
    [
      'offsets outside the file',
      fileOf(`{"t":${entry('F32', [2], [0, 8])}}`, [0, 0, 0, 0]),
      'cut off or damaged',
    ],
    [
      'a shape that does not fit',
      fileOf(`{"t":${entry('F32', [3], [0, 4])}}`, [0, 0, 0, 0]),
      'takes 12 bytes',
    ],
    [
      'an overflowing shape',
      fileOf(`{"t":${entry('F32', [2 ** 52, 2 ** 52], [0, 4])}}`, [0, 0, 0, 0]),
      'takes',
    ],
    [
      'overlapping tensors',
      fileOf(`{"a":${entry('U8', [2], [0, 2])},"b":${entry('U8', [2], [1, 3])}}`, [0, 0, 0]),
      'should begin at byte 2',
    ],
    ['left-over data', fileOf(`{"a":${entry('U8', [1], [0, 1])}}`, [0, 0]), 'its tensors fill 1'],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}', []), 'words by name'],
  ])('refuses %s with a sentence', (_, file, sentence) => {
    expect(refusal(file)).toContain(sentence)
  })

  it('reads a hostile name as just a name', () => {
    const file = fileOf(`{"__proto__":${entry('U8', [1], [0, 1])}}`, [9])
    expect([...read(file).tensors.keys()]).toEqual(['__proto__'])
    expect(isRefusal(readRunWeights(file))).toBe(true)
    expect(({} as Record<string, unknown>)['shape']).toBeUndefined()
  })

  it('ends in a sentence or in tensors for 4,000 damaged files', () => {
    const random = generator(1)
    const headerBytes = Number(new DataView(sample.buffer).getBigUint64(0, true))
    const started = performance.now()
    let refused = 0
    for (let i = 0; i < 4000; i++) {
      const cut = random(4) === 0 ? sample.slice(0, random(sample.length)) : sample.slice()
      for (let flips = random(4) + 1; flips > 0 && cut.length > 0; flips--) {
        const at = random(2) === 0 ? random(Math.min(cut.length, 8 + headerBytes)) : random(cut.length)
        cut[at] = random(256)
      }
      const result = readSafetensors(cut)
      if (isRefusal(result)) {
        refused++
        expect(result.refused.length).toBeGreaterThan(20)
      } else {
        for (const tensor of result.tensors.values()) floatsOf(tensor)
      }
    }
    expect(refused).toBeGreaterThan(1000)
    expect(refused).toBeLessThan(4000)
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})

describe('the weights of a run', () => {
  const weights = {
    'hidden:kernel': { shape: [2, 2], values: new Float32Array([1, 2, 3, 4]) },
    'encoder/0/attention:query_kernel': { shape: [1], values: new Float32Array([5]) },
  }

  it('come back under their names, in their layouts', () => {
    expect(readRunWeights(writeRunWeights(weights))).toEqual(weights)
  })

  it('are refused where the names are PyTorch’s', () => {
    const refused = readRunWeights(sample)
    expect(refused).toEqual({ refused: expect.stringContaining('named like hidden:kernel') as string })
  })
})
