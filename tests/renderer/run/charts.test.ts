import { describe, expect, it } from 'vitest'
import { barAt, clearPlace, depthScale, plotBox, powerOfTen } from '../../../renderer/run/depth-paint'
import { align, logRange, logSplits, padded, smooth, stepRange, thin } from '../../../renderer/run/series'

describe('smoothing a curve', () => {
  it('starts at the first value and weighs the past', () => {
    const smoothed = smooth([4, 0, 0], 3, 0.5)
    expect(smoothed[0]).toBe(4)
    expect(smoothed[1]).toBeCloseTo(4 / 3, 12)
    expect([...smooth([1, 2, 3], 3, 0)]).toEqual([1, 2, 3])
  })
  it('keeps what is not finite visible and does not let it spread', () => {
    const smoothed = smooth([1, Number.NaN, 1], 3, 0.9)
    expect(smoothed[1]).toBeNaN()
    expect(smoothed[2]).toBeCloseTo(1, 12)
  })
})

describe('thinning a curve', () => {
  it('keeps every spike of a hundred thousand points in at most two per bucket', () => {
    const length = 100_000
    const x = Float64Array.from({ length }, (_, index) => index + 1)
    const y = new Float64Array(length).fill(1)
    y[54_321] = 99
    y[54_400] = -7
    const points = thin({ x, y, length }, 500, false)
    expect(points.length).toBeLessThanOrEqual(1000)
    expect(points.find(([, value]) => value === 99)?.[0]).toBe(54_322)
    expect(points.find(([, value]) => value === -7)?.[0]).toBe(54_401)
    expect(points.every(([at], index) => index === 0 || at > (points[index - 1]?.[0] ?? 0))).toBe(true)
  })
  it('leaves a short curve as it is, and only what counts of a longer buffer', () => {
    expect(thin({ x: [1, 2, 0], y: [5, 6, 0], length: 2 }, 100, false)).toEqual([
      [1, 5],
      [2, 6],
    ])
  })
  it('makes gaps of what cannot be shown', () => {
    expect(thin({ x: [1, 2, 3], y: [Number.NaN, 0, 1], length: 3 }, 100, true)).toEqual([
      [1, null],
      [2, null],
      [3, 1],
    ])
  })
  it('aligns lines on one axis', () => {
    expect(
      align([
        [
          [1, 5],
          [3, 6],
        ],
        [[2, 7]],
      ]),
    ).toEqual([
      [1, 2, 3],
      [5, undefined, 6],
      [undefined, 7, undefined],
    ])
  })
})

describe('the gradient by depth', () => {
  const bar = (value: number, d: number) => ({ path: 'p', name: 'p', value, d })

  it('has whole decades that hold all bars and the healthy band', () => {
    const scale = depthScale([
      bar(10 ** -11.4, -11.2),
      bar(10 ** -0.2, 0),
      bar(0, Number.NEGATIVE_INFINITY),
      bar(Number.NaN, Number.NaN),
    ])
    expect(scale.reference).toBeCloseTo(-0.2, 10)
    expect([scale.low, scale.high]).toEqual([-12, 2])
  })
  it('has a scale also when nothing arrives anywhere', () => {
    expect(depthScale([bar(0, Number.NaN)])).toEqual({ low: -4, high: 0, reference: null })
  })
  it('finds the bar under the pointer', () => {
    const box = plotBox(446, 200)
    expect([box.left - 1, box.left, box.left + 150, box.right].map((x) => barAt(4, box, x))).toEqual([
      -1, 0, 1, 3,
    ])
  })
  it('writes powers of ten', () => {
    expect([0, -12, 3].map(powerOfTen)).toEqual(['1', '10⁻¹²', '10³'])
  })
})

describe('what an axis shows', () => {
  it('leaves a little room around the values, and never goes below zero where they do not', () => {
    expect(padded(10, 20)).toEqual([9.4, 20.6])
    expect(padded(0.01, 10)[0]).toBe(0)
    expect(padded(null, null)).toEqual([0, 1])
    expect(padded(Number.NaN, 3)).toEqual([0, 1])
  })
  it('is a band around a constant, also one that rounding has moved by a hair', () => {
    const constant = Math.fround(1.2345e17)
    for (const high of [constant, constant + 16, constant + 64]) {
      const [low, top] = padded(constant, high)
      expect(top - low).toBeGreaterThan(constant / 10)
    }
    expect(padded(0, 0)).toEqual([0, 0.01])
  })
  it('has steps between its ends that a number of their size can take', () => {
    for (const size of [1e-38, 1e-9, 1, 1e9, 1e17, 1e30, 3e38, 1e308])
      for (const apart of [0, 1e-16, 1e-12, 1e-8, 1e-3, 1])
        for (const [low, high] of [padded(size, size * (1 + apart)), padded(-size * (1 + apart), -size)]) {
          expect(Number.isFinite(high - low)).toBe(true)
          const step = (high - low) / 100
          for (const end of [low, high]) expect(end + step).toBeGreaterThan(end)
        }
  })
  it('goes from one digit to another on a log axis', () => {
    expect(logRange(0.023, 345)).toEqual([0.02, 400])
    expect(logRange(1, 1)).toEqual([0.1, 10])
    expect(logRange(null, null)).toEqual([0.1, 1])
    const [low, high] = logRange(1e-320, 1e308)
    expect(low).toBeGreaterThan(0)
    expect(high).toBeLessThan(1e32)
  })
  it('has as many numbers on a log axis as there is room for', () => {
    expect(logSplits(0.3, 0.9, 5)).toEqual([0.3, 0.5, 0.7])
    expect(logSplits(0.02, 400, 5)).toEqual([0.1, 1, 10, 100])
    expect(logSplits(0.1, 1, 10)).toHaveLength(10)
    for (let size = -30; size <= 30; size += 1)
      for (const room of [2, 5, 12]) {
        const [low, high] = logRange(Number(`3e${size}`), 1e30)
        const splits = logSplits(low, high, room)
        expect(splits.length).toBeGreaterThan(0)
        expect(splits.length).toBeLessThanOrEqual(room + 1)
      }
  })
  it('shows at least one step', () => {
    expect(stepRange(3, 900)).toEqual([3, 900])
    expect(stepRange(7, 7)).toEqual([6.5, 7.5])
    expect(stepRange(7.2, 7.200001)).toEqual([6.7000005, 7.7000005])
  })
})

describe('the word in the healthy band', () => {
  const box = { left: 40, right: 240 }
  const low = [90, 90, 90, 90, 90]
  it('stands at the left end where no bar is in its way', () => {
    expect(clearPlace(low, 30, 35, box)).toBe(46)
  })
  it('stands behind the bars that reach it, and never beyond the right end', () => {
    expect(clearPlace([10, 20, 90, 90, 90], 30, 35, box)).toBe(126)
    // Wider than the bars that leave it room: one of two is not enough.
    expect(clearPlace([10, 90, 10, 90, 90], 30, 35, box)).toBe(166)
    expect(clearPlace([10, 90, 10, 90, 10], 30, 35, box)).toBe(46)
    expect(clearPlace([10, 10, 10, 10, 90], 30, 100, box)).toBe(46)
  })
  it('stands clear of the lines as well, wherever they run between two bars', () => {
    // Through the height of the word in the first slots, below it further on.
    expect(clearPlace(low, 30, 35, box, [[25, 25, 60, 60, 60]])).toBe(126)
    // Falling past it between the first and the second middle.
    expect(clearPlace(low, 30, 35, box, [[0, 60, 60, 60, 60]])).toBe(86)
    expect(clearPlace(low, 30, 35, box, [[Number.NaN, 60, 60, 60, 60]])).toBe(46)
    expect(clearPlace(low, 30, 35, box, [[5, 5, 5, 5, 5]])).toBe(46)
  })
})
