/** The small part of the fuzz; `npm run bench -- random-edits` makes 100,000 edits. */
import { expect, it } from 'vitest'
import { randomEdits } from '../../support/random-edits'

it.each([
  ['digits-cnn', 1],
  ['tiny-transformer', 2],
  ['ring-gan', 3],
] as const)('%s survives any edits, and undoing all gives the very same bytes', (example, seed) => {
  expect(randomEdits(example, seed, { edits: 400, checkEvery: 1 })).toBeNull()
})
