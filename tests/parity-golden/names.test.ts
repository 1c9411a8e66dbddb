/**
 * The exporter's PyTorch names and layouts against a state dict that PyTorch itself has taken strictly, put together
 * independently (tests/parity/torch_nodes.py); and what PyTorch was asked against what the catalogue says today.
 */
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { fromTorch, toTorch } from '../../engine/export/torch-names'
import { floatsOf } from '../../engine/export/safetensors'
import { jobOf, planOf } from '../parity/case'
import { disagreement } from '../parity/closeness'
import { readGolden } from '../parity/golden-files'
import { allCases } from '../parity/jobs'
import { weightSet } from '../parity/ours'

const committed = [...allCases()].flatMap(([file, cases]) => {
  const entries = new Map(readGolden(file)?.entries.map((entry) => [entry.job.name, entry]))
  return cases.map((one) => ({ file, name: one.name, one, entry: entries.get(one.name) }))
})

describe.each(committed)('$file/$name', ({ one, entry }) => {
  test('asks PyTorch what was asked when the numbers were made', () => {
    expect(entry, 'npm run parity -- --write').toBeDefined()
    expect(JSON.parse(JSON.stringify(jobOf(one)))).toEqual(entry?.job)
  })

  // Where PyTorch's own module stands in for a helper, its names are not those of the export.
  test.skipIf(one.stock !== undefined)('exports the state dict that PyTorch took, and reads it back', () => {
    const weights = weightSet(entry?.job.weights ?? {})
    const exported = toTorch(planOf(one), weights)
    if ('refused' in exported) throw new Error(exported.refused)
    const state = entry?.answer.state ?? {}
    expect([...exported.tensors.keys()].sort()).toEqual(Object.keys(state).sort())
    const sentences = [...exported.tensors].map(([name, tensor]) => {
      const values = tensor.dtype === 'I64' ? [0] : floatsOf(tensor)
      return disagreement(name, { shape: tensor.shape, values }, state[name] as never, 1e-6)
    })
    expect(sentences.filter((sentence) => sentence !== null)).toEqual([])
    expect(fromTorch(planOf(one), exported.tensors)).toEqual(weights)
  })
})

test('every type that computes the same twice is compared', () => {
  const compared = new Set(
    [...allCases().values()]
      .flat()
      .flatMap(({ document }) => Object.values(document.nodes))
      .map(({ type }) => type),
  )
  const left = [...catalogue.keys()].filter((type) => !compared.has(type))
  // Random numbers; and a cut, which has no gradient to compare.
  expect(left.sort()).toEqual(['locked', 'noise', 'stop-gradient'])
})
