import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'

const folder = new URL('../../../examples/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.wiregrad'))

describe.each(files)('the example %s', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8')
  const read = readDocument(text)
  if (!read.ok) throw new Error(`${name}: ${read.message}`)

  it('stands in the form in which it would be saved', () => {
    expect(text).toBe(writeDocument(read.document))
  })

  it('has no problem', () => {
    expect(analyse(read.document, catalogue).problems).toEqual([])
  })

  it('has inputs and outputs that a model can be made of', () => {
    const { model } = analyse(read.document, catalogue).plan
    expect(model.inputs.length).toBeGreaterThan(0)
    expect(model.outputs.length).toBeGreaterThan(0)
  })
})
