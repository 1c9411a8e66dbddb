import { describe, expect, it } from 'vitest'
import { createDocument } from '../../../engine/graph/create'
import { writeDocument } from '../../../engine/graph/text'
import { xor } from '../../support/graph'

/** The same value with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  )
}

describe('writeDocument', () => {
  it('writes sorted keys, short lists on one line, and a final newline', () => {
    const document = createDocument('Small')
    document.nodes['b'] = { type: 'add', version: 1, params: {}, at: [1, 2.5] }
    document.training.steps = []
    expect(writeDocument(document)).toBe(`{
  "blocks": {},
  "format": "wiregrad",
  "frames": {},
  "name": "Small",
  "nodes": {
    "b": {
      "at": [1, 2.5],
      "params": {},
      "type": "add",
      "version": 1
    }
  },
  "notes": "",
  "training": {
    "batchSize": 32,
    "length": {
      "epochs": 20
    },
    "seed": 1,
    "steps": [],
    "validateEvery": 1
  },
  "version": 1,
  "wires": {}
}
`)
  })

  it('gives the same bytes whatever the order of the keys', () => {
    const document = xor()
    const other = reversed(document) as typeof document
    expect(Object.keys(other)).not.toEqual(Object.keys(document))
    expect(writeDocument(other)).toBe(writeDocument(document))
  })

  it('leaves out what is undefined', () => {
    const document = createDocument('Small')
    document.nodes['b'] = { type: 'add', version: 1, params: {}, at: [0, 0], label: undefined }
    expect(writeDocument(document)).not.toContain('label')
  })

  it('breaks lists that are long or hold objects', () => {
    const document = createDocument('Long')
    const long = Array.from({ length: 40 }, (_, index) => 1000 + index)
    document.nodes['b'] = { type: 'add', version: 1, params: { long, objects: [{ a: 1 }] }, at: [0, 0] }
    const text = writeDocument(document)
    expect(text).toContain('"long": [\n          1000,\n          1001,')
    expect(text).toContain('"objects": [\n          {\n            "a": 1\n          }\n        ]')
    expect(JSON.parse(text)).toEqual(document)
  })
})
