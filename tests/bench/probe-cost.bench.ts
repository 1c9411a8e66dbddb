/**
 * What it costs to look, on WebAssembly: steps as a run does them, replayed, without probes and with one on each. That
 * tells more surely what a probe costs than one on every tenth step: the schedule costs a tenth of it, or less in long
 * runs.
 */
import { expect, test } from 'vitest'
import { noHardware } from '../../engine/backend/adapters'
import { createBackends } from '../../engine/backend/start'
import { tf } from '../../engine/backend/tfjs'
import { leastBetween, mostProbeShare } from '../../engine/probe/schedule'
import { compareTimes, report } from './clock'
import { loadExample, startBackend } from './stand'
import { createStepping } from './stepping'

const examples = ['digits-mlp', 'digits-cnn', 'sequence-lstm', 'tiny-transformer', 'deep-sigmoid'] as const

test.each(examples)('probes of %s', async (name) => {
  await startBackend('wasm')
  await createBackends(tf, noHardware).start('wasm')
  const stepping = createStepping(await loadExample(name), true)
  // Both kinds are recorded, and a whole epoch with its last batch, before the clock runs.
  await stepping.train(200, 2)
  const timings = await compareTimes(
    [
      { name: 'no probe', work: (times) => stepping.train(times * 10, 0) },
      { name: 'every 10th step', work: (times) => stepping.train(times * 10, 10) },
      { name: 'every step', work: (times) => stepping.train(times * 10, 1) },
    ],
    { block: 200 },
  )
  stepping.dispose()
  const each = timings.map((timing) => ({ ...timing, milliseconds: timing.milliseconds / 10 }))
  const share = ((timings[2]?.ratio ?? NaN) - 1) / leastBetween.own
  report(`A training step of ${name} on wasm, with probes`, each, [
    `the schedule costs ${(share * 100).toFixed(1)} % of a step`,
  ])
  expect(share).toBeLessThan(mostProbeShare)
})
