import { describe, expect, it } from 'vitest'
import { createDocument } from '../../../engine/graph/create'
import { largestText, readDocument } from '../../../engine/graph/read'
import { deepest } from '../../../engine/graph/scan'
import { writeDocument } from '../../../engine/graph/text'
import { xor } from '../../support/graph'

const good = writeDocument(xor())

type Json = Record<string, unknown>

/** The saved XOR with the value at a path replaced, or taken away (undefined), as text. */
function changed(path: string, value?: unknown): string {
  const file = JSON.parse(good) as Json
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let parent = file
  for (const key of keys) parent = parent[key] as Json
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return JSON.stringify(file)
}

const someBlock = {
  name: '',
  nodes: {},
  wires: {},
  frames: {},
  inputs: { x: ['gone', 'x'] },
  outputs: {},
  promoted: {},
}

function instance(repeat: number): Json {
  return { type: 'block', version: 1, at: [0, 0], params: { block: 'gone', repeat, tie: false, set: {} } }
}

function refusal(text: string): string {
  const result = readDocument(text)
  return result.ok ? 'it was read' : result.message
}

describe('readDocument', () => {
  it('reads what was written', () => {
    expect(readDocument(good)).toEqual({ ok: true, document: xor() })
    expect(readDocument(writeDocument(createDocument('Empty')))).toEqual({
      ok: true,
      document: createDocument('Empty'),
    })
  })

  it('reads a file that begins with a byte order mark', () => {
    expect(readDocument(`\uFEFF${good}`).ok).toBe(true)
  })

  const cases: readonly (readonly [string, string, string])[] = [
    ['text that is no JSON', 'hello', 'This is not a Wiregrad graph: the text is not complete, valid JSON.'],
    ['a file cut short', good.slice(0, 500), 'valid JSON'],
    ['nothing', '', 'valid JSON'],
    ['a list', '[]', 'This is not a Wiregrad graph: an object was wanted, but [] came.'],
    ['null', 'null', 'This is not a Wiregrad graph: an object was wanted, but null came.'],
    ['other JSON', '{"a": 1}', '`format` must be "wiregrad", but is nothing'],
    [
      'a future version',
      changed('version', 7),
      'This graph was saved by a newer Wiregrad: its format is version 7, and this Wiregrad reads versions up to 1. Open it with a newer Wiregrad.',
    ],
    ['no version', changed('version'), '`version` must be a whole number from 1 to 1, but is nothing.'],
    ['version 0', changed('version', 0), '`version` must be a whole number from 1 to 1, but is 0.'],
    ['a missing part', changed('wires'), '`wires` is missing: an object was wanted.'],
    [
      'a wrong setting',
      changed('training.batchSize', 'many'),
      '`training.batchSize` must be a number, but is "many".',
    ],
    [
      'an impossible number',
      changed('training.batchSize', 0),
      '`training.batchSize` must be a number of at least 1, but is 0.',
    ],
    [
      'a number beyond all whole numbers',
      changed('training.seed', 2 ** 53),
      '`training.seed` must be a number of at most 4294967295, but is 9007199254740992.',
    ],
    [
      'an unknown optimiser',
      changed('training.steps.0.optimiser', { kind: 'magic' }),
      '`training.steps[0].optimiser.kind` must be one of sgd, momentum, rmsprop, adam, adamw, but is "magic".',
    ],
    [
      'an unknown precision',
      changed('training.precision', 'half'),
      '`training.precision` must be "mixed", but is "half".',
    ],
    ['an unknown entry', changed('viewport', 1), 'There is no entry "viewport" in the file; remove it.'],
    ['a bad id', changed('nodes.1', instance(1)), '`nodes.1` is not a name that can be used here'],
    [
      'a number that is too large',
      good.replace('"at": [0, 0]', '"at": [1e999, 0]'),
      '`nodes.data.at[0]` must be a number',
    ],
    [
      'a wire from nowhere',
      changed('wires.w2.from', ['gone', 'y']),
      'The wire `wires.w2` comes from "gone", but there is no such node.',
    ],
    [
      'a wire to nowhere',
      changed('wires.w2.to', ['gone', 'x']),
      'The wire `wires.w2` leads to "gone", but there is no such node.',
    ],
    [
      'an instance of no block',
      changed('nodes.hidden', instance(1)),
      'The node `nodes.hidden` is an instance of the block "gone", but there is no such block.',
    ],
    [
      'an instance with wrong settings',
      changed('nodes.hidden', instance(0)),
      '`nodes.hidden.params.repeat` must be a number of at least 1, but is 0.',
    ],
    [
      'a block whose port stands for nothing',
      changed('blocks.b', someBlock),
      'The port "x" of the block `blocks.b` stands for a port of "gone", but there is no such node inside.',
    ],
    [
      'a key that stands twice',
      good.replace('"name": "Test"', '"name": "Test", "name": "Other"'),
      'At the top, the key "name" stands twice; one of them must go.',
    ],
    [
      'a key that stands twice, written differently',
      good.replace('"name": "Test"', '"name": "Test", "n\\u0061me": "Other"'),
      'the key "name" stands twice',
    ],
    [
      'a node that stands twice',
      good.replace('"nodes": {', '"nodes": { "data": {},'),
      'At nodes, the key "data" stands twice; one of them must go.',
    ],
    [
      'a key that reaches for a prototype',
      good.replace('"units": 4', '"units": 4, "__proto__": {"polluted": true}'),
      'At nodes.hidden.params, the key "__proto__" cannot be a name; rename it.',
    ],
    [
      'a hostile id',
      good.replace('"hidden": {', '"constructor": {'),
      'At nodes, the key "constructor" cannot be a name',
    ],
    [
      'values nested without end',
      good.replace('"units": 4', `"units": ${'['.repeat(50_000)}`),
      `more than ${deepest} levels deep`,
    ],
  ]

  it.each(cases)('refuses %s in a sentence', (_, text, sentence) => {
    expect(text).not.toBe(good)
    expect(refusal(text)).toContain(sentence)
  })

  it('refuses text that is too long before it parses any', () => {
    expect(refusal(' '.repeat(largestText + 1))).toContain('characters are read')
  })

  it('opens a graph whose problems analyse can list', () => {
    for (const text of [
      changed('nodes.hidden.type', 'something-of-the-future'),
      changed('nodes.hidden.params', {}),
      changed('nodes.hidden.weightsOf', 'gone'),
      changed('training.steps.0.losses', ['gone']),
      changed('wires.w2.to', ['hidden', 'no_such_port']),
    ]) {
      expect(refusal(text)).toBe('it was read')
    }
  })

  it('leaves the prototype of every object alone', () => {
    readDocument(good.replace('"units": 4', '"__proto__": {"polluted": true}'))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
