/** Before a training: measured on dry batches, and a learning rate found, used by one click and taken back by undo. */
import { expect, openWindow, test } from './support/app'

const picture = process.env['PICTURES']

test('dry batches are measured beside the prediction, and a range test suggests a rate', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/digits-mlp&backend=wasm')
  await page.keyboard.press('r')
  const panel = page.getByRole('region', { name: 'Before training' })
  const memory = panel.getByRole('row', { name: /Memory while training/ })
  await expect(memory.getByRole('cell').nth(0)).toHaveText(/[\d.]+ [kM]B/)
  await panel.getByRole('button', { name: 'Measure' }).click()
  await expect(memory.getByRole('cell').nth(1)).toHaveText(/[\d.]+ [kM]B/, { timeout: 30_000 })
  await expect(panel.getByRole('row', { name: /Steps per second/ })).toHaveText(/\d/)

  // Left on the way, what came so far stays.
  await panel.getByRole('button', { name: 'Test the rate' }).click()
  await panel.getByRole('button', { name: 'Cancel' }).click()
  const start = panel.getByRole('button', { name: /Test (the rate|again)/ })
  await start.click()
  const use = panel.getByRole('button', { name: /^Use / })
  await expect(use).toBeVisible({ timeout: 60_000 })
  if (picture !== undefined) {
    await page.screenshot({ path: `${picture}/trials.png` })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 1024, height: 700 })
    await page.screenshot({ path: `${picture}/trials-dark.png` })
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1440, height: 900 })
  }
  const rate = page.getByRole('textbox', { name: 'Learning rate' })
  const before = await rate.inputValue()
  const suggested = /Use (\S+)/.exec(await use.innerText())?.[1] ?? ''
  await use.click()
  await expect(rate).toHaveValue(suggested)
  expect(Number(suggested)).toBeGreaterThanOrEqual(5e-4)
  expect(Number(suggested)).toBeLessThanOrEqual(3e-2)
  // What was found is of this graph and stays; the edit is one step of undo.
  await expect(panel.getByText(`The learning rate is ${suggested}.`)).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(rate).toHaveValue(before)
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
  // No run came of it.
  await expect(page.locator('.strip-status')).toHaveText('Ready to train')
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled()
})
