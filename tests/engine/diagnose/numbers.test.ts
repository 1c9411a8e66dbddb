import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDecades,
  formatExponent,
  formatNumber,
  formatShortCount,
} from '../../../engine/diagnose/format'
import { createSmoother } from '../../../engine/diagnose/smooth'

describe('numbers as people read them', () => {
  it('writes small and large ones in powers of ten', () => {
    expect(
      [3.1e-9, 0.0213, 0.5, 12345, 0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(formatNumber),
    ).toEqual(['3.1\u00a0×\u00a010⁻⁹', '0.0213', '0.5', '1.2\u00a0×\u00a010⁴', '0', '—', 'NaN', '∞'])
  })
  it('writes the exponent of a badge with a true minus sign', () => {
    expect([10 ** -9.2, 1, 25, 0.99].map(formatExponent)).toEqual(['−9.2', '0.0', '1.4', '0.0'])
  })
  it('writes decades with their sign', () => {
    expect([-11.24, 0.04, -0.04, 1.3, Number.NEGATIVE_INFINITY, Number.NaN].map(formatDecades)).toEqual([
      '−11.2',
      '0.0',
      '0.0',
      '+1.3',
      '−∞',
      'NaN',
    ])
  })
  it('writes bytes in powers of ten', () => {
    expect([0, 132, 99_700, 1_023_456].map(formatBytes)).toEqual(['0 B', '132 B', '99.7 kB', '1.0 MB'])
  })
  it('groups counts and shortens large ones', () => {
    expect([0, 999, 4160, 1557611200].map(formatCount)).toEqual(['0', '999', '4,160', '1,557,611,200'])
    expect(formatCount(1234.6)).toBe('1,235')
    expect([4160, 105152, 1557611200, 25_600_000].map(formatShortCount)).toEqual([
      '4,160',
      '105 k',
      '1.56 B',
      '25.6 M',
    ])
  })
})

describe('smoothing for display', () => {
  it('shows the first sample as it is and moves a tenth of the way, in decades, with each later one', () => {
    const smoother = createSmoother(1)
    smoother.add([1e-2])
    expect(smoother.values[0]).toBeCloseTo(1e-2, 12)
    smoother.add([1e-12])
    expect(Math.log10(smoother.values[0] as number)).toBeCloseTo(-3, 10)
  })
  it('shows NaN, zero and no value at once, and begins anew after them', () => {
    const smoother = createSmoother(3)
    smoother.add([1, 1, 1])
    smoother.add([Number.NaN, 0, -1])
    expect([...smoother.values]).toEqual([Number.NaN, 0, -1])
    smoother.add([1e-4, 1e-4, 1e-4])
    for (const value of smoother.values) expect(value).toBeCloseTo(1e-4, 12)
  })
})
