/** One batch through the network, node by node: the worked example reads like its textbook page. */
import { expect, openWindow, test } from './support/app'

const picture = process.env['PICTURES']

test('the textbook example is gone through by the arrow keys, forwards, backwards and to its update', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/backprop-by-hand&backend=cpu')
  await page.getByRole('button', { name: 'Step by step' }).click()
  const panel = page.getByRole('region', { name: 'Step by step' })
  await expect(panel.getByText('1 of 9')).toBeVisible()
  const title = panel.locator('.stepwise-title')
  const row = (left: string) => panel.getByRole('row', { name: left })
  await expect(title).toContainText('One sample')

  await page.keyboard.press('ArrowRight')
  await expect(title).toContainText('Hidden')
  await expect(row('net₁')).toContainText('= 0.15·0.05 + 0.2·0.1 + 0.35')
  await expect(row('net₁')).toContainText('= 0.3775')
  await expect(row('y₁')).toContainText('= 0.593269992')
  await page.keyboard.press('ArrowRight')
  await expect(row('y₁')).toContainText('= 0.75136507')
  if (picture !== undefined) await page.screenshot({ path: `${picture}/stepwise-forward.png` })
  await page.keyboard.press('ArrowRight')
  await expect(panel.getByText('L = 0.298371109')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(row('∂L/∂w₁,₁')).toContainText('= 0.082167041')
  if (picture !== undefined) await page.screenshot({ path: `${picture}/stepwise-backward.png` })
  await page.keyboard.press('End')
  await expect(title).toContainText('Output')
  await expect(row('w₁,₁⁺')).toContainText('= 0.4 − 0.5·0.082167041')
  await expect(row('w₁,₁⁺')).toContainText('= 0.35891648')
  // Another unit of the same layer.
  await panel.getByRole('button', { name: /^Number 2:/ }).click()
  await expect(row('w₁,₂⁺')).toContainText('= 0.51130127')

  // A training step moves the weights to what was shown; what is shown follows.
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await panel.getByRole('button', { name: 'Loss' }).click()
  await expect(panel.getByText('L = 0.298371109')).toHaveCount(0, { timeout: 20_000 })
  await panel.getByRole('button', { name: 'Update' }).click()
  await panel.getByRole('button', { name: 'Next node' }).click()
  await panel.getByRole('button', { name: /^Number 1:/ }).click()
  await expect(row('w₁,₁⁺')).toContainText('= 0.3589165 − 0.5·')
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(page.locator('.overlay-modes')).toBeVisible()
})
