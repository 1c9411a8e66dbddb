/** The first visit: examples as pictures, one broken on purpose and repaired, and the page back from the menu. */
import { expect, test } from './support/app'

const picture = process.env['PICTURES']

test('the start page opens at the first visit, breaks an example and repairs it', async ({
  page,
  wiregrad,
}) => {
  await page.goto(`${wiregrad.url}&backend=cpu`)
  const start = page.getByRole('dialog', { name: 'Draw a network and watch it learn' })
  await expect(start.getByRole('listitem')).toHaveCount(10)
  await expect(start.locator('.thumbnail')).toHaveCount(10)
  await expect(start.getByText('Tell apart what no straight line can: exclusive or.')).toBeVisible()
  if (picture !== undefined) {
    await page.screenshot({ path: `${picture}/start-light.png` })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.screenshot({ path: `${picture}/start-dark.png` })
    await page.setViewportSize({ width: 1024, height: 700 })
    await page.screenshot({ path: `${picture}/start-small.png` })
  }
  await start.getByRole('button', { name: 'Break XOR' }).click()
  await expect(start).toHaveCount(0)
  const offer = page.getByText(/^This network was broken on purpose:/)
  await expect(offer).toBeVisible()
  await expect(page.getByText('linear').first()).toBeVisible()
  await page.getByRole('button', { name: 'Repair', exact: true }).click()
  await expect(page.locator('.react-flow__node-card', { hasText: 'tanh' })).toHaveCount(1)
  await page.keyboard.press('Control+Z')
  await expect(page.locator('.react-flow__node-card', { hasText: 'tanh' })).toHaveCount(0)

  await page.getByRole('button', { name: 'File' }).click()
  await page.getByRole('menuitem', { name: 'Start page' }).click()
  await start.getByRole('button', { name: 'Go to the canvas' }).click()
  await expect(start).toHaveCount(0)
  // Whoever comes back finds the work that was not saved, and no start page before it.
  await page.waitForTimeout(1500)
  await page.reload()
  await expect(page.locator('.react-flow__node-card').first()).toBeVisible()
  await expect(start).toHaveCount(0)
})
