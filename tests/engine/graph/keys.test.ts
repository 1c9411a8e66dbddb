import { describe, expect, it } from 'vitest'
import { wireSchema } from '../../../engine/graph/document'
import { compareKeys, freshKeys, keyBetween } from '../../../engine/graph/keys'
import { testRandom } from '../../support/random'

const isKey = (key: string): boolean =>
  wireSchema.safeParse({ from: ['a', 'y'], to: ['b', 'xs', key] }).success

describe('list keys', () => {
  it('have room between any two, wherever wires are put', () => {
    for (const seed of [1, 2, 3]) {
      const random = testRandom(seed)
      const keys: string[] = []
      for (let times = 0; times < 300; times += 1) {
        const at = random.chance(0.4) ? keys.length : random.int(keys.length + 1)
        const key = keyBetween(keys[at - 1] ?? null, keys[at] ?? null)
        if (key === null) throw new Error(`no room at ${at} of ${keys.join(' ')}`)
        expect(isKey(key)).toBe(true)
        keys.splice(at, 0, key)
      }
      expect([...keys].sort(compareKeys)).toEqual(keys)
      expect([...keys].sort()).toEqual(keys)
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  it('say so when there is no room left, or a key is not of their making', () => {
    expect(keyBetween('a1', 'a0')).toBeNull()
    expect(keyBetween('a0', 'a0')).toBeNull()
    expect(keyBetween('0', null)).toBeNull()
    expect(keyBetween(null, 'hello')).toBeNull()
    let made = 0
    for (let key = keyBetween('a0', null); key !== null; key = keyBetween('a0', key)) {
      expect(isKey(key)).toBe(true)
      made += 1
    }
    expect(made).toBeGreaterThan(400)
  })

  it('number a list anew in order', () => {
    const keys = freshKeys(500)
    expect([...keys].sort(compareKeys)).toEqual(keys)
    expect(keys.every(isKey)).toBe(true)
  })
})
