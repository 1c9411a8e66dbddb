/** Every fault that the start page puts into an example leaves a graph that still trains, and changes it. */
import { produce } from 'immer'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../engine/analyse/analyse'
import { cureDraft } from '../../engine/diagnose/cure'
import type { CureEdit } from '../../engine/diagnose/finding'
import type { Document } from '../../engine/graph/document'
import { readDocument } from '../../engine/graph/read'
import { catalogue } from '../../nodes/catalogue'
import { breaks, repairs } from '../../renderer/start/breaks'
import { train } from '../engine/running'

function example(name: string): Document {
  const read = readDocument(readFileSync(`examples/${name}.wiregrad`, 'utf8'))
  if (!read.ok) throw new Error(read.message)
  return read.document
}

function edited(document: Document, edits: readonly CureEdit[]): Document {
  return produce(document, (draft) => cureDraft(draft, catalogue, { id: 'start', label: '', edits }))
}

const all = Object.entries({ ...breaks, ...repairs })

describe.each(all)('%s', (name, edits) => {
  it('is changed and can still be trained', () => {
    const sound = example(name)
    const other = edited(sound, edits)
    expect(other).not.toEqual(sound)
    const { ok, problems } = analyse(other, catalogue)
    expect([ok, problems.filter(({ severity }) => severity === 'error')]).toEqual([true, []])
  })
})

/** Mean loss over the last tenth of the steps. */
async function lastLoss(document: Document, steps: number): Promise<number> {
  const { losses } = await train(
    { ...document, training: { ...document.training, length: { steps } } },
    { backend: 'wasm' },
  )
  const last = losses.slice(-Math.ceil(losses.length / 10))
  return last.reduce((sum, loss) => sum + loss, 0) / last.length
}

it.each([
  ['xor', 150],
  ['iris', 120],
  ['digits-mlp', 60],
  ['digits-cnn', 60],
] as const)('%s learns as it is, and not when it is broken', async (name, steps) => {
  const sound = await lastLoss(example(name), steps)
  const broken = await lastLoss(edited(example(name), breaks[name]), steps)
  // NaN and infinity are no more learnt.
  expect(broken > 2.5 * sound || !Number.isFinite(broken)).toBe(true)
})

it('deep-sigmoid learns when it is repaired, and not as it comes', async () => {
  const [as, mended] = [
    await lastLoss(example('deep-sigmoid'), 60),
    await lastLoss(edited(example('deep-sigmoid'), repairs['deep-sigmoid']), 60),
  ]
  expect(mended).toBeLessThan(0.6 * as)
})
