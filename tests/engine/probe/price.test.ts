/** What a probe costs, found out on a made-up device that does what it is given later. */
import { expect, it } from 'vitest'
import { createPrice } from '../../../engine/probe/price'
import { isProbed, leastBetween, mostProbeShare } from '../../../engine/probe/schedule'

interface Device {
  /** Milliseconds of the device: a step, a probe besides, waiting for it. */
  readonly step: number
  readonly probe: number
  readonly wait: number
  /** Other milliseconds after every so many steps, as of a validation. */
  readonly epoch?: { readonly steps: number; readonly takes: number }
  readonly steps?: number
  readonly everyStep?: boolean
}

function train({ step, probe, wait, epoch, steps = 2000, everyStep = false }: Device) {
  const price = createPrice()
  let [time, done, probes, waits] = [0, 0, 0, 0]
  const idle = () => {
    time = Math.max(time, done) + wait
    done = time
  }
  for (let at = 1; at <= steps; at++) {
    const probed = everyStep || isProbed(at, steps, price.between) || price.asks()
    if (probed) probes++
    // Handing over takes next to nothing.
    time += 0.01
    done = Math.max(time, done) + step + (probed ? probe : 0)
    if (price.given(probed, time)) {
      idle()
      waits++
      price.idle(time)
    }
    if (epoch !== undefined && at % epoch.steps === 0) {
      idle()
      time += epoch.takes
      done = time
      price.apart(epoch.takes)
    }
  }
  return { price, probes, waits, share: (probes * probe) / (steps * step + probes * probe) }
}

it.each([
  ['a small net', { step: 0.5, probe: 0.4, wait: 2 }],
  ['probes that cost more than their steps', { step: 1, probe: 4, wait: 3 }],
  ['slow steps', { step: 900, probe: 500, wait: 10 }],
  ['short epochs with a validation', { step: 2, probe: 3, wait: 1, epoch: { steps: 7, takes: 300 } }],
])('keeps to its share with %s', (_, device) => {
  const { price, probes, share, waits } = train({ ...device, steps: 20_000 })
  const wanted = Math.max(leastBetween.device, device.probe / device.step / mostProbeShare)
  expect(Math.abs(price.between / wanted - 1)).toBeLessThan(0.1)
  expect(share).toBeLessThan(mostProbeShare * 1.1)
  expect(probes).toBeGreaterThan(90)
  expect(Math.abs(price.share! / share - 1)).toBeLessThan(0.1)
  expect(waits).toBeLessThan(12)
})

it('probes no less than before where a probe costs nothing', () => {
  const { price } = train({ step: 1, probe: 0, wait: 1 })
  expect(price.between).toBe(leastBetween.device)
  expect(price.share).toBeCloseTo(0, 9)
})

it('knows nothing, and waits for nothing, as long as every step has a probe', () => {
  const { price, waits } = train({ step: 1, probe: 1, wait: 1, everyStep: true })
  expect(price.share).toBe(null)
  expect(waits).toBe(0)
})

it.each([
  ['steps that are lost in the noise of waiting', { step: 1e-6, probe: 0.1, wait: 5 }],
  ['a device that answers at once, by a clock that stands still', { step: 0, probe: 0, wait: 0 }],
])('goes on probing with %s', (_, device) => {
  const { price } = train({ ...device, steps: 4000 })
  expect(price.between).toBeGreaterThanOrEqual(leastBetween.device)
  expect(price.between).toBeLessThanOrEqual(1000)
  expect(price.share ?? 0).not.toBeNaN()
})

it('leaves short runs alone', () => {
  expect(train({ step: 1, probe: 1, wait: 1, steps: 26 }).waits).toBe(0)
})
