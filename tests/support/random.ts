/**
 * Seeded random numbers for tests that try many cases: the same cases on every run (Marsaglia's xorshift32).
 */
export interface TestRandom {
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

export function testRandom(seed: number): TestRandom {
  let state = seed >>> 0 || 0x9e3779b9
  function next(): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  const random: TestRandom = {
    int: (below) => next() % below,
    chance: (probability) => next() / 4294967296 < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('There is nothing to pick from.')
      return list[random.int(list.length)] as T
    },
  }
  return random
}
