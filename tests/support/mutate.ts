/**
 * Damages saved documents in the ways that real files get damaged, and in the ways that hostile ones are made. The
 * same seed always does the same damage.
 */
import { testRandom, type TestRandom } from './random'

type Json = Record<string, unknown>

const hostile = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '0',
  '-1',
  '',
  'a/b',
  '../x',
  '\u0000',
]

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1,
  2.5,
  1e308,
  9007199254740992,
  '',
  'x',
  'dense',
  [],
  {},
  [[]],
  ['gone', 'x'],
  { kind: 'adam' },
  { kind: 'values', values: [[1, 2], [3]] },
  'a'.repeat(5000),
]

/** Every object and list inside, with the key that it stands under. */
function containers(root: unknown): { readonly parent: Json; readonly key: string }[] {
  const found: { parent: Json; key: string }[] = []
  const open: unknown[] = [root]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    for (const key of Object.keys(value)) {
      found.push({ parent: value as Json, key })
      const inner = (value as Json)[key]
      if (typeof inner === 'object' && inner !== null) open.push(inner)
    }
  }
  return found
}

function idsOf(file: Json): string[] {
  const blocks = Object.values((file['blocks'] ?? {}) as Record<string, Json>)
  return [file, ...blocks].flatMap((graph) => Object.keys((graph['nodes'] ?? {}) as Json))
}

type Mutation = (text: string, random: TestRandom) => string

function onJson(change: (file: Json, random: TestRandom) => void): Mutation {
  return (text, random) => {
    const file = JSON.parse(text) as Json
    for (let times = 1 + random.int(3); times > 0; times -= 1) change(file, random)
    return JSON.stringify(file)
  }
}

/** By name, so that a failing case says what was done. */
export const mutations: Readonly<Record<string, Mutation>> = {
  cut: (text, random) => text.slice(0, random.int(text.length)),
  hole: (text, random) => {
    const at = random.int(text.length)
    return text.slice(0, at) + text.slice(at + 1 + random.int(40))
  },
  flip: (text, random) => {
    const bytes = Buffer.from(text, 'utf8')
    for (let times = 1 + random.int(4); times > 0; times -= 1) {
      const at = random.int(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8))
    }
    return bytes.toString('utf8')
  },
  repeat: (text, random) => {
    const at = random.int(text.length)
    const piece = text.slice(at, at + random.int(200))
    return text.slice(0, at) + piece + text.slice(at)
  },
  'swap ids': (text, random) => {
    const ids = idsOf(JSON.parse(text) as Json)
    const a = `"${random.pick(ids)}"`
    const b = `"${random.pick(ids)}"`
    const parts = text.split(a)
    const at = random.int(parts.length)
    return parts.map((part, index) => (index === 0 ? part : (index === at ? b : a) + part)).join('')
  },
  'future version': onJson((file, random) => {
    file['version'] = random.pick([0, 2, 3, 99, 1.5, '1', null, -1, 1e21])
  }),
  'future node': onJson((file, random) => {
    const node = random.pick(Object.values(file['nodes'] as Record<string, Json>))
    if (random.chance(0.5)) node['version'] = random.pick([0, 2, 1000])
    else node['type'] = random.pick(['hologram', 'block', 'stop-gradient', 'dense', 'Dense', 'constructor'])
  }),
  'hostile key': onJson((file, random) => {
    const place = random.pick(containers(file))
    const value = place.parent[place.key]
    const key = random.pick(hostile)
    // A plain assignment to `__proto__` would not make a key.
    Object.defineProperty(place.parent, key, { value, enumerable: true, configurable: true, writable: true })
    if (random.chance(0.5) && key !== place.key && !Array.isArray(place.parent))
      delete place.parent[place.key]
  }),
  'odd value': onJson((file, random) => {
    const place = random.pick(containers(file))
    place.parent[place.key] = structuredClone(random.pick(oddValues))
  }),
  'lost entry': onJson((file, random) => {
    const place = random.pick(containers(file))
    if (Array.isArray(place.parent)) place.parent.splice(Number(place.key), 1)
    else delete place.parent[place.key]
  }),
  'moved value': onJson((file, random) => {
    const places = containers(file)
    const from = random.pick(places)
    const to = random.pick(places)
    to.parent[to.key] = structuredClone(from.parent[from.key])
  }),
  'other wires': onJson((file, random) => {
    const wires = Object.values(file['wires'] as Record<string, Json>)
    const wire = random.pick(wires)
    const other = random.pick(wires)
    const side = random.pick(['from', 'to'])
    wire[side] = structuredClone(other[random.chance(0.8) ? side : 'from'])
  }),
  'other settings': onJson((file, random) => {
    const node = random.pick(Object.values(file['nodes'] as Record<string, Json>))
    const params = node['params'] as Json
    const key = Object.keys(params)[0]
    if (key === undefined) return
    params[random.pick(Object.keys(params))] = random.pick([
      0,
      1,
      3,
      7,
      1_000_000,
      true,
      'same',
      'valid',
      'relu',
      [3, 3],
      [1],
    ])
  }),
}

/** One damaged text, and what was done to it. */
export function mutate(text: string, seed: number): { readonly name: string; readonly text: string } {
  const random = testRandom(seed * 2654435761 + 1)
  const name = random.pick(Object.keys(mutations))
  const change = mutations[name]
  if (change === undefined) throw new Error(`There is no mutation ${name}.`)
  return { name, text: change(text, random) }
}
