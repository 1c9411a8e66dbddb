/** First values: the right spread, the right shape, the same again by seed and name. */
import { describe, expect, it } from 'vitest'
import { drawInitial, fans } from '../../../engine/layers/draw'
import type { Initialiser } from '../../../nodes/kit/initialiser'

function moments(values: Float32Array) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
  return { mean, variance, largest: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) }
}

const shape = [60, 140] // fan-in 60, fan-out 140

describe('drawInitial', () => {
  it('counts fans as Keras does', () => {
    expect([fans([3, 5]), fans([3, 3, 2, 8]), fans([4]), fans([6, 2, 3])]).toEqual([
      { fanIn: 3, fanOut: 5 },
      { fanIn: 18, fanOut: 72 },
      { fanIn: 4, fanOut: 4 },
      { fanIn: 12, fanOut: 18 },
    ])
  })

  it.each([
    { kind: 'glorotUniform', variance: 2 / 200, limit: Math.sqrt(6 / 200) },
    { kind: 'glorotNormal', variance: 2 / 200, limit: (2 * Math.sqrt(2 / 200)) / 0.8796 },
    { kind: 'heUniform', variance: 2 / 60, limit: Math.sqrt(6 / 60) },
    { kind: 'heNormal', variance: 2 / 60, limit: (2 * Math.sqrt(2 / 60)) / 0.8796 },
    { kind: 'lecunUniform', variance: 1 / 60, limit: Math.sqrt(3 / 60) },
    { kind: 'lecunNormal', variance: 1 / 60, limit: (2 * Math.sqrt(1 / 60)) / 0.8796 },
  ] as const)('draws $kind with variance $variance', ({ kind, variance, limit }) => {
    const found = moments(drawInitial({ kind }, shape, 1, 'a:kernel'))
    expect(Math.abs(found.mean)).toBeLessThan(4 * Math.sqrt(variance / 8400))
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(0.06)
    expect(found.largest).toBeLessThanOrEqual(limit)
    expect(found.largest).toBeGreaterThan(0.95 * limit)
  })

  it('draws normal and uniform as asked', () => {
    const normal = moments(drawInitial({ kind: 'normal', mean: 3, stddev: 0.5 }, shape, 1, 'a:kernel'))
    expect(normal.mean).toBeCloseTo(3, 1)
    expect(normal.variance).toBeCloseTo(0.25, 1)
    const uniform = drawInitial({ kind: 'uniform', min: -1, max: 5 }, shape, 1, 'a:kernel')
    expect([
      Math.min(...uniform) >= -1,
      Math.max(...uniform) < 5.0001,
      moments(uniform).mean.toFixed(0),
    ]).toEqual([true, true, '2'])
  })

  it.each([
    { shape: [7, 7], gain: 1 },
    { shape: [4, 16], gain: 1 },
    { shape: [3, 3, 2, 5], gain: 2 },
  ])('draws orthogonal $shape with gain $gain', ({ shape, gain }) => {
    const values = drawInitial({ kind: 'orthogonal', gain }, shape, 1, 'a:kernel')
    const wide = shape.at(-1) ?? 1
    const high = values.length / wide
    const at = (row: number, column: number) => values[row * wide + column] ?? NaN
    const short = Math.min(high, wide)
    const long = Math.max(high, wide)
    for (let i = 0; i < short; i++) {
      for (let j = 0; j < short; j++) {
        let dot = 0
        for (let k = 0; k < long; k++) dot += high >= wide ? at(k, i) * at(k, j) : at(i, k) * at(j, k)
        expect(dot).toBeCloseTo(i === j ? gain * gain : 0, 5)
      }
    }
  })

  it('fills what needs no drawing', () => {
    const draw = (initialiser: Initialiser, shape: number[]) => [...drawInitial(initialiser, shape, 1, 'a:b')]
    expect([
      draw({ kind: 'zeros' }, [2]),
      draw({ kind: 'ones' }, [2]),
      draw({ kind: 'constant', value: 0.25 }, [3]),
      draw({ kind: 'unitForgetBias' }, [8]),
      draw(
        {
          kind: 'values',
          values: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        },
        [3, 2],
      ),
    ]).toEqual([
      [0, 0],
      [1, 1],
      [0.25, 0.25, 0.25],
      [0, 0, 1, 1, 0, 0, 0, 0],
      [1, 2, 3, 4, 5, 6],
    ])
  })

  it('throws where the values do not fit, with the sentence that analyse gives', () => {
    expect(() => drawInitial({ kind: 'values', values: [1, 2] }, [3], 1, 'a:bias')).toThrow(
      'form 2, but the weight is 3',
    )
  })

  it('repeats by seed and name', () => {
    const draw = (seed: number, name: string) => [
      ...drawInitial({ kind: 'glorotNormal' }, [3, 3], seed, name),
    ]
    expect(draw(1, 'a:kernel')).toEqual(draw(1, 'a:kernel'))
    expect(draw(1, 'a:kernel')).not.toEqual(draw(2, 'a:kernel'))
    expect(draw(1, 'a:kernel')).not.toEqual(draw(1, 'b:kernel'))
  })
})
