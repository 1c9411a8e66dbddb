/** State dicts as they come: under other prefixes, with more or less in them, in half precision. */
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import type { Weights } from '../../../engine/export/run-weights'
import {
  floatsOf,
  readSafetensors,
  storedFloats,
  writeSafetensors,
  type StoredTensor,
} from '../../../engine/export/safetensors'
import { toTorch } from '../../../engine/export/torch-names'
import type { Document } from '../../../engine/graph/document'
import { matchSafetensors } from '../../../engine/import/safetensors'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal } from '../../../nodes/kit/spec'
import { sketch } from '../../support/graph'

const rows = { type: 'input', params: { shape: [3, 4] } }
const net = sketch({
  nodes: {
    rows,
    memory: { type: 'lstm', params: { units: 2 } },
    hidden: { type: 'dense', params: { units: 5 } },
    norm: { type: 'batch-norm' },
    scores: { type: 'dense', params: { units: 3 } },
  },
  wires: ['rows.y -> memory.x', 'memory.y -> hidden.x', 'hidden.y -> norm.x', 'norm.y -> scores.x'],
})

/** The plan, weights that differ everywhere, and the file that PyTorch would have of them. */
function made(document: Document) {
  const { plan } = analyse(document, catalogue)
  let next = 1
  const weights: Weights = Object.fromEntries(
    plan.steps.flatMap((step) =>
      Object.entries(step.weights).map(([name, { shape }]) => {
        const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next++)
        return [`${step.path}:${name}`, { shape, values }]
      }),
    ),
  )
  const torch = toTorch(plan, weights)
  if (isRefusal(torch)) throw new Error(torch.refused)
  return { plan, weights, tensors: torch.tensors }
}

/** Through the bytes of a file, as everything comes. */
function file(tensors: Iterable<readonly [string, StoredTensor]>) {
  const read = readSafetensors(writeSafetensors(new Map(tensors), {}))
  if (isRefusal(read)) throw new Error(read.refused)
  return read
}

/** Renamed tensors; null leaves one out. */
function renamed(tensors: ReadonlyMap<string, StoredTensor>, rename: (name: string) => string | null) {
  return file(
    [...tensors].flatMap(([name, tensor]) => {
      const other = rename(name)
      return other === null ? [] : [[other, tensor] as const]
    }),
  )
}

const { plan, weights, tensors } = made(net)
const names = [...tensors.keys()].filter((name) => !name.endsWith('num_batches_tracked'))

describe('names', () => {
  it('takes a file of the very same model whole', () => {
    expect(matchSafetensors(plan, file(tensors))).toEqual({
      weights,
      wanted: names
        .filter((name) => name !== 'memory.bias_hh_l0')
        .map((name) => ({ name, shape: tensors.get(name)?.shape })),
      matched: names.map((name) => ({ ours: name, theirs: name, by: 'name' })),
      open: { ours: [], theirs: [] },
      proposals: [],
      problems: [],
    })
  })

  it.each(['module.', 'model.', '_orig_mod.module.', 'backbone.'])('sees through the prefix %s', (prefix) => {
    const match = matchSafetensors(
      plan,
      renamed(tensors, (name) => `${prefix}${name}`),
    )
    expect(match.weights).toEqual(weights)
    expect(match.matched.every(({ by }) => by === 'similar name')).toBe(true)
    expect(match.open).toEqual({ ours: [], theirs: [] })
  })

  it('knows older words and other ways of joining them', () => {
    const other = (name: string) =>
      name
        .replace('norm.weight', 'norm.gamma')
        .replace('norm.bias', 'norm.beta')
        .replace('hidden.', 'Hidden_')
    const match = matchSafetensors(plan, renamed(tensors, other))
    expect(match.weights).toEqual(weights)
    expect(match.matched).toContainEqual({ ours: 'norm.weight', theirs: 'norm.gamma', by: 'similar name' })
  })
})

describe('what is missing, too much or of another shape', () => {
  it('leaves it open, with its shape, and takes the rest', () => {
    const more = new Map([...tensors, ['head.weight', storedFloats([7, 7], new Float32Array(49))] as const])
    const match = matchSafetensors(
      plan,
      renamed(more, (name) => (name === 'scores.bias' ? null : name)),
    )
    expect(match.open).toEqual({
      ours: [{ name: 'scores.bias', shape: [3] }],
      theirs: [{ name: 'head.weight', shape: [7, 7] }],
    })
    expect(Object.keys(match.weights).sort()).toEqual(
      Object.keys(weights)
        .filter((name) => name !== 'scores:bias')
        .sort(),
    )
    expect(match.proposals).toEqual([])
  })

  it('says which shapes do not fit, and where one lies the other way round', () => {
    const turned = new Map([
      ...tensors,
      ['hidden.weight', storedFloats([2, 5], new Float32Array(10))] as const,
      ['scores.bias', storedFloats([4], new Float32Array(4))] as const,
    ])
    const { problems, open, weights: found } = matchSafetensors(plan, file(turned))
    expect(problems).toEqual([
      'The tensor hidden.weight has shape [2, 5], but hidden.weight of the graph wants [5, 2]: it lies the other way round.',
      'The tensor scores.bias has shape [4], but scores.bias of the graph wants [3].',
    ])
    expect(open.ours.map(({ name }) => name)).toEqual(['hidden.weight', 'scores.bias'])
    expect(found).not.toHaveProperty('hidden:kernel')
  })

  it('takes a shape that stands alone, and only proposes what several could be', () => {
    const stack = sketch({
      nodes: {
        rows: { type: 'input', params: { shape: [4] } },
        a: { type: 'dense', params: { units: 4 } },
        b: { type: 'dense', params: { units: 4 } },
        c: { type: 'dense', params: { units: 2 } },
      },
      wires: ['rows.y -> a.x', 'a.y -> b.x', 'b.y -> c.x'],
    })
    const stacked = made(stack)
    const sequential: Readonly<Record<string, string>> = { a: 'layers.0', b: 'layers.2', c: 'layers.4' }
    const theirs = renamed(stacked.tensors, (name) =>
      name.replace(/^\w+/, (module) => sequential[module] ?? ''),
    )
    const match = matchSafetensors(stacked.plan, theirs)
    expect(match.matched).toEqual([
      { ours: 'c.weight', theirs: 'layers.4.weight', by: 'shape' },
      { ours: 'c.bias', theirs: 'layers.4.bias', by: 'shape' },
    ])
    expect(match.proposals).toEqual([
      { ours: 'a.weight', theirs: 'layers.0.weight' },
      { ours: 'a.bias', theirs: 'layers.0.bias' },
      { ours: 'b.weight', theirs: 'layers.2.weight' },
      { ours: 'b.bias', theirs: 'layers.2.bias' },
    ])
    const mapping = Object.fromEntries(match.proposals.map((pair) => [pair.ours, pair.theirs]))
    expect(matchSafetensors(stacked.plan, theirs, mapping).weights).toEqual(stacked.weights)
  })
})

describe('a mapping', () => {
  it('goes before names', () => {
    const swapped = new Map(tensors)
    const other = storedFloats([3], Float32Array.of(7, 8, 9))
    swapped.set('other.bias', other)
    const match = matchSafetensors(plan, file(swapped), { 'scores.bias': 'other.bias' })
    expect([...(match.weights['scores:bias']?.values ?? [])]).toEqual([7, 8, 9])
    expect(match.open.theirs).toEqual([{ name: 'scores.bias', shape: [3] }])
  })

  it('leaves alone what shall keep its values', () => {
    const { matched, weights: found, open } = matchSafetensors(plan, file(tensors), { 'hidden.bias': null })
    expect(matched.map(({ ours }) => ours)).not.toContain('hidden.bias')
    expect(Object.keys(found)).not.toContain('hidden:bias')
    expect(open.ours.map(({ name }) => name)).toEqual(['hidden.bias'])
  })

  it('is told where it is wrong, line by line', () => {
    const { problems } = matchSafetensors(plan, file(tensors), {
      'nothing.weight': 'hidden.weight',
      'hidden.bias': 'nothing',
      'scores.weight': 'hidden.weight',
    })
    expect(problems).toEqual([
      'The mapping names nothing.weight, but the graph has no tensor of that name.',
      'The mapping gives hidden.bias the tensor nothing, but the file has none of that name.',
      'The tensor hidden.weight has shape [5, 2], but scores.weight of the graph wants [3, 5].',
    ])
  })
})

it('adds PyTorch’s second LSTM bias to the first', () => {
  const trained = new Map(tensors)
  trained.set('memory.bias_hh_l0', storedFloats([8], new Float32Array(8).fill(0.5)))
  const { weights: found, problems } = matchSafetensors(plan, file(trained))
  const first = floatsOf(tensors.get('memory.bias_ih_l0') as StoredTensor)
  expect(problems).toEqual([])
  expect([...(found['memory:bias']?.values ?? [])]).toEqual([...first].map((value) => value + 0.5))
})

it.each([
  ['F16', 2, (view: DataView, at: number) => view.setUint16(at, 0x3e00, true)],
  ['BF16', 2, (view: DataView, at: number) => view.setUint16(at, 0x3fc0, true)],
  ['F64', 8, (view: DataView, at: number) => view.setFloat64(at, 1.5, true)],
] as const)('reads %s', (dtype, width, put) => {
  const bytes = new Uint8Array(3 * width)
  for (let at = 0; at < 3; at++) put(new DataView(bytes.buffer), at * width)
  const half = new Map(tensors)
  half.set('scores.bias', { dtype, shape: [3], bytes })
  expect([...(matchSafetensors(plan, file(half)).weights['scores:bias']?.values ?? [])]).toEqual([
    1.5, 1.5, 1.5,
  ])
})
