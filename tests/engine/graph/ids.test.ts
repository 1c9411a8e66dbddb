import { describe, expect, it } from 'vitest'
import { idSchema, longest } from '../../../engine/graph/document'
import { freshId, freshLabel, freshWireId, idFrom } from '../../../engine/graph/ids'
import { testRandom } from '../../support/random'

describe('fresh ids', () => {
  it('are the type, then the type with a number', () => {
    const taken: Record<string, boolean> = {}
    const ids = ['dense', 'dense', 'layer-norm', 'dense', 'conv2d'].map((type) => {
      const id = freshId(type, taken)
      taken[id] = true
      return id
    })
    expect(ids).toEqual(['dense', 'dense_2', 'layer_norm', 'dense_3', 'conv2d'])
    expect(freshId('dense_2', taken)).toBe('dense_4')
  })

  it('fill the gap that a removed node leaves', () => {
    expect(freshId('dense', new Set(['dense', 'dense_3']))).toBe('dense_2')
  })

  it('are ids whatever the words', () => {
    for (const words of [
      '',
      '  ',
      '1',
      '123 abc',
      'Größe',
      'constructor',
      'prototype',
      '__proto__',
      'a'.repeat(200),
      'Ω',
      '-',
    ]) {
      expect(idSchema.safeParse(freshId(words, {})).success, words).toBe(true)
    }
    const random = testRandom(5)
    for (let times = 0; times < 2000; times += 1) {
      const words = Array.from({ length: random.int(80) }, () => String.fromCharCode(random.int(0x250))).join(
        '',
      )
      const id = freshId(words, new Set([idFrom(words)]))
      expect(idSchema.safeParse(id).success, JSON.stringify(words)).toBe(true)
      expect(id).not.toBe(idFrom(words))
    }
  })

  it('name wires by number', () => {
    expect(freshWireId({})).toBe('w1')
    expect(freshWireId({ w1: 0, w3: 0 })).toBe('w4')
    expect(freshWireId({ w2: 0 })).toBe('w3')
  })
})

describe('fresh labels', () => {
  it('count on from the number at the end, past those that are taken', () => {
    const taken = new Set(['Hidden', 'Convolution 1', 'Convolution 2', '卷积 1'])
    expect(['Scores', 'Hidden', 'Convolution 1', '卷积 1'].map((label) => freshLabel(label, taken))).toEqual([
      'Scores',
      'Hidden 2',
      'Convolution 3',
      '卷积 2',
    ])
  })
  it('leave a number alone that is a size', () => {
    const taken = new Set(['Digits 8 × 8', 'Digits 8 × 8 (2)', '3'])
    expect(freshLabel('Digits 8 × 8', taken)).toBe('Digits 8 × 8 (3)')
    expect(freshLabel('Digits 8 × 8 (2)', taken)).toBe('Digits 8 × 8 (3)')
    expect(freshLabel('3', taken)).toBe('3 (2)')
  })
  it('are never longer than a label may be', () => {
    const long = 'a'.repeat(longest.label)
    expect(freshLabel(long, new Set([long]))).toBe(`${'a'.repeat(longest.label - 2)} 2`)
  })
})
