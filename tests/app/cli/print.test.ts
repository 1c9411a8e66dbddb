import { describe, expect, it } from 'vitest'
import { figure, table } from '../../../app/cli/print'
import { toJson } from '../../../engine/session/lines'
import { clock } from '../../../app/cli/progress'

describe('what is printed', () => {
  it('writes numbers that JSON lacks as words', () => {
    expect(toJson({ a: NaN, b: [Infinity, -Infinity, 1.5], c: 'x' })).toBe(
      '{"a":"NaN","b":["Infinity","-Infinity",1.5],"c":"x"}',
    )
  })

  it('aligns columns and keeps figures short', () => {
    expect(table([['node', 'size'], ['a', '10'], ['b']], [1])).toEqual(['node  size', 'a       10', 'b'])
    expect([0.12345, 0, 3e-9, 123456, NaN].map(figure)).toEqual([
      '0.1235',
      '0.0000',
      '3.00e-9',
      '1.23e+5',
      'NaN',
    ])
    expect([5, 65, 7384].map(clock)).toEqual(['0:05', '1:05', '2:03:04'])
  })
})
