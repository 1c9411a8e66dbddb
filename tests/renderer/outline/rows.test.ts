/** The graph as a list: what its rows say. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { outlineRows } from '../../../renderer/outline/rows'

function rowsOf(example: string) {
  const read = readDocument(readFileSync(`examples/${example}.wiregrad`, 'utf8'))
  if (!read.ok) throw new Error(read.message)
  const { document } = read
  return { document, rows: outlineRows(document, analyse(document, catalogue), catalogue) }
}

describe('the outline', () => {
  it('says what a block gives, once or repeated, as what it says of a layer', () => {
    const { rows } = rowsOf('tiny-transformer')
    expect(rows.find(({ name }) => name === 'Encoder')).toMatchObject({ repeat: 2, shape: 'B × 8 × 32' })
    expect(rows.find(({ name }) => name === 'Encoder')?.spoken).toContain('output B × 8 × 32')
    expect(rows.find(({ name }) => name === 'Scores')?.shape).toBe('B × 8 × 10')
  })
  it('agrees with the wires that leave a block', () => {
    let seen = 0
    for (const example of ['architectures/resnet-50', 'architectures/gpt2-small', 'deep-residual']) {
      const { document, rows } = rowsOf(example)
      const { wires } = analyse(document, catalogue)
      for (const { id, shape } of rows.filter(({ isBlock }) => isBlock)) {
        const out = Object.entries(document.wires).find(([, { from }]) => from[0] === id)
        const carried = wires.get(out?.[0] ?? '')?.shape
        if (carried === undefined) continue
        seen += 1
        expect(shape.split(' × ').slice(1)).toEqual(carried.slice(1).map(String))
      }
    }
    expect(seen).toBeGreaterThan(5)
  })
})
