import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'
import { mutate, mutations } from '../../support/mutate'

const folder = new URL('./saved/v1/', import.meta.url)
const originals = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
const count = 10_000
/** Longest that one text may take, in milliseconds: far above what any takes, far below a hang. */
const patience = 2000

function isSentence(text: string): boolean {
  return /^\S+ .*\S/.test(text) && text.endsWith('.') && text.length < 600 && !text.includes('[object')
}

describe('damaged documents', () => {
  it(`of ${count}, each gives a sentence or a whole document that can be analysed, soon`, () => {
    const seen = new Map<string, { refused: number; read: number }>()
    for (let seed = 0; seed < count; seed += 1) {
      const { name, text } = mutate(originals[seed % originals.length] ?? '', seed)
      const tally = seen.get(name) ?? { refused: 0, read: 0 }
      seen.set(name, tally)
      const start = performance.now()
      const result = readDocument(text)
      if (result.ok) {
        tally.read += 1
        const { problems } = analyse(result.document, catalogue)
        const odd = problems.find((problem) => !isSentence(problem.message))
        if (odd !== undefined)
          expect.fail(`seed ${seed}, ${name}: analyse says ${JSON.stringify(odd.message)}`)
        const written = writeDocument(result.document)
        const again = readDocument(written)
        if (!again.ok)
          expect.fail(`seed ${seed}, ${name}: what was read does not open again: ${again.message}`)
        if (writeDocument(again.document) !== written)
          expect.fail(`seed ${seed}, ${name}: saved twice, it differs`)
      } else {
        tally.refused += 1
        if (!isSentence(result.message))
          expect.fail(`seed ${seed}, ${name}: refused with ${JSON.stringify(result.message)}`)
      }
      const took = performance.now() - start
      if (took > patience) expect.fail(`seed ${seed}, ${name}: took ${took} ms`)
    }
    expect([...seen.keys()].sort()).toEqual(Object.keys(mutations).sort())
    const total = [...seen.values()]
    // Damage that refuses everything, or nothing, would test half of this only.
    expect(total.reduce((sum, { read }) => sum + read, 0)).toBeGreaterThan(count / 10)
    expect(total.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(count / 4)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
