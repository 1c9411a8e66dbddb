/** Probes for whoever looks on: as many as can be followed, and as many as cost little. */
import { expect, it } from 'vitest'
import { createOnlookers, mostProbeShare } from '../../../engine/probe/schedule'

/** Trains for `seconds` on a made-up clock; how many steps were shown, and the share of time that probes took. */
function train(stepTakes: number, probeTakes: number, seconds: number) {
  const onlookers = createOnlookers()
  const spent = { steps: 0, probes: 0 }
  let [time, shown] = [0, 0]
  for (let step = 1; time < 1000 * seconds; step++) {
    const wanted = onlookers.wants(time, spent)
    // The schedule's own, which is what tells how long a probe takes.
    const probed = wanted || step === 1
    time += stepTakes + (probed ? probeTakes : 0)
    spent.steps += stepTakes + (probed ? probeTakes : 0)
    if (!probed) continue
    spent.probes += probeTakes
    if (wanted) shown++
    onlookers.seen(time, spent)
  }
  return { shown, share: spent.probes / spent.steps }
}

it('shows ten a second where they cost next to nothing', () => {
  const { shown } = train(2, 0.01, 10)
  expect(shown).toBeGreaterThan(95)
  expect(shown).toBeLessThanOrEqual(100)
})

it.each([
  ['slow steps', 500, 60],
  ['quick steps', 3, 5],
  ['a probe that takes as long as the step', 20, 20],
])('stays within its share with %s', (_, stepTakes, probeTakes) => {
  const { shown, share } = train(stepTakes, probeTakes, 600)
  expect(share).toBeLessThanOrEqual(mostProbeShare + 1e-9)
  expect(share).toBeGreaterThan(0.02)
  expect(shown).toBeGreaterThan(10)
})

it('shows none before it is known what one costs', () => {
  expect(createOnlookers().wants(1000, { steps: 1000, probes: 0 })).toBe(false)
})
