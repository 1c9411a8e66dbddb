/** What ails a training is named in the window, and cured by a click that undo takes back. */
import { expect, openWindow, test } from './support/app'

const picture = process.env['PICTURES']

test('vanishing gradients are named, cured and compared', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/deep-sigmoid&backend=wasm')
  const findings = page.getByRole('region', { name: 'Findings' })
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const card = findings.getByRole('button', { name: /Vanishing gradient/ }).first()
  await expect(card).toBeVisible({ timeout: 60_000 })
  await expect(card).toHaveAttribute('aria-expanded', 'true')
  await expect(findings.locator('.evidence').first()).toBeVisible()
  if (picture !== undefined) await page.screenshot({ path: `${picture}/findings.png` })

  await findings.getByRole('button', { name: 'Cure and compare' }).click()
  await expect(findings.getByText('After: training…')).toBeVisible()
  await expect(page.locator('.strip-status')).toHaveText(/Training/, { timeout: 30_000 })
  await expect(card).toHaveCount(0)
  if (picture !== undefined) await page.screenshot({ path: `${picture}/cured.png` })
  await expect(findings.getByText(/^After: /)).toBeVisible()
  await page.keyboard.press('Control+Z')
  await expect(page.getByText('Edited since this run began')).toBeVisible()
})

test('what can be seen without training is said while drawing', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/digits-mlp&backend=cpu')
  const findings = page.getByRole('region', { name: 'Findings' })
  await expect(findings.getByText('Nothing stands out in the graph')).toBeVisible()
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await expect(findings.getByText('Nothing ails this training so far.')).toBeVisible({ timeout: 20_000 })
  for (const at of [0, 1]) {
    await page.locator('.react-flow__node-card', { hasText: 'Dense' }).nth(at).click()
    await page.getByRole('combobox', { name: 'Activation' }).selectOption('linear')
  }
  await expect(findings.getByRole('button', { name: /No activation between layers/ }).first()).toBeVisible()
  await findings.locator('.finding-cures .button').first().click()
  // The cure brings back the very network that was trained; another activation does not.
  await expect(findings.getByText('Nothing ails this training so far.')).toBeVisible()
  await page.getByRole('combobox', { name: 'Activation' }).selectOption('tanh')
  await expect(findings.getByText('It has changed since it was trained')).toBeVisible()
  const undo = page.getByRole('button', { name: 'Undo', exact: true })
  await undo.click()
  await undo.click()
  await expect(findings.getByRole('button', { name: /No activation between layers/ }).first()).toBeVisible()
  if (picture !== undefined) {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1024, height: 700 })
    await page.screenshot({ path: `${picture}/findings-light.png` })
  }
})
