/** What parts a graph from the run that it was trained in, and what does not. */
import { readFileSync } from 'node:fs'
import { produce, type Draft } from 'immer'
import { expect, it } from 'vitest'
import type { Document } from '../../../engine/graph/document'
import { readDocument } from '../../../engine/graph/read'
import { sameNetwork, sameWeights } from '../../../engine/graph/same-network'

const read = readDocument(readFileSync('examples/deep-residual.wiregrad', 'utf8'))
if (!read.ok) throw new Error(read.message)
const start = read.document

const after = (recipe: (draft: Draft<Document>) => void) => sameNetwork(start, produce(start, recipe))
const first = <T>(record: Record<string, T>): T => {
  const [one] = Object.values(record)
  if (one === undefined) throw new Error('It is empty.')
  return one
}

it('is the same where it is only drawn otherwise', () => {
  expect(sameNetwork(start, structuredClone(start))).toBe(true)
  expect(
    after((draft) => {
      draft.name = 'Another'
      draft.notes = 'Words.'
      first(draft.nodes).at = [1, 2]
      first(draft.nodes).label = 'Named'
      first(draft.blocks).name = 'Named'
      first(first(draft.blocks).nodes).at = [3, 4]
    }),
  ).toBe(true)
})

it('is another with other settings, wires, blocks or training', () => {
  expect(after((draft) => void (first(draft.nodes).disabled = true))).toBe(false)
  expect(after((draft) => void (draft.nodes['scores']!.params['units'] = 11))).toBe(false)
  expect(after((draft) => void delete draft.wires[Object.keys(draft.wires)[0] ?? ''])).toBe(false)
  expect(after((draft) => void (first(draft.blocks).nodes['dense1']!.params['units'] = 9))).toBe(false)
  expect(after((draft) => void (draft.training.seed += 1))).toBe(false)
})

it('has the same weights with other training, and not with a setting that is called like what is drawn', () => {
  const weighs = (recipe: (draft: Draft<Document>) => void) => sameWeights(start, produce(start, recipe))
  expect(weighs((draft) => void (draft.training.seed += 1))).toBe(true)
  expect(weighs((draft) => void (first(draft.blocks).name = 'Named'))).toBe(true)
  expect(weighs((draft) => void (draft.nodes['scores']!.params['label'] = 'x'))).toBe(false)
  expect(weighs((draft) => void (first(draft.blocks).nodes['dense1']!.params['units'] = 9))).toBe(false)
})
