/** What axe-core finds in every state of the window, light and dark: nothing serious. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, openWindow, test } from './support/app'

const wanted = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Serious and critical findings, a line each. */
async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(wanted).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`),
    )
}

async function inBothThemes(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect.soft(await serious(page), `${state}, ${colorScheme}`).toEqual([])
  }
}

test('no state of the window shuts anybody out', async ({ page, wiregrad }) => {
  await page.goto(`${wiregrad.url}&backend=cpu`)
  await expect(page.locator('.thumbnail')).toHaveCount(10)
  await inBothThemes(page, 'the start page')
  await openWindow(page, wiregrad, 'open=examples/deep-sigmoid&backend=wasm')
  await inBothThemes(page, 'a graph before training')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('button', { name: /Vanishing gradient/ }).first()).toBeVisible({
    timeout: 60_000,
  })
  await page.getByRole('button', { name: 'Pause' }).click()
  await inBothThemes(page, 'a run that paused, with findings')
  await page.locator('.react-flow__node-card', { hasText: 'Hidden 3' }).first().click()
  await inBothThemes(page, 'a node’s settings')
  await page.getByRole('tab', { name: 'Gradients' }).click()
  await page.waitForTimeout(500)
  await inBothThemes(page, 'a node’s gradients')
  await page.getByRole('button', { name: 'Outline' }).click()
  await inBothThemes(page, 'the outline')
  await page.getByRole('button', { name: 'File' }).click()
  await inBothThemes(page, 'the file menu')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+K')
  await inBothThemes(page, 'the command palette')
  await page.keyboard.press('Escape')
  await page.keyboard.press('t')
  await expect(page.getByText('Step by step').first()).toBeVisible()
  await inBothThemes(page, 'step by step')
})
