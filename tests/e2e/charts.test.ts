/** No series of numbers makes the loss chart throw, or walk along its axis without end. */
import { expect, test } from '@playwright/test'
import type { ChartsPage } from './engine/charts-entry'
import { openBundle } from './engine/open'

const repeat = (value: number, times = 20) => Array.from({ length: times }, () => value)

const curves: Readonly<Record<string, readonly number[]>> = {
  // The smoothed line of a constant differs from it by rounding: 16 where the next number is 16 away.
  'a large constant': repeat(Math.fround(1.2345e17)),
  'a constant': repeat(Math.fround(0.6931472)),
  zero: repeat(0),
  'two neighbours': [1e20, 1e20 + 16_384],
  'the ends of what a float holds': [3e38, 1e-45, 1e38],
  'the ends of what a number holds': [1e308, -1e308, 5e-324],
  small: [3e-23, 1e-23, 2e-24],
  'below zero': [-1e18, -1e18, -1e18 - 128],
  'what is not finite': [Number.NaN, 3, Number.POSITIVE_INFINITY, Number.NaN],
  'nothing finite': repeat(Number.NaN),
  one: [5],
  none: [],
}

test('any curve can be drawn, on a plain axis and on a log axis', async ({ page }) => {
  const thrown: string[] = []
  page.on('pageerror', (error) => thrown.push(error.message))
  await openBundle(page, 'tests/e2e/engine/charts-entry.ts')
  const drawn = await page.evaluate(async (given) => {
    const { charts } = globalThis as unknown as { readonly charts: ChartsPage }
    const labels: Record<string, number> = {}
    for (const [name, values] of Object.entries(given))
      for (const log of [false, true]) labels[`${name}${log ? ', log' : ''}`] = await charts.draw(values, log)
    return labels
  }, curves)
  expect(thrown).toEqual([])
  for (const [name, count] of Object.entries(drawn)) expect(count, name).toBeLessThan(100)
  expect(drawn['a large constant']).toBeGreaterThan(1)
  expect(drawn['a constant']).toBeGreaterThan(0)
})
