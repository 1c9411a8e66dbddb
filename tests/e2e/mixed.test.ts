/**
 * Mixed precision on the browser's WebGPU: which numbers half precision makes of others, products and gradients beside
 * those in floats, whole runs beside PyTorch's, and steps that are left out.
 */
import { expect, test, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { engineOnWebgpu } from './engine/ask'
import type { Golden } from './engine/half'
import { openWindow, test as windowTest } from './support/app'

const golden = JSON.parse(
  readFileSync(new URL('../parity/golden/mixed.json', import.meta.url), 'utf8'),
) as Readonly<Record<'dense' | 'convolution', Golden>>

const begins = 'Mixed precision: layers multiply numbers in half precision; sums and weights are float32.'
const leftOut = (step: number, scale: string) =>
  `Step ${step} was left out: a gradient was too large for half precision. The loss is scaled by ${scale} from here on.`

/** For whoever wants to see it: PICTURES names a folder. */
async function picture(window: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES']
  if (folder === undefined) return
  await window.screenshot({ path: `${folder}/${name}.png` })
  await window.emulateMedia({ colorScheme: 'dark' })
  await window.setViewportSize({ width: 1024, height: 700 })
  await window.screenshot({ path: `${folder}/${name}-dark.png` })
  await window.emulateMedia({ colorScheme: 'light' })
  await window.setViewportSize({ width: 1440, height: 900 })
}

const call = engineOnWebgpu()

test('every number becomes the nearest that half precision has', async () => {
  expect(await call('wrongHalves')).toEqual({ tried: expect.any(Number) as unknown, wrong: [] })
})

test('products of halves and their gradients are those of floats that were rounded before', async () => {
  const found = await call('halfDifferences')
  expect(Object.keys(found)).toHaveLength(20)
  expect(Math.max(...Object.values(found)), JSON.stringify(found)).toBeLessThan(1e-6)
})

for (const name of ['dense', 'convolution'] as const) {
  test(`a ${name} net learns as in PyTorch, and leaves out the same steps`, async () => {
    const found = await call('mixedLikeTorch', name, golden[name])
    expect(found.scales).toEqual(golden[name].scales)
    expect(found.losses).toBeLessThan(1e-5)
    expect(found.weights).toBeLessThan(1e-4)
    expect(found.said).toEqual([begins, leftOut(1, '16,384'), leftOut(2, '8,192')])
  })
}

test('a step that is left out leaves every bit of the weights as it was, replayed or not', async () => {
  for (const capture of [true, false]) {
    expect(await call('movedBy', 2, golden.dense, capture)).toEqual([])
    expect(await call('movedBy', 3, golden.dense, capture)).toHaveLength(4)
  }
})

test('the loss scale doubles after two thousand good steps, is halved by a bad one, and keeps its bounds', async () => {
  const after = (scale: number, good: number, gradient: number) =>
    call('scaleAfter', [scale, good, 0, 0, 3], gradient)
  expect(await after(8192, 1998, 8192)).toEqual({ kept: [8192, 1999, 0, 0, 3], weight: 0 })
  expect(await after(8192, 1999, 4096)).toEqual({ kept: [16384, 0, 0, 0, 3], weight: 0.5 })
  expect(await after(2 ** 24, 1999, 0)).toEqual({ kept: [2 ** 24, 0, 0, 0, 3], weight: 1 })
  expect(await after(8192, 1999, 1e39)).toEqual({ kept: [4096, 0, 0, 0, 4], weight: 1 })
  expect(await after(1, 5, 1e39)).toEqual({ kept: [1, 0, 0, 0, 4], weight: 1 })
})

test('replayed steps in mixed precision are the very ones that are run', async () => {
  for (const name of ['mlp', 'cnn'] as const) {
    const { differences, leak, said } = await call('compareNet', name, {
      precision: 'mixed',
      length: { steps: 12 },
    })
    expect({ differences, leak, said: said.map((one) => one.slice(0, 5)) }, name).toEqual({
      differences: [],
      leak: 0,
      said: ['true '],
    })
  }
})

test('a net reaches the loss in mixed precision that it reaches in float32', async () => {
  const found = await call('mixedBeside', 'webgpu')
  expect(found.full).toBeLessThan(0.5 * found.first)
  expect(Math.abs(found.mixed - found.full)).toBeLessThan(0.05 * found.full)
  // Told as they are, and not as they were scaled.
  expect(found.gradients).toHaveLength(3)
  for (const ratio of found.gradients) expect(Math.abs(ratio - 1)).toBeLessThan(0.01)
  expect(found).toMatchObject({ same: false, said: [begins], silent: true })
})

test('another backend trains in float32, and says so', async () => {
  expect(await call('mixedBeside', 'cpu')).toMatchObject({
    same: true,
    said: ['Mixed precision was asked for, but only WebGPU has it here: this run is in float32.'],
    silent: true,
  })
})

windowTest(
  'the window asks for mixed precision, and says where a run has none',
  async ({ page: window, wiregrad }) => {
    await openWindow(window, wiregrad, 'open=examples/xor&backend=wasm')
    const precision = window.getByRole('combobox', { name: 'Precision' })
    await expect(precision).toHaveValue('float32')
    await precision.selectOption('mixed')
    await picture(window, 'precision')
    await window.getByRole('button', { name: 'Train', exact: true }).click()
    await expect(window.getByText('Mixed precision was asked for').first()).toBeVisible()
    await picture(window, 'precision-said')
    // One step of undo, after which nothing of it is in the document.
    await precision.selectOption('float32')
    await window.getByRole('button', { name: 'Undo' }).click()
    await expect(precision).toHaveValue('mixed')
  },
)
