/** Reading a table: from bytes to numbers that are split, scaled and ready for the device. */
import { expect, test } from 'vitest'
import { analyse } from '../../engine/analyse/analyse'
import { loadData } from '../../engine/data/load-data'
import { createDocument } from '../../engine/graph/create'
import type { Document, Node } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'
import { initialParams } from '../../nodes/kit/define'
import { compareTimes, report } from './clock'
import { loadExample, madeUpCsv, readBundled } from './stand'

const rows = 20_000
const columns = 20

function tableDocument(): Document {
  const definition = catalogue.get('data')
  if (definition === undefined) throw new Error('The catalogue has no data node.')
  const features = Array.from({ length: columns }, (_, at) => `c${at}`)
  const dataset = {
    kind: 'table',
    file: 'made-up.csv',
    features,
    target: 'class',
    task: 'classes',
    classes: ['0', '1', '2'],
    hash: '',
  }
  const params = { ...initialParams(definition), dataset, scale: 'standardise', validation: 0.1, test: 0.1 }
  const node: Node = {
    type: 'data',
    version: definition.version,
    params: params,
    at: [0, 0],
  }
  return { ...createDocument('table'), nodes: { data: node } }
}

test('loading tables', async () => {
  const bytes = madeUpCsv(rows, columns)
  const { plan } = analyse(tableDocument(), catalogue)
  const digits = await loadExample('digits-mlp')
  const load = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      const loaded = await loadData(plan, [{ node: 'data', name: 'made-up.csv', bytes }], readBundled)
      if ('refused' in loaded) throw new Error(loaded.refused)
      expect(loaded.samples).toBe(rows)
    }
  }
  const loadDigits = async (times: number) => {
    for (let i = 0; i < times; i += 1)
      expect('refused' in (await loadData(digits.plan, [], readBundled))).toBe(false)
  }
  const timings = await compareTimes([
    { name: `${rows} rows x ${columns + 1} columns`, work: load },
    { name: '8x8 digits, 1797 rows', work: loadDigits },
  ])
  const megabytes = bytes.length / 1e6
  const seconds = (timings[0]?.milliseconds ?? NaN) / 1000
  report('Loading a CSV file', timings, [
    `${megabytes.toFixed(1)} MB at ${(megabytes / seconds).toFixed(1)} MB/s`,
  ])
  expect(megabytes / seconds).toBeGreaterThan(1)
})
