/** What it costs to look: the same training step without probes, with one on every tenth step, and with one on each. */
import { beforeAll, expect, test } from 'vitest'
import { tf } from '../../engine/backend/tfjs'
import { repairWasm } from '../../engine/backend/wasm-repairs'
import { mostProbeShare } from '../../engine/probe/schedule'
import { compareTimes, report } from './clock'
import { createStand, loadExample, startBackend } from './stand'

beforeAll(async () => {
  await startBackend('wasm')
  repairWasm(tf)
})

/**
 * A probe on each step tells more surely what one costs than a probe on every tenth: the schedule costs a tenth of it,
 * or less in long runs.
 */
test.each([{ name: 'digits-mlp' }, { name: 'tiny-transformer' }])('probes of $name', async ({ name }) => {
  const stand = createStand(await loadExample(name))
  // Ten steps at a time, so that every block has its share of probed ones.
  const variants = [
    { name: 'no probe', every: 0 },
    { name: 'every 10th step', every: 10 },
    { name: 'every step', every: 1 },
  ].map(({ name: label, every }) => ({
    name: label,
    work: async (times: number) => {
      expect(await stand.train(times * 10, every)).toBeGreaterThanOrEqual(0)
    },
  }))
  const tenSteps = await compareTimes(variants, { block: 200 })
  const timings = tenSteps.map((timing) => ({ ...timing, milliseconds: timing.milliseconds / 10 }))
  report(`A training step of ${name} on wasm, with probes`, timings)
  stand.dispose()
  const share = ((timings[2]?.ratio ?? NaN) - 1) / 10
  console.log(`  the schedule costs ${(share * 100).toFixed(1)} % of a step`)
  expect(share).toBeLessThan(mostProbeShare)
})
