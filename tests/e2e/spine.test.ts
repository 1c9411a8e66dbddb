/**
 * The whole way as a user goes it, in the built window: open an example, train it, pause, step, go on, edit, undo to the
 * very same bytes, save, open again, export. On the CPU path and on the (software) WebGPU adapter.
 */
import type { Download, Page } from '@playwright/test'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, openWindow, test, trainLong } from './support/app'
import { noWebgpu } from './support/webgpu'

/** The step that the strip along the lower edge shows; 0 before a run. */
async function stepShown(page: Page): Promise<number> {
  const text = await page.locator('.strip-step b').innerText()
  return Number(text.replace(/\D/g, '') || '0')
}

async function lossShown(page: Page): Promise<number> {
  const text = await page.locator('.strip').innerText()
  return Number(/loss\s+(\S+)/.exec(text)?.[1] ?? 'NaN')
}

async function stepsReached(page: Page, atLeast: number, timeout = 90_000): Promise<void> {
  await expect.poll(() => stepShown(page), { timeout }).toBeGreaterThanOrEqual(atLeast)
}

async function fromFileMenu(page: Page, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function downloaded(page: Page, item: string | RegExp): Promise<Download> {
  const waiting = page.waitForEvent('download')
  await fromFileMenu(page, item)
  return waiting
}

async function bytesOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}

const status = (page: Page) => page.locator('.strip-status')

test('a user opens digits-cnn, trains it on the CPU path, pauses, steps and goes on', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/digits-cnn&backend=wasm')
  await trainLong(page)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await stepsReached(page, 60)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(status(page)).toHaveText(/Paused/)
  // Guessing among ten digits costs ln 10.
  expect(await lossShown(page)).toBeLessThan(0.7 * Math.log(10))

  const paused = await stepShown(page)
  await page.waitForTimeout(500)
  expect(await stepShown(page)).toBe(paused)
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await expect.poll(() => stepShown(page)).toBe(paused + 1)

  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await stepsReached(page, paused + 5)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(status(page)).toHaveText(/Stopped/)
})

test('a user trains digits-cnn on the WebGPU adapter that the backend menu names', async ({
  page,
  wiregrad,
}) => {
  test.skip(noWebgpu() !== '', noWebgpu())
  test.setTimeout(240_000)
  await openWindow(page, wiregrad, 'open=examples/digits-cnn')
  await page.getByRole('button', { name: 'Where training runs' }).click()
  const webgpu = page
    .getByRole('menuitemradio', { name: /WebGPU/ })
    .or(page.getByRole('menuitem', { name: /WebGPU/ }))
  await expect(webgpu).toBeEnabled({ timeout: 30_000 })
  await webgpu.click()
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await stepsReached(page, 1, 120_000)
  const before = await lossShown(page)
  await stepsReached(page, 12, 200_000)
  await expect(page.getByRole('button', { name: 'Where training runs' })).toContainText(/WebGPU/)
  expect(await lossShown(page)).toBeLessThan(before)
})

test('an edit shows its shapes at once, says what is wrong, and undo leads back to the very same bytes', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/digits-mlp')
  await expect(page.locator('.card').first()).toBeVisible()
  const original = await bytesOf(await downloaded(page, /Download/))

  // A field: the shapes after it change at once.
  const hidden = page.locator('.react-flow__node', { hasText: /Dense · 64|64 · relu/ }).first()
  await hidden.click()
  const units = page.getByLabel('Units', { exact: true })
  await units.fill('48')
  await units.press('Enter')
  await expect(page.locator('.wire-label', { hasText: 'B × 48' }).first()).toBeAttached()

  // A mistake: a convolution of flat numbers. The canvas says so in a sentence.
  await page
    .getByRole('searchbox')
    .or(page.getByPlaceholder(/Search/))
    .first()
    .fill('conv2d')
  await page.keyboard.press('Enter')
  await expect(page.locator('.react-flow__node', { hasText: 'Conv2D' })).toHaveCount(1)
  await expect(page.getByText(/Conv2D/).first()).toBeVisible()

  const undo = page.getByRole('button', { name: /^Undo/ })
  for (let presses = 0; presses < 10 && (await undo.isEnabled()); presses++) await undo.click()
  await expect(undo).toBeDisabled()
  expect(await bytesOf(await downloaded(page, /Download/))).toBe(original)
})

test('what is saved opens again as it was, and unsaved work comes back', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/xor')
  await page.getByRole('textbox', { name: 'Name' }).first().fill('My exclusive or')
  await page.keyboard.press('Enter')
  const written = await bytesOf(await downloaded(page, /Download/))
  await page.keyboard.press('Control+s')
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(/[Ss]aved/).first()).toBeVisible()

  await fromFileMenu(page, 'New')
  await fromFileMenu(page, /Open/)
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /My exclusive or/ })
    .click()
  await expect(page.locator('.card').first()).toBeVisible()
  expect(await bytesOf(await downloaded(page, /Download/))).toBe(written)

  // Unsaved: written aside a second after the edit, and there again in a new window.
  await page.getByRole('textbox', { name: 'Name' }).first().fill('Not saved yet')
  await page.keyboard.press('Enter')
  const unsaved = await bytesOf(await downloaded(page, /Download/))
  await page.waitForTimeout(2500)
  await openWindow(page, wiregrad)
  await expect(page.getByRole('textbox', { name: 'Name' }).first()).toHaveValue('Not saved yet')
  expect(await bytesOf(await downloaded(page, /Download/))).toBe(unsaved)
})

test('a trained model is exported for tfjs and as safetensors', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/xor&backend=cpu')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(status(page)).toHaveText(/Finished/, { timeout: 90_000 })

  const safetensors = await readFile(await (await downloaded(page, /safetensors/i)).path())
  const length = Number(safetensors.readBigUInt64LE(0))
  const header = JSON.parse(safetensors.subarray(8, 8 + length).toString('utf8')) as Record<string, unknown>
  expect(Object.keys(header).some((name) => name.endsWith('.weight'))).toBe(true)

  const tfjs = await downloaded(page, /TensorFlow/)
  expect((await readFile(await tfjs.path())).length).toBeGreaterThan(500)
})

test('trained weights outlive the window: they are kept as a run, and taken up again', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/xor&backend=cpu')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(status(page)).toHaveText(/Finished/, { timeout: 90_000 })
  const trained = await readFile(await (await downloaded(page, /safetensors/i)).path())
  await expect
    .poll(async () =>
      (await readdir(wiregrad.data, { recursive: true }).catch(() => [])).map((name) => path.basename(name)),
    )
    .toEqual(expect.arrayContaining(['graph.wiregrad', 'weights.safetensors', 'run.json', 'metrics.jsonl']))

  const files = await readdir(wiregrad.data, { recursive: true })
  const lines = files.find((name) => path.basename(name) === 'metrics.jsonl') ?? ''
  const text = await readFile(path.join(wiregrad.data, lines), 'utf8')
  const end = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as object
  // The very words of the command line's last line.
  expect(Object.keys(end)).toEqual(
    'type why train validation test parameters steps seconds backend'.split(' '),
  )

  await openWindow(page, wiregrad, 'open=examples/xor')
  await expect(page.getByRole('button', { name: 'Continue', exact: true })).toBeVisible()
  const again = await readFile(await (await downloaded(page, /safetensors/i)).path())
  expect(again.equals(trained)).toBe(true)

  // Another graph has no part in them.
  await openWindow(page, wiregrad, 'open=examples/iris')
  await expect(page.locator('.card').first()).toBeVisible()
  await page.waitForTimeout(1000)
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible()
})

test('a tick of the run causes no React render', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/digits-mlp&backend=wasm&renders=1')
  await trainLong(page)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await stepsReached(page, 20)
  const renders = () =>
    page.evaluate(() => (window as { __wiregradRenders?: number }).__wiregradRenders ?? -1)
  const before = await renders()
  const step = await stepShown(page)
  await stepsReached(page, step + 60)
  const after = await renders()
  expect(before).toBeGreaterThan(0)
  expect(after - before).toBe(0)
})
