/** A setting that changes nothing as a node stands isn't asked for. */
import { expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { changesNothing } from '../../nodes/kit/idle'
import { tensor } from '../../nodes/kit/spec'

function asked(type: string, params: Readonly<Record<string, unknown>>): readonly string[] {
  const definition = catalogue.get(type)
  if (definition === undefined) throw new Error(`No node of type ${type} is in the catalogue.`)
  const all: Record<string, unknown> = {}
  for (const [field, { initial }] of Object.entries(definition.fields)) all[field] = initial as unknown
  Object.assign(all, params)
  return Object.keys(definition.fields).filter(
    (field) => !changesNothing(definition, field, all, { x: tensor([null, 3]) }),
  )
}

it('asks what to divide by only where samples are divided', () => {
  expect(asked('data', { scale: 'standardise' })).not.toContain('divideBy')
  expect(asked('data', { scale: 'divide' })).toContain('divideBy')
  expect(asked('data', { scale: 'standardise' })).toContain('scale')
})

it('asks of an activation what its function knows', () => {
  expect(asked('activation', { function: 'relu' })).toEqual(['function'])
  expect(asked('activation', { function: 'leaky-relu' })).toEqual(['function', 'slope'])
})

it('asks what matters in one back-end only', () => {
  expect(asked('squeeze', {})).toContain('axis')
})
