/** Where copies of cards find room: below their originals or to the right of them, whichever is nearer. */
import { cardWidth, columnWidth } from './card-size'

type Place = readonly [number, number]

/** From the upper edge of a card to that of the next one below; there are cards with more ports than this has room for. */
const rowHeight = 140

/** How far these cards have to move, all by the same, so that none of them lies on a card that is there. */
export function freeOffset(cards: readonly Place[], there: readonly Place[]): Place {
  const below: number[] = []
  const beside: number[] = []
  for (const [x, y] of cards)
    for (const [otherX, otherY] of there) {
      if (Math.abs(otherX - x) < cardWidth) below.push(otherY - y)
      if (Math.abs(otherY - y) < rowHeight) beside.push(otherX - x)
    }
  const [down, right] = [firstFree(below, rowHeight), firstFree(beside, columnWidth)]
  return down <= right ? [0, down] : [right, 0]
}

/** The least distance from 0 on that is at least `reach` from each of those that are taken. */
function firstFree(taken: readonly number[], reach: number): number {
  let free = 0
  for (const at of taken.toSorted((a, b) => a - b)) {
    if (at - reach >= free) break
    free = Math.max(free, at + reach)
  }
  return free
}
