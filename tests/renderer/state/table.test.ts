/** A CSV file of the user's: what is seen in it, what is proposed, and what a choice comes to. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readTable } from '../../../engine/data/table'
import { datasetSchema } from '../../../nodes/kit/dataset'
import { firstChoice, outcomeOf, retarget, type TableChoice } from '../../../renderer/state/table-choice'
import { surveyTable, type TableSurvey } from '../../../renderer/state/table-survey'
import { strings } from '../../../renderer/ui/strings'

const words = strings.table
const bytes = (text: string) => new TextEncoder().encode(text)

async function survey(text: string | Uint8Array<ArrayBuffer>, header?: boolean): Promise<TableSurvey> {
  const found = await surveyTable('t.csv', typeof text === 'string' ? bytes(text) : text, header)
  if ('unreadable' in found) throw new Error(found.unreadable)
  return found
}

const passengers = [
  'name,sex,age,fare,survived',
  '"Braund, Mr. Owen",male,22,7.25,0',
  '"Cumings, Mrs. John",female,38,71.3,1',
  '"Heikkinen, Miss. Laina",female,,7.9,1',
  '"Allen, Mr. William",male,35,8,0',
  '"Moran, Mr. James",male,NA,8.5,0',
  '"Nasser, Mrs. Nicholas",female,14,30,1',
  '"Sandstrom, Miss",female,4,16.7,1',
  '"Saunder, Mr. William",male,20,8,0',
].join('\n')

describe('the survey of a table', () => {
  it('tells numbers from words, and counts what is missing', async () => {
    const { header, rows, columns } = await survey(passengers)
    expect([header, rows.length]).toEqual([true, 8])
    expect(columns.map(({ name, kind, missing }) => [name, kind, missing])).toEqual([
      ['name', 'words', 0],
      ['sex', 'words', 0],
      ['age', 'number', 2],
      ['fare', 'number', 0],
      ['survived', 'number', 0],
    ])
    expect(columns[1]?.values).toEqual(['female', 'male'])
  })

  it('sees that the first line holds a sample, and can be told otherwise', async () => {
    const flowers = '5.1,3.5,setosa\n6.2,2.9,virginica\n'
    const seen = await survey(flowers)
    expect([seen.header, seen.rows.length, seen.columns.map(({ name }) => name)]).toEqual([
      false,
      2,
      ['column 1', 'column 2', 'column 3'],
    ])
    expect((await survey(flowers, true)).columns[2]?.name).toBe('setosa')
  })

  it('reads gzip, a byte order mark, semicolons and Windows line ends', async () => {
    const packed = new Uint8Array(gzipSync(Buffer.from('\uFEFFa;b;kind\r\n1;2;x\r\n3;4;y\r\n')))
    expect((await survey(packed)).columns.map(({ name }) => name)).toEqual(['a', 'b', 'kind'])
  })

  it('reads decimal commas where semicolons part the columns', async () => {
    const german = await survey('Größe;Preis;Ort\n1,5;1.234,50;a,b\n-2,25;7;c\n,5;NA;d\n')
    expect(german.columns.map(({ kind }) => kind)).toEqual(['number', 'number', 'words'])
    expect(german.rows.map((row) => row.join(' '))).toEqual(['1.5 1234.50 a,b', '-2.25 7 c', '.5 NA d'])
    expect((await survey('1,5;a\n2,5;b\n')).header).toBe(false)
    expect((await survey('a,b\n"1,5",2\n')).columns[0]?.kind).toBe('words')
    expect((await survey('a\tb\n1,5\t2\n')).rows).toEqual([['1.5', '2']])
    // Names are left as they are.
    const sizes = await surveyTable('t.csv', bytes('a;0,5;b\n1;2,5;3\n'), true)
    expect('columns' in sizes && sizes.columns[1]?.name).toBe('0,5')
  })

  it.each([
    ['both, where one proves a comma', 'a;b\n1.234;1\n1.234,50;2\n1,250;3\n', ['1234', '1234.50', '1.250']],
    ['thousands, where another column proves commas', 'a;b\n1.234;0,5\n83.000;1,5\n', ['1234', '83000']],
    ['commas, where another column proves them', 'a;b\n1,234;0,5\n2,345;1,5\n', ['1.234', '2.345']],
    ['neither, where nothing proves it', 'a;b\n1,234;1\n999;2\n', ['1,234', '999']],
    ['neither, where the column speaks against it', 'a;b\n1,50;1\n1,234,567;2\n', ['1,50', '1,234,567']],
    ['neither, where points are decimal elsewhere', 'a;b\n1,234;0.5\n2,345;1,5\n', ['1,234', '2,345']],
    ['points, where nothing proves a comma', 'a;b\n1.234;1\n0.5;2\n', ['1.234', '0.5']],
    ['points, where every number has them', 'a;b\n1.234;1\n2.345;2\n', ['1.234', '2.345']],
    ['no thousands with decimal points', 'a;b\n1,234.5;1\n2,5;2\n', ['1,234.5', '2,5']],
  ])('of numbers that could be either it takes %s', async (_, text, cells) => {
    expect((await survey(text)).rows.map(([cell]) => cell)).toEqual(cells)
  })

  it('reads what spreadsheets write besides UTF-8', async () => {
    const text = 'größe,b\n1,süß\n'
    const latin = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    const little = new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'))
    const big = Uint8Array.from(little, (_, at) => little[at ^ 1] ?? 0)
    for (const file of [latin, little, big]) {
      const { columns, rows } = await survey(file)
      expect([columns[0]?.name, rows]).toEqual(['größe', [['1', 'süß']]])
    }
    // "身高,性别\n1.5,女\n" in GB 18030.
    const chinese = Buffer.from('c9edb8df2cd0d4b1f00a312e352cc5ae0a', 'hex')
    const { columns, rows } = await survey(new Uint8Array(chinese))
    expect([columns.map(({ name }) => name), rows]).toEqual([['身高', '性别'], [['1.5', '女']]])
  })

  it('takes Russian words for no Chinese', async () => {
    // "РОССИЯ;Страна;Ростов" in the letters of Windows.
    const russian = Buffer.from('d0ced1d1c8df3bd1f2f0e0ede03bd0eef1f2eee20a313b323b330a', 'hex')
    expect(
      (await survey(new Uint8Array(russian))).columns.map(({ name }) => /\p{sc=Han}/u.test(name)),
    ).toEqual([false, false, false])
  })

  it('takes European words for what they are, and a byte that is lost for one', async () => {
    for (const words of ['SITUAÇÃO;EDUCAÇÃO', 'GRÖßE;MAß', 'année;région']) {
      const text = `${words}\n1;2\n`
      const latin = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
      expect((await survey(latin)).columns.map(({ name }) => name).join(';')).toBe(words)
      const cut = new Uint8Array([...new TextEncoder().encode(`${words}\n1;2;`), 0xc3, 10])
      expect((await survey(cut)).columns.slice(0, 2).map(({ name }) => name)).toEqual(words.split(';'))
    }
  })

  it('takes words above numbers for names, also where two are alike', async () => {
    const alike = await surveyTable('t.csv', bytes('a,a,y\n1,2,3\n4,5,6\n'))
    expect(alike).toEqual({ unreadable: 'same-names' })
    expect((await survey('x,x,o\nx,o,x\n')).header).toBe(false)
  })

  it('finds the cells that are no numbers among numbers, by row', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `${index === 16 ? '1,6' : index},1`)
    const { columns } = await survey(`x,y\n${rows.join('\n').replace('1,6', '"1,6"')}\n`)
    expect(columns[0]).toMatchObject({ kind: 'number', odd: [{ row: 17, text: '1,6' }] })
  })

  it.each([
    ['a file that is empty', '', 'empty'],
    ['names without rows', 'a,b\n', 'empty'],
    ['one column', 'a\n1\n', 'one-column'],
    ['a column twice', 'a,a\nx,y\n', 'same-names'],
    ['a quotation mark that never ends', 'a,b\n"1,2\n', 'quotes'],
  ])('refuses %s', async (_, text, why) => {
    const header = text.startsWith('a,a') ? true : undefined
    expect(await surveyTable('t.csv', bytes(text), header)).toMatchObject({ unreadable: why })
    expect(words.unreadable('t.csv', why as 'empty', 'here')).toMatch(/^"t\.csv" could not be .{20,}\.$/)
  })
})

describe('the choice of columns', () => {
  it('begins with the usual target, numbers and the columns of a few words', async () => {
    const found = await survey(passengers)
    const choice = firstChoice(found, null)
    expect(choice).toEqual({
      target: 'survived',
      task: 'classes',
      features: ['sex', 'age', 'fare'],
      leaveOut: true,
    })
    const { dataset, rows, width, problems } = outcomeOf(found, choice, words)
    expect({ rows, width, problems }).toEqual({ rows: 6, width: 4, problems: [] })
    expect(dataset).toMatchObject({
      features: ['sex', 'age', 'fare'],
      categories: { sex: ['female', 'male'] },
      classes: ['0', '1'],
      missing: 'leave-out',
    })
    expect(datasetSchema.safeParse(dataset).success).toBe(true)
    if (dataset === null) return
    // What the engine reads is what was promised.
    const table = readTable(passengers, dataset, 't.csv')
    if ('refused' in table) throw new Error(table.refused)
    expect([table.rows, table.features.length]).toEqual([rows, rows * width])
    expect([...table.features.subarray(0, 4)]).toEqual([0, 1, 22, 7.25])
  })

  it('does not propose to learn what only names the rows', async () => {
    const cars = Array.from(
      { length: 40 },
      (_, at) => `${at / 7},${at % 3 === 0 ? 'Asia' : 'Europe'},car ${at}`,
    )
    const choice = firstChoice(await survey(['power,origin,name', ...cars].join('\n')), null)
    expect(choice).toMatchObject({ target: 'origin', task: 'classes', features: ['power'] })
  })

  it('leaves out numbers that only tell the rows apart', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `${index + 1},${index % 7},${index % 2}`)
    const found = await survey(`PassengerId,x,y\n${rows.join('\n')}\n`)
    expect(firstChoice(found, null).features).toEqual(['x'])
  })

  it('leaves out the numbers of the rows, which stand in a column without a name', async () => {
    const table = await survey(',a,y\n0,5,1\n1,3,0\n2,4,1\n')
    expect(firstChoice(table, null)).toMatchObject({ features: ['a'], target: 'y' })
    expect(firstChoice(await survey('7,5,1\n1,3,0\n2,4,1\n'), null).features).toContain('column 1')
  })

  it('takes a first column without a name for numbers where no column has one', async () => {
    const plain = await survey('0,0\n1,2\n2,4\n')
    expect(firstChoice(plain, null).features).toEqual(['column 1'])
    const many = Array.from({ length: 2000 }, (_, row) => `${row},${row % 7},${row % 3}`)
    expect(firstChoice(await survey(`,a,y\n${many.join('\n')}\n`), null).features).toEqual(['a'])
    const gaps = many.filter((_, row) => row % 5 > 0)
    expect(firstChoice(await survey(`,a,y\n${gaps.join('\n')}\n`), null).features).toEqual(['column 1', 'a'])
  })

  it('goes on from what the document had', async () => {
    const found = await survey(passengers)
    const before = outcomeOf(found, { ...firstChoice(found, null), features: ['fare'] }, words).dataset
    expect(firstChoice(found, before).features).toEqual(['fare'])
    expect(firstChoice(await survey('a,b,class\n1,2,x\n3,4,y\n'), before)).toMatchObject({
      target: 'class',
      features: ['a', 'b'],
    })
  })

  it('takes many different numbers for a quantity, and puts the old target among the features', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => `${index},${index * 1.5},${index % 3}`).join('\n')
    const found = await survey(`x,z,y\n${rows}\n`)
    const first = firstChoice(found, null)
    expect(first).toMatchObject({ target: 'y', task: 'classes', features: ['x', 'z'] })
    const other = retarget(found, 'z', first)
    expect(other).toMatchObject({ target: 'z', task: 'value', features: ['x', 'y'] })
    expect(outcomeOf(found, other, words).dataset).toMatchObject({ task: 'value', classes: [] })
  })

  it.each<[string, Partial<TableChoice>, RegExp]>([
    ['nothing to learn from', { features: [] }, /Choose at least one column/],
    ['rows that lack something', { leaveOut: false }, /^2 rows lack something, the first is row 3\./],
    ['words as a number', { target: 'sex', task: 'value', features: ['age'] }, /sex holds words/],
  ])('says what is wrong with %s', async (_, part, wanted) => {
    const found = await survey(passengers)
    const { dataset, problems } = outcomeOf(found, { ...firstChoice(found, null), ...part }, words)
    expect(dataset).toBeNull()
    expect(problems[0]).toMatch(wanted)
  })

  it('names a cell that is no number by row and column', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `${index === 16 ? 'abc' : index},${index % 2}`)
    const found = await survey(`x,y\n${rows.join('\n')}\n`)
    expect(firstChoice(found, null).features).toEqual([])
    const choice = { ...firstChoice(found, null), features: ['x'], leaveOut: true }
    const { rows: left, problems } = outcomeOf(found, choice, words)
    // It is not missing, and is not left out in silence.
    expect(left).toBe(30)
    expect(problems).toEqual([
      'Row 17, column x: a number was wanted, but "abc" came. Correct the file, or leave the column out.',
    ])
  })
})
