/** 100,000 random edits with random undo and redo: no invalid document is reached, and undoing all gives the same bytes. */
import { expect, it } from 'vitest'
import { randomEdits } from '../support/random-edits'

const examples = ['digits-cnn', 'tiny-transformer', 'ring-gan', 'deep-residual', 'xor'] as const
const rounds = 4
const edits = 5000

it.each(examples)(
  `%s: ${rounds} × ${edits} edits`,
  (example) => {
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now()
      expect(randomEdits(example, 1000 * round + example.length, { edits, checkEvery: 5 })).toBeNull()
      console.log(
        `${example} ${round + 1}: ${edits} edits in ${((performance.now() - began) / 1000).toFixed(1)} s`,
      )
    }
  },
  1_200_000,
)
