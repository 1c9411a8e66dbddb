import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { datasetSchema } from '../../../nodes/kit/dataset'
import { tableFrom, withTarget } from '../../../renderer/state/table-file'
import { strings } from '../../../renderer/ui/strings'

const words = strings.dataset
const bytes = (text: string) => new TextEncoder().encode(text)

describe('a CSV file of the user', () => {
  it('takes the last column as target, numbers as features, and names what it leaves out', async () => {
    const table = await tableFrom(
      'cars.csv',
      bytes('mpg, name,hp\n18,a car,1\n20,"b, car",2\n22,c,1\n'),
      words,
    )
    expect(table).toMatchObject({
      dataset: {
        kind: 'table',
        file: 'cars.csv',
        features: ['mpg'],
        target: 'hp',
        task: 'classes',
        classes: ['1', '2'],
      },
      leftOut: ['name'],
    })
    if ('dataset' in table) expect(datasetSchema.safeParse(table.dataset).success).toBe(true)
  })

  it('reads gzip, a byte order mark and words as classes', async () => {
    const packed = new Uint8Array(gzipSync(Buffer.from('\uFEFFa,b,kind\n1,2,x\n3,4,y\n')))
    expect(await tableFrom('t.csv.gz', packed, words)).toMatchObject({
      dataset: { features: ['a', 'b'], target: 'kind', classes: ['x', 'y'] },
    })
  })

  it('takes many different numbers for a quantity', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => `${index},${index * 1.5}`).join('\n')
    expect(await tableFrom('t.csv', bytes(`x,y\n${rows}\n`), words)).toMatchObject({
      dataset: { task: 'value', classes: [] },
    })
  })

  it('chooses another target and puts the old one among the features', async () => {
    const text = bytes('a,b,c\n1,2,3\n4,5,6\n')
    const first = await tableFrom('t.csv', text, words)
    if (!('dataset' in first)) throw new Error(first.error)
    const second = await withTarget(first.dataset, 'a', text, words)
    expect(second).toMatchObject({ dataset: { features: ['b', 'c'], target: 'a' } })
    expect(await withTarget(first.dataset, 'z', text, words)).toMatchObject({
      error: expect.stringContaining('no column "z"') as string,
    })
  })

  it.each([
    ['without a header', '1,2\n3,4\n'],
    ['with a column twice', 'a,a\n1,2\n'],
    ['with one column', 'a\n1\n'],
    ['without rows', 'a,b\n'],
    ['without numbers', 'a,b\nx,1\ny,2\n'],
    ['that is empty', ''],
  ])('refuses a file %s, in a sentence', async (_, text) => {
    const table = await tableFrom('t.csv', bytes(text), words)
    expect('error' in table && table.error).toMatch(/^"t\.csv" could not be read as a table: .{20,}\.$/)
  })
})
