/**
 * Our engine against PyTorch's committed numbers (tests/parity/golden), on plain JavaScript and on repaired wasm:
 * every node type that computes, every optimiser, and four networks. No Python is needed here.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import type { tf as TensorFlow } from '../../engine/backend/tfjs'
import { planOf } from '../parity/case'
import { readGolden } from '../parity/golden-files'
import { allCases } from '../parity/jobs'
import { backends, startBackend } from './backends'
import { compareCurve, compareValues } from './compare'

const compared = [...allCases()].flatMap(([file, cases]) => {
  const entries = new Map(readGolden(file)?.entries.map((entry) => [entry.job.name, entry]))
  return cases.map((one) => ({ file, name: one.name, one, entry: entries.get(one.name) }))
})

describe.each(backends)('PyTorch and our engine on %s agree', (backend) => {
  let tf: typeof TensorFlow
  beforeAll(async () => {
    tf = await startBackend(backend)
  })

  test.each(compared.filter(({ file }) => file !== 'optimisers'))(
    '$file/$name: values',
    async ({ one, entry }) => {
      if (entry === undefined) throw new Error('PyTorch was never asked: npm run parity -- --write')
      const before = tf.memory().numTensors
      expect(await compareValues(tf, planOf(one), entry.job, entry.answer)).toEqual([])
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  test.each(compared.filter(({ one }) => one.descent !== null))(
    '$file/$name: training',
    async ({ one, entry }) => {
      if (entry === undefined) throw new Error('PyTorch was never asked: npm run parity -- --write')
      const before = tf.memory().numTensors
      expect(entry.answer.curve).toHaveLength(21)
      expect(await compareCurve(tf, planOf(one), entry.job, entry.answer)).toEqual([])
      expect(tf.memory().numTensors).toBe(before)
    },
  )
})
