/** Philox against the published known answers, and streams against what they promise. */
import { describe, expect, it } from 'vitest'
import { philoxBlocks, type Words } from '../../../engine/random/philox'
import { hashName, stream } from '../../../engine/random/stream'

function hex(counter: Words, key: readonly [number, number]): string {
  const out = new Uint32Array(4)
  philoxBlocks(counter, key, out)
  return Array.from(out, (word) => word.toString(16).padStart(8, '0')).join(' ')
}

describe('Philox4x32-10', () => {
  // kat_vectors of Random123.
  it.each([
    { counter: [0, 0, 0, 0], key: [0, 0], words: '6627e8d5 e169c58d bc57ac4c 9b00dbd8' },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      words: '408f276d 41c83b0e a20bc7c6 6d5451fd',
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: 'd16cfe09 94fdcceb 5001e420 24126ea1',
    },
  ] as const)('gives $words', ({ counter, key, words }) => {
    expect(hex(counter, key)).toBe(words)
  })

  it('makes a later block on its own', () => {
    const three = new Uint32Array(12)
    philoxBlocks([5, 1, 2, 3], [7, 8], three)
    expect([...three.slice(8)].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(
      hex([7, 1, 2, 3], [7, 8]),
    )
  })
})

function moments(values: ArrayLike<number>) {
  const all = Array.from(values)
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length
  const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length
  return { mean, variance }
}

describe('a stream', () => {
  it('hashes names by 64-bit FNV-1a', () => {
    // The published vectors of "", "a" and "foobar".
    const whole = (name: string) =>
      hashName(name)
        .map((word) => word.toString(16).padStart(8, '0'))
        .reverse()
        .join('')
    expect([whole(''), whole('a'), whole('foobar')]).toEqual([
      'cbf29ce484222325',
      'af63dc4c8601ec8c',
      '85944171f73967e8',
    ])
  })

  it('repeats by seed, name and step, and differs in each', () => {
    const draw = (seed: number, name: string, step: number) => [...stream(seed, name, step).uniforms(8)]
    const first = draw(1, 'a/b', 3)
    expect(draw(1, 'a/b', 3)).toEqual(first)
    for (const other of [
      draw(2, 'a/b', 3),
      draw(1, 'a/c', 3),
      draw(1, 'a/b', 4),
      draw(1, 'a/b', 3 + 2 ** 32),
    ]) {
      expect(other.filter((x, i) => x === first[i])).toEqual([])
    }
  })

  it('goes on after the last block it used', () => {
    const whole = stream(1, 'x', 0).uniforms(16)
    const parts = stream(1, 'x', 0)
    expect([...parts.uniforms(8), ...parts.uniforms(8)]).toEqual([...whole])
    const ragged = stream(1, 'x', 0)
    ragged.uniforms(5)
    expect([...ragged.uniforms(4)]).toEqual([...whole.slice(8, 12)])
  })

  it('gives uniform numbers in [0, 1) that are exact in float32', () => {
    const values = stream(7, 'uniform', 0).uniforms(100_000)
    const { mean, variance } = moments(values)
    expect(mean).toBeCloseTo(0.5, 2)
    expect(variance).toBeCloseTo(1 / 12, 3)
    expect(values.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 24))).toBe(true)
  })

  it('gives normal numbers with mean 0, deviation 1 and the right tails', () => {
    const values = stream(7, 'normal', 0).normals(100_001)
    const { mean, variance } = moments(values)
    expect(Math.abs(mean)).toBeLessThan(0.012)
    expect(Math.abs(variance - 1)).toBeLessThan(0.02)
    const beyondTwo = values.filter((x) => Math.abs(x) > 2).length / values.length
    expect(beyondTwo).toBeCloseTo(0.0455, 2)
    // The two of a pair are independent.
    let product = 0
    for (let i = 0; i + 1 < values.length; i += 2) product += (values[i] ?? 0) * (values[i + 1] ?? 0)
    expect(Math.abs(product / 50_000)).toBeLessThan(0.02)
  })

  it('gives integers that hit every number alike', () => {
    const counts = new Array<number>(10).fill(0)
    for (const n of stream(3, 'integers', 0).integers(100_000, 10)) counts[n] = (counts[n] ?? 0) + 1
    expect(counts.every((count) => Math.abs(count - 10_000) < 400)).toBe(true)
  })

  it('gives permutations, every one as often as another', () => {
    const seen = new Map<string, number>()
    for (let step = 0; step < 6000; step++) {
      const order = [...stream(3, 'order', step).permutation(3)].join('')
      seen.set(order, (seen.get(order) ?? 0) + 1)
    }
    expect([...seen.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210'])
    expect([...seen.values()].every((count) => Math.abs(count - 1000) < 120)).toBe(true)
    expect([...stream(1, 'long', 0).permutation(1000)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    )
    expect([stream(1, 'none', 0).permutation(0).length, stream(1, 'one', 0).permutation(1)[0]]).toEqual([
      0, 0,
    ])
  })

  it('draws a million uniforms in a small part of a second', () => {
    stream(1, 'warm', 0).uniforms(100_000)
    const times = [0, 1, 2, 3, 4].map((step) => {
      const start = performance.now()
      stream(1, 'speed', step).uniforms(1_000_000)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(250)
  })
})
