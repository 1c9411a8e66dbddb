/**
 * The inspector's views of a node while it trains: what is painted agrees with the numbers that it tells and with the
 * weights that the run exports, and moves with the time that the slider shows.
 */
import type { Locator, Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { expect, openWindow, test } from './support/app'

const picture = process.env['PICTURES']

async function shot(page: Page, name: string): Promise<void> {
  if (picture !== undefined) await page.screenshot({ path: `${picture}/${name}.png` })
}

async function steps(page: Page, count: number): Promise<void> {
  for (let step = 1; step <= count; step++) {
    await page.getByRole('button', { name: 'Step', exact: true }).click()
    await expect(page.locator('.strip-step b')).toHaveText(String(step))
  }
}

/** A number as the window writes it: `−0.22`, `3.1 × 10⁻⁹`, `10⁻⁷`. */
function read(text: string): number {
  const [, sign = '', digits = '1', exponent = ''] =
    /^(−?)(?:([\d.]+)(?:\s×\s(?=10)|$))?(?:10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?$/.exec(text.trim()) ?? [text, '', 'NaN']
  const power = [...exponent]
    .map((each) => (each === '⁻' ? '-' : String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(each))))
    .join('')
  return (sign === '' ? 1 : -1) * Number(digits) * 10 ** Number(power)
}

/** The number of the cell under the cursor, as the line below the picture tells it. */
async function told(says: Locator): Promise<number> {
  return read((await says.innerText()).replace(/^.*[=:] /, ''))
}

/** Colour of a canvas at a point in CSS pixels. */
async function colourAt(canvas: Locator, x: number, y: number): Promise<readonly number[]> {
  return canvas.evaluate(
    (element, [atX, atY]) => {
      const painted = element as HTMLCanvasElement
      const ratio = painted.width / painted.clientWidth
      const pixel = painted
        .getContext('2d')
        ?.getImageData(Math.floor(atX * ratio), Math.floor(atY * ratio), 1, 1).data
      return [...(pixel ?? [])].slice(0, 3)
    },
    [x, y] as const,
  )
}

/** The colour that the legend's scale has for a share of its length. */
async function colourOf(
  page: Page,
  scale: 'diverging' | 'sequential',
  share: number,
): Promise<readonly number[]> {
  const stops = await page.evaluate((name) => {
    const style = getComputedStyle(document.documentElement)
    return [1, 2, 3, 4, 5].map((stop) => {
      const hex = style.getPropertyValue(`--${name}-${stop}`).trim()
      return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
    })
  }, scale)
  const place = Math.min(3.9999, 4 * share)
  const [from, to] = [stops[Math.floor(place)]!, stops[Math.floor(place) + 1]!]
  return from.map((channel, at) => channel + (place % 1) * (to[at]! - channel))
}

/** The kernel of the first convolution in the exported weights, row-major as PyTorch has it: [out, in, h, w]. */
async function exportedKernel(page: Page): Promise<Float32Array> {
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await page.getByRole('menuitem', { name: /safetensors/i }).click()
  const bytes = await readFile(await (await waiting).path())
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8')) as Record<
    string,
    { readonly shape: readonly number[]; readonly data_offsets: readonly [number, number] }
  >
  const found = Object.values(header).find(({ shape }) => (shape ?? []).join() === '16,1,3,3')!
  const [from, to] = found.data_offsets
  return new Float32Array(new Uint8Array(bytes.subarray(8 + length + from, 8 + length + to)).buffer)
}

test('kernels, feature maps and histograms of a convolution agree with its numbers, at every moment', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/digits-cnn&backend=wasm')
  await page.locator('.react-flow__node-card', { hasText: 'Convolution 1' }).first().click()
  const panel = page.getByRole('tabpanel')
  await page.getByRole('tab', { name: 'Weights' }).click()
  await expect(panel).toContainText('Train, or take a step, to see the weights of this node.')
  await steps(page, 3)

  const kernels = panel.locator('.look-picture')
  const says = panel.locator('.look-picture ~ .look-says')
  const at = panel.locator('.look-facts dd').first()
  await expect(at).toHaveText('4, after 3 updates')
  await kernels.focus()
  await kernels.press('ArrowRight')
  await expect(says).toContainText('[0, 0, 0, 0] = ')
  const now = await told(says)
  const exported = await exportedKernel(page)
  expect(now).toBeCloseTo(exported[0]!, 3)
  const high = read(await panel.locator('.look-legend span').last().innerText())
  expect(high).toBeCloseTo(Math.max(...exported.map(Math.abs)), 3)
  // Cells of 14 pixels; the cursor's frame stands around the first.
  const close = (wanted: readonly number[]) =>
    wanted.map((channel) => expect.closeTo(channel, -0.6) as unknown)
  expect(await colourAt(kernels, 7, 7)).toEqual(
    close(await colourOf(page, 'diverging', (now / high + 1) / 2)),
  )
  const mean = panel.locator('.look-mean')
  const average = exported.reduce((sum, value) => sum + value, 0) / exported.length
  expect(read(await mean.innerText())).toBeCloseTo(average, 3)
  await shot(page, 'weights')

  // Back to the first step, and forward again: picture, numbers and facts move together.
  const time = page.locator('.scrubber')
  const painted = await kernels.screenshot()
  await time.press('Home')
  await expect(at).toHaveText('1, after 0 updates')
  await expect.poll(() => told(says)).not.toBe(now)
  expect((await kernels.screenshot()).equals(painted)).toBe(false)
  await panel.locator('.look-strip').press('ArrowRight')
  await expect(at).toHaveText('2, after 1 update')
  await expect(panel.locator('.look-strip ~ .look-says')).toContainText(/step 2: .* of 144 \(/)
  await time.press('End')
  await expect(at).toHaveText('4, after 3 updates')
  expect(await told(says)).toBe(now)

  // What it gives for a sample.
  await page.getByRole('tab', { name: 'Output' }).click()
  await expect(panel.locator('.look-answer')).toHaveText(/^\d [✓✗]$/)
  await expect(panel.locator('.look-given-picture')).toBeVisible()
  const first = await panel.locator('.look-wanted').innerText()
  const maps = panel.locator('.look-picture').last()
  await maps.press('ArrowRight')
  await maps.press('ArrowRight')
  const value = panel.locator('.look-picture ~ .look-says').last()
  await expect(value).toContainText('[0, 1, 0] = ')
  const most = read(await panel.locator('.look-legend span').last().innerText())
  const share = (await told(value)) / most
  const cell = (await maps.evaluate((canvas) => canvas.clientWidth)) > 200 ? 7 : 6
  expect(await colourAt(maps, 1.5 * cell, 0.5 * cell)).toEqual(
    close(await colourOf(page, 'sequential', share)),
  )
  await shot(page, 'output')
  await panel.getByRole('button', { name: 'Next sample' }).click()
  await panel.getByRole('button', { name: 'Next sample' }).click()
  await expect(panel.getByRole('textbox', { name: 'Number' })).toHaveValue('3')
  await expect(panel.locator('.look-wanted')).not.toHaveText(first)

  // Gradients, and a node that has no weights.
  await page.getByRole('tab', { name: 'Gradients' }).click()
  await expect(panel.locator('.look-strip')).toBeVisible()
  await expect(panel.locator('.look-mean')).toHaveText(/\d/)
  await page.locator('.react-flow__node-card', { hasText: 'Max pool' }).first().click()
  await expect(panel.locator('.look-mean')).toHaveText(/\d/)
  await page.getByRole('tab', { name: 'Weights' }).click()
  await expect(panel).toContainText('This node has no weights.')
  await page.getByRole('tab', { name: 'Weights' }).press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Gradients' })).toBeFocused()
})

test('who looks where is shown head by head, and every row adds up to one', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/tiny-transformer&backend=wasm')
  await page.locator('.react-flow__node-card', { hasText: 'Encoder' }).first().click()
  await page.getByRole('tab', { name: 'Output' }).click()
  await steps(page, 2)
  const panel = page.getByRole('tabpanel')
  await expect(panel.getByRole('combobox', { name: 'Inside' })).toHaveValue('encoder/0/attention')
  await expect(panel.locator('.look-given')).toHaveText(/^(\d ){7}\d$/)
  const tokens = (await panel.locator('.look-given').innerText()).split(' ')
  const map = panel.locator('.look-picture').last()
  const says = panel.locator('.look-picture ~ .look-says').last()
  let sum = 0
  for (let place = 1; place <= 8; place++) {
    await map.press('ArrowRight')
    await expect(says).toContainText(
      `head 1: place 1 (${tokens[0]}) looks at place ${place} (${tokens[place - 1]}): `,
    )
    sum += await told(says)
  }
  expect(sum).toBeCloseTo(1, 3)
  await shot(page, 'attention')

  // The run ends; another sample is still answered, by the weights that it left.
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.locator('.strip-status')).toHaveText(/Stopped/)
  await panel.getByRole('button', { name: 'Next sample' }).click()
  await expect(panel.locator('.look-given')).not.toHaveText(tokens.join(' '))
  await expect(panel.locator('.look-facts dd').first()).toHaveText('2, after 2 updates')
})
