import { describe, expect, it } from 'vitest'
import { formatInput, formatResting, parseNumber } from '../../../renderer/ui/number-input'

const real = { integer: false }

describe('a number in a field', () => {
  it('reads as everywhere while nobody types, and as it is typed otherwise', () => {
    expect([1e-7, 2.5e-6, 0.003, -1e-9, 0].map(formatResting)).toEqual([
      '10⁻⁷',
      '2.5\u00a0×\u00a010⁻⁶',
      '0.003',
      '−1\u00a0×\u00a010⁻⁹',
      '0',
    ])
    expect([1e-7, 2.5e-6, 0.003].map(formatInput)).toEqual(['1e-7', '2.5e-6', '0.003'])
  })
  it('is taken as it was copied from elsewhere in the window', () => {
    for (const value of [1e-7, 2.5e-6, -3.1e-12, 0.003, 42])
      expect(parseNumber(formatResting(value), real), formatResting(value)).toEqual({ value })
    expect(parseNumber('3.1 × 10⁴', real)).toEqual({ value: 31_000 })
    expect(parseNumber('3 × 10x', real)).toHaveProperty('error')
  })
})
