/** What a few letters find among the blocks, and in which order. */
import { expect, it } from 'vitest'
import { catalogue } from '../../../nodes/catalogue'
import { misfit } from '../../../renderer/state/fitting'
import { searchTypes } from '../../../renderer/palette/search'
import { tensor, type Spec } from '../../../nodes/kit/spec'

const types = (query: string) => searchTypes(catalogue, query).map(({ definition }) => definition.type)
const definition = (type: string) => {
  const found = catalogue.get(type)
  if (found === undefined) throw new Error(type)
  return found
}

it('puts words of a title before synonyms, inside MaxPool2D too', () => {
  const found = types('pool')
  expect(found.indexOf('max-pool2d')).toBeGreaterThanOrEqual(0)
  expect(found.indexOf('max-pool2d')).toBeLessThan(found.indexOf('reduce-mean'))
  expect(types('digits')[0]).toBe('data')
})

it('reads a name that is typed in several words, and in any order', () => {
  expect(types('max pool').slice(0, 3)).toEqual(['max-pool1d', 'max-pool2d', 'max-pool3d'])
  expect(types('batch norm')[0]).toBe('batch-norm')
  expect(types('2d conv')[0]).toBe('conv2d')
  expect(types('conv transpose').slice(0, 3)).toContain('conv2d-transpose')
})

it('takes a hyphen for no name: alone it finds what is written with one', () => {
  const found = searchTypes(catalogue, '-')
  expect(found.length).toBeLessThan(catalogue.size / 2)
  for (const {
    definition: { title },
    because,
  } of found)
    expect(because ?? title).toContain('-')
  expect(types('_')).toEqual([])
})

it('finds a whole family by its name', () => {
  const losses = [...catalogue.values()].filter(({ family }) => family === 'loss').map(({ type }) => type)
  expect(losses.length).toBeGreaterThan(10)
  expect(types('loss')).toEqual(expect.arrayContaining(losses))
})

it('knows what would not fit: shapes, and targets of a judge', () => {
  const image = tensor([null, 8, 8, 1])
  expect(misfit(definition('conv2d'), image, null)).toBeNull()
  expect(misfit(definition('conv1d'), image, null)).not.toBeNull()
  const spec: Spec = { kind: 'target', dtype: 'int32', shape: [null] }
  const target = { node: 'data', port: 'y', spec }
  const scores = tensor([null, 10])
  expect(misfit(definition('sparse-categorical-crossentropy'), scores, target)).toBeNull()
  expect(misfit(definition('categorical-crossentropy'), scores, target)).not.toBeNull()
})
