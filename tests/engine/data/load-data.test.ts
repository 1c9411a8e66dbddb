/** Files to samples: what is refused and how, scaling, splits, batches. */
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { inputsOf } from '../../../engine/compile/step-inputs'
import { uploadData } from '../../../engine/data/device-data'
import { loadData, splitRows, type LoadedData } from '../../../engine/data/load-data'
import { catalogue } from '../../../nodes/catalogue'
import type { Refusal } from '../../../nodes/kit/spec'
import { graph } from '../documents'
import { readBundled } from '../running'
import { backends, tf } from '../support'

const table = {
  kind: 'table',
  file: 'flowers.csv',
  features: ['long', 'wide'],
  target: 'kind',
  task: 'classes',
  classes: ['a', 'b'],
  hash: '',
}

function planOf(...settings: Readonly<Record<string, unknown>>[]) {
  const nodes = Object.fromEntries(settings.map((data, at) => [`data${at}`, ['data', data]] as const))
  return analyse(graph(nodes, []), catalogue).plan
}

async function load(
  text: string | Uint8Array<ArrayBuffer>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<LoadedData | Refusal> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return loadData(
    planOf({ dataset: table, ...settings }),
    [{ node: 'data0', name: 'mine.csv', bytes }],
    readBundled,
  )
}

function loaded(data: LoadedData | Refusal): LoadedData {
  if ('refused' in data) throw new Error(data.refused)
  return data
}

const good = 'kind,long,note,wide\na,1,x,10\nb,2,"y, z",20\na,3,,30\n'

describe('a table', () => {
  it('gives the named columns whatever their order, and classes as numbers', async () => {
    const { nodes, samples } = loaded(await load(good))
    expect(samples).toBe(3)
    expect(nodes[0]!.x).toEqual({ shape: [2], values: Float32Array.of(1, 10, 2, 20, 3, 30) })
    expect(nodes[0]!.y).toEqual({ shape: [], values: Int32Array.of(0, 1, 0) })
  })

  it('gives a place to each word of a column that holds words', async () => {
    const dataset = { ...table, features: ['note', 'long'], categories: { note: ['x', 'y, z', ''] } }
    const { nodes } = loaded(await load(good, { dataset }))
    expect(nodes[0]!.x).toEqual({
      shape: [4],
      values: Float32Array.of(...[1, 0, 0, 1], ...[0, 1, 0, 2], ...[0, 0, 1, 3]),
    })
    const unknown = await load(good, { dataset: { ...dataset, categories: { note: ['x', ''] } } })
    expect(unknown).toEqual({
      refused: expect.stringContaining('row 2, column note: the word "y, z" is not one of x') as string,
    })
  })

  it('counts columns where the first line holds samples already', async () => {
    const dataset = { ...table, header: false, features: ['column 2', 'column 4'], target: 'column 1' }
    const { nodes, samples } = loaded(await load(good.slice(good.indexOf('\n') + 1), { dataset }))
    expect(samples).toBe(3)
    expect(nodes[0]!.x?.values).toEqual(Float32Array.of(1, 10, 2, 20, 3, 30))
  })

  it('counts a column that has no name among those that have one, as an index that was written along', async () => {
    const dataset = { ...table, features: ['column 1', 'wide'] }
    const { nodes } = loaded(await load(',kind,wide\n7,a,10\n8,b,20\n', { dataset }))
    expect(nodes[0]!.x?.values).toEqual(Float32Array.of(7, 10, 8, 20))
  })

  it('leaves out rows that lack something where it is told to, and refuses them otherwise', async () => {
    const gaps = `${good}b,?,,40\n,5,x,50\nb,6,x,60\n`
    expect(await load(gaps)).toEqual({
      refused: expect.stringContaining('row 4, column long: a number was wanted, but "?" came') as string,
      row: 4,
      column: 'long',
    })
    const dataset = { ...table, missing: 'leave-out' }
    const { nodes, samples } = loaded(await load(gaps, { dataset }))
    expect(samples).toBe(4)
    expect(nodes[0]!.x?.values).toEqual(Float32Array.of(1, 10, 2, 20, 3, 30, 6, 60))
    expect(nodes[0]!.y?.values).toEqual(Int32Array.of(0, 1, 0, 1))
    expect(await load(`${good}b,4x,,40\n`, { dataset })).toEqual({
      refused: expect.stringContaining('row 4, column long: a number was wanted, but "4x" came') as string,
    })
    expect(await load('kind,long,wide\na,,1\n', { dataset })).toEqual({
      refused: expect.stringContaining('every row lacks something') as string,
    })
  })

  it('reads a mark at the start, Windows line ends, and gzip', async () => {
    const plain = loaded(await load(good))
    expect(loaded(await load(`\uFEFF${good.replaceAll('\n', '\r\n')}`))).toEqual(plain)
    expect(loaded(await load(new Uint8Array(gzipSync(good))))).toEqual(plain)
  })

  it.each<[string, string, string]>([
    ['a missing column', 'kind,long\na,1\n', 'has no column wide; its first line names kind, long'],
    [
      'text among numbers',
      good.replace(',3,', ',three,'),
      'row 3, column long: a number was wanted, but "three" came',
    ],
    ['a gap', good.replace(',3,', ',,'), 'row 3, column long: a number was wanted, but an empty field came'],
    ['NaN', good.replace(',3,', ',NaN,'), 'row 3, column long: a number was wanted, but "NaN" came'],
    [
      'infinity',
      good.replace(',3,', ',Infinity,'),
      'row 3, column long: a number was wanted, but "Infinity" came',
    ],
    [
      'a short row',
      good.replace('a,3,,30', 'a,3'),
      'row 3, column wide: a number was wanted, but an empty field came',
    ],
    ['an unknown class', good.replace('b,2', 'c,2'), 'row 2, column kind: the class "c" is not one of a, b'],
    ['no rows', 'kind,long,wide\n', 'has column names but no rows'],
    ['nothing', '', 'The file mine.csv is empty'],
    [
      'a row with more fields than columns',
      good.replace('a,3,,30', 'a,3,5,,30'),
      'In mine.csv, row 3 has 5 fields, but there are 4 columns',
    ],
    [
      'a column that is there twice',
      'kind,long,wide,long\na,1,2,3\n',
      'more than one column long, so it is not clear which',
    ],
    ['an open quote', 'kind,long,wide\na,1,"2\n', 'cannot be read as CSV'],
  ])('refuses %s, saying where', async (_, text, sentence) => {
    expect(await load(text)).toMatchObject({ refused: expect.stringContaining(sentence) as string })
  })

  it('lets empty fields stand behind the last column', async () => {
    const plain = loaded(await load(good))
    expect(loaded(await load(good.replaceAll('\n', ', \n').replace('wide, ', 'wide')))).toEqual(plain)
  })

  it('refuses a gzip file that is cut off', async () => {
    const cut = new Uint8Array(gzipSync(good.repeat(50))).slice(0, 40)
    expect(await load(cut)).toEqual({ refused: expect.stringContaining('cannot be unpacked') as string })
  })

  it('reads the bundled files', async () => {
    const document = JSON.parse(
      await readFile(new URL('../../../examples/iris.wiregrad', import.meta.url), 'utf8'),
    ) as Parameters<typeof analyse>[0]
    const data = loaded(await loadData(analyse(document, catalogue).plan, [], readBundled))
    expect(data.samples).toBe(150)
    const gone = await loadData(planOf({ dataset: { ...table, file: 'bundled:none.csv' } }), [], readBundled)
    expect(gone).toEqual({ refused: expect.stringContaining('none.csv could not be read') as string })
  })
})

describe('scaling', () => {
  it('standardises with mean and deviation of the training rows alone', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `a,${at * at},7`).join('\n')
    const data = loaded(
      await load(`kind,long,wide\n${rows}\n`, { scale: 'standardise', test: 0.25, validation: 0.25 }),
    )
    const column = (rowsOf: Int32Array, at: number) =>
      [...rowsOf].map((row) => data.nodes[0]!.x.values[row * 2 + at]!)
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
    const train = column(data.rows.train, 0)
    expect(mean(train)).toBeCloseTo(0, 5)
    expect(mean(train.map((value) => value * value))).toBeCloseTo(1, 5)
    expect(Math.abs(mean(column(data.rows.test, 0)))).toBeGreaterThan(1e-3)
    // A constant column has no deviation: it becomes 0, not NaN.
    expect(new Set(column(data.rows.test, 1))).toEqual(new Set([0]))
  })

  it('leaves a constant column near 0 in every split, however its mean is rounded', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `a,${at},${at === 39 ? 0.2 : 0.1}`).join('\n')
    for (let splitSeed = 0; ; splitSeed++) {
      const data = loaded(
        await load(`kind,long,wide\n${rows}\n`, { scale: 'standardise', test: 0.25, splitSeed }),
      )
      if (data.rows.train.includes(39)) continue
      const wide = data.nodes[0]!.x.values.filter((_, at) => at % 2 === 1)
      expect(Math.max(...wide.map(Math.abs))).toBeCloseTo(0.1, 5)
      return
    }
  })

  it('standardises targets by the training split alone', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `a,${at},${1000 + at * at}`).join('\n')
    const dataset = { ...table, features: ['long'], target: 'wide', task: 'value', classes: [] }
    const text = `kind,long,wide\n${rows}\n`
    const raw = loaded(await load(text, { dataset, test: 0.25 })).nodes[0]?.y?.values ?? []
    const data = loaded(await load(text, { dataset, test: 0.25, scaleTarget: 'standardise' }))
    const of = (values: ArrayLike<number>) => Array.from(data.rows.train, (row) => values[row] ?? NaN)
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
    const middle = mean(of(raw))
    const deviation = Math.sqrt(mean(of(raw).map((value) => (value - middle) ** 2)))
    for (const [row, value] of (data.nodes[0]?.y?.values ?? []).entries())
      expect(value).toBeCloseTo(((raw[row] ?? NaN) - middle) / deviation, 4)
  })

  it('divides, shapes, and writes one column a class', async () => {
    const data = loaded(
      await load(good, { scale: 'divide', divideBy: 10, shape: [2, 1], encoding: 'one-hot' }),
    )
    expect(data.nodes[0]!.x).toEqual({ shape: [2, 1], values: Float32Array.of(0.1, 1, 0.2, 2, 0.3, 3) })
    expect(data.nodes[0]!.y).toEqual({ shape: [2], values: Float32Array.of(1, 0, 0, 1, 1, 0) })
  })
})

describe('splits', () => {
  it('hold every row once, repeat by their seed, and differ by it', () => {
    const first = splitRows(100, 0.2, 0.15, 4)
    expect([first.train.length, first.validation.length, first.test.length]).toEqual([65, 20, 15])
    expect([...first.train, ...first.validation, ...first.test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, at) => at),
    )
    expect(splitRows(100, 0.2, 0.15, 4)).toEqual(first)
    expect(splitRows(100, 0.2, 0.15, 5)).not.toEqual(first)
  })

  it('that leave nothing to train on are refused', async () => {
    expect(await load('kind,long,wide\na,1,1\n', { validation: 0.6 })).toEqual({
      refused: expect.stringContaining('leave none to train on') as string,
    })
  })
})

describe('several data nodes', () => {
  const inline = (count: number) => ({
    kind: 'inline',
    x: Array.from({ length: count }, (_, at) => [at]),
    y: Array.from({ length: count }, () => [0]),
  })

  it('are dealt together, row by row', async () => {
    await backends.start('cpu')
    const data = loaded(
      await loadData(planOf({ dataset: inline(9) }, { dataset: inline(9) }), [], readBundled),
    )
    const device = uploadData(tf, data, 4, 1)
    const batch = device.trainBatch(inputsOf(tf, 3))
    const [a, b] = [...batch.feeds.values()].map((ports) => ports['x']!)
    expect(batch.size).toBe(1)
    expect([...(await a!.data())]).toEqual([...(await b!.data())])
    for (const ports of batch.feeds.values()) tf.dispose(Object.values(ports))
    device.dispose()
  })

  it('of different lengths or splits are refused', async () => {
    expect(await loadData(planOf({ dataset: inline(9) }, { dataset: inline(8) }), [], readBundled)).toEqual({
      refused: expect.stringContaining('data0 has 9 samples and data1 has 8') as string,
    })
    expect(
      await loadData(planOf({ dataset: inline(9) }, { dataset: inline(9), splitSeed: 1 }), [], readBundled),
    ).toEqual({
      refused: expect.stringContaining('differ in splitSeed') as string,
    })
  })
})

describe('made-up samples', () => {
  const make = async (dataset: unknown, splitSeed = 0) =>
    loaded(await loadData(planOf({ dataset, splitSeed }), [], readBundled)).nodes[0]!

  it('recall: one-hot symbols, the first of them wanted', async () => {
    const { x, y } = await make({ kind: 'recall', samples: 20, length: 5, symbols: 3 })
    expect(x.shape).toEqual([5, 3])
    for (let sample = 0; sample < 20; sample++) {
      const first = [...x.values.subarray(sample * 15, sample * 15 + 3)]
      expect(first.indexOf(1)).toBe(y!.values[sample])
      expect([...x.values.subarray(sample * 15, sample * 15 + 15)].reduce((a, b) => a + b, 0)).toBe(5)
    }
  })

  it('reverse: tokens, wanted backwards', async () => {
    const { x, y } = await make({ kind: 'reverse', samples: 20, length: 5, symbols: 3 })
    for (let sample = 0; sample < 20; sample++) {
      expect([...y!.values.subarray(sample * 5, sample * 5 + 5)].reverse()).toEqual([
        ...x.values.subarray(sample * 5, sample * 5 + 5),
      ])
    }
  })

  it('ring: points about the modes', async () => {
    const { x, y } = await make({ kind: 'ring', samples: 500, modes: 4, radius: 2, deviation: 0.01 })
    expect(y).toBeNull()
    const modes = new Set<number>()
    for (let at = 0; at < 1000; at += 2) {
      const [a, b] = [x.values[at]!, x.values[at + 1]!]
      expect(Math.abs(Math.hypot(a, b) - 2)).toBeLessThan(0.06)
      modes.add(((Math.round((Math.atan2(b, a) * 4) / (2 * Math.PI)) % 4) + 4) % 4)
    }
    expect(modes.size).toBe(4)
  })

  it('are the same for the same seed alone', async () => {
    const ring = { kind: 'ring', samples: 5, modes: 4, radius: 2, deviation: 0.01 }
    expect(await make(ring, 3)).toEqual(await make(ring, 3))
    expect(await make(ring, 3)).not.toEqual(await make(ring, 4))
  })
})
