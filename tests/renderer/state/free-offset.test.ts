import { describe, expect, it } from 'vitest'
import { freeOffset } from '../../../renderer/state/free-offset'
import { testRandom } from '../../support/random'

describe('room for copies', () => {
  it('is below a card that stands in a row', () => {
    expect(
      freeOffset(
        [[204, 0]],
        [
          [0, 0],
          [204, 0],
          [408, 0],
        ],
      ),
    ).toEqual([0, 140])
  })
  it('is beside a card that stands in a column', () => {
    expect(
      freeOffset(
        [[0, 140]],
        [
          [0, 0],
          [0, 140],
          [0, 280],
          [0, 420],
        ],
      ),
    ).toEqual([204, 0])
  })
  it('is between two cards where they leave it', () => {
    expect(
      freeOffset(
        [[0, 0]],
        [
          [0, 0],
          [0, 280],
          [204, 0],
        ],
      ),
    ).toEqual([0, 140])
  })
  it('is where they stand when nothing is there', () => {
    expect(
      freeOffset(
        [
          [10, 20],
          [214, 20],
        ],
        [],
      ),
    ).toEqual([0, 0])
  })
  it('holds all copies of any cards anywhere', () => {
    const random = testRandom(11)
    for (let times = 0; times < 300; times++) {
      const there = Array.from({ length: 12 }, () => [random.int(900), random.int(700)] as const)
      const cards = there.slice(0, 1 + random.int(5))
      const [right, down] = freeOffset(cards, there)
      for (const [x, y] of cards)
        for (const [otherX, otherY] of there)
          expect(Math.abs(x + right - otherX) >= 156 || Math.abs(y + down - otherY) >= 140).toBe(true)
    }
  })
})
