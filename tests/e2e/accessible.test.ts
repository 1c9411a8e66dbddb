/** What axe-core finds in every state of the window, light and dark: nothing serious. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, openWindow, test } from './support/app'

const wanted = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Serious and critical findings, a line each. */
async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: wanted, resultTypes: ['violations'] })
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`),
    )
}

type Theme = 'light' | 'dark'

/** Themes in which a state is looked at; what differs by theme alone is seen in the large ones. */
async function look(page: Page, state: string, ...themes: readonly Theme[]): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect.soft(await serious(page), `${state}, ${colorScheme}`).toEqual([])
  }
}

test('no state of the window shuts anybody out', async ({ page, wiregrad }) => {
  await page.goto(`${wiregrad.url}&backend=cpu`)
  await expect(page.locator('.thumbnail')).toHaveCount(10)
  await look(page, 'the start page', 'light', 'dark')
  await openWindow(page, wiregrad, 'open=examples/xor&backend=wasm')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.locator('.strip-status')).toHaveText(/Finished/, { timeout: 60_000 })
  await page.locator('.react-flow__node-card', { hasText: 'tanh' }).first().click()
  await page.getByRole('combobox', { name: 'Activation' }).selectOption('linear')
  await expect(page.getByRole('button', { name: /No activation/ }).first()).toBeVisible()
  await look(page, 'a run that has ended, a finding, and a node’s settings', 'light', 'dark')
  await page.getByRole('tab', { name: 'Gradients' }).click()
  await page.waitForTimeout(500)
  await look(page, 'a node’s gradients', 'dark')
  await page.getByRole('button', { name: 'Outline' }).click()
  await look(page, 'the outline', 'light')
  await page.getByRole('button', { name: 'File' }).click()
  await look(page, 'the file menu', 'dark')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+K')
  await look(page, 'the command palette', 'light')
  await page.keyboard.press('Escape')
  await page.keyboard.press('t')
  await expect(page.getByText('Step by step').first()).toBeVisible()
  await look(page, 'step by step', 'light', 'dark')
})
