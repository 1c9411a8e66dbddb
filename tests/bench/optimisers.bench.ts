/** What the update rules cost in a whole training step, against plain gradient descent. */
import { beforeAll, expect, test } from 'vitest'
import { tf } from '../../engine/backend/tfjs'
import { repairWasm } from '../../engine/backend/wasm-repairs'
import type { Optimiser } from '../../engine/graph/document'
import { compareTimes, report } from './clock'
import { createStand, loadExample, startBackend } from './stand'

const optimisers: readonly Optimiser[] = [
  { kind: 'sgd', learningRate: 0.001 },
  { kind: 'momentum', learningRate: 0.001, momentum: 0.9, nesterov: true },
  { kind: 'rmsprop', learningRate: 0.001, rho: 0.9, epsilon: 1e-7 },
  { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  { kind: 'adamw', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.01 },
]

beforeAll(async () => {
  await startBackend('wasm')
  repairWasm(tf)
})

test.each(['digits-mlp', 'tiny-transformer'])('optimisers of %s', async (name) => {
  const example = await loadExample(name)
  const stands = optimisers.map((optimiser) => createStand(example, optimiser))
  const variants = stands.map((stand, index) => ({
    name: optimisers[index]?.kind ?? '',
    work: async (times: number) => {
      expect(await stand.train(times)).toBeGreaterThanOrEqual(0)
    },
  }))
  const timings = await compareTimes(variants)
  report(`A training step of ${name} on wasm, by optimiser`, timings)
  for (const stand of stands) stand.dispose()
  for (const { name: kind, ratio } of timings) expect(ratio, kind).toBeLessThan(4)
})
