/** Trust (points 21 to 23 of the editor's design): undo, autosave, problems, commands, keys, tabs, files that change. */
import type { Page } from '@playwright/test'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { card, cards, documentTabs, drag, grip } from './support/canvas'
import { expect, openWindow, test } from './support/app'

const undoButton = (page: Page) => page.getByRole('button', { name: 'Undo', exact: true })

async function fromFileMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

test('trust by mouse', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/xor')
  const hidden = card(page, 'Hidden')

  await test.step('21. every edit has a label, and the history leads to any of them', async () => {
    const from = await grip(hidden)
    await drag(page, from, { x: from.x, y: from.y + 60 })
    await hidden.click()
    await page.getByLabel('Bypass', { exact: true }).click()
    await page.getByLabel('Bypass', { exact: true }).click()
    await page.getByRole('button', { name: 'History…' }).click()
    const entries = page.getByRole('list', { name: 'History' }).getByRole('button')
    await expect(entries).toHaveText(['Opened', 'Move 1 node', 'Bypass', /Stop bypassing/])
    await entries.nth(2).click()
    await expect(hidden).toHaveAttribute('aria-label', /bypassed/)
    await entries.nth(0).click()
    await expect(hidden).not.toHaveAttribute('aria-label', /bypassed/)
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(undoButton(page)).toBeDisabled()
    // What people look at is no edit: neither a selection nor the camera.
    await card(page, 'Answer').click()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await expect(undoButton(page)).toBeDisabled()
  })

  await test.step('21. a problem selects its node, inside a block too', async () => {
    await hidden.click()
    await page.keyboard.press('ControlOrMeta+g')
    await card(page, 'Block').dblclick()
    await card(page, 'Hidden').click()
    await page.keyboard.press('r')
    await page.keyboard.type('conv2d')
    await page.keyboard.press('Enter')
    await page.getByRole('navigation').getByRole('button').first().click()
    await page.locator('.problem').first().click()
    await expect(page.getByRole('navigation')).toContainText('Block')
    await expect(page.locator('.card-selected .card-name')).toHaveText('Hidden')
  })

  await test.step('21. another document opens in a tab of its own; each keeps its history', async () => {
    await fromFileMenu(page, 'Iris')
    const tabs = documentTabs(page)
    await expect(tabs).toHaveCount(2)
    await expect(undoButton(page)).toBeDisabled()
    await tabs.first().click()
    await expect(undoButton(page)).toBeEnabled()
    await expect(page.locator('.card-name').first()).toBeVisible()
    await page.getByRole('button', { name: /^Close Iris/ }).click()
    await expect(tabs).toHaveCount(0)
  })

  await test.step('22. one table: the palette, the menu and the button are the same command', async () => {
    await page.getByRole('button', { name: 'File', exact: true }).click()
    await page.getByRole('menuitem', { name: 'All commands…' }).click()
    const all = await page.getByRole('dialog').boundingBox()
    await page.getByRole('combobox', { name: 'Commands' }).fill('undo')
    // It stays as it is while one types.
    expect(await page.getByRole('dialog').boundingBox()).toEqual(all)
    await page.getByRole('option', { name: /^Undo/ }).click()
    await expect(page.locator('.problem')).toHaveCount(0)
  })

  await test.step('23. a graph dropped on the window opens', async () => {
    const text = await readFile('examples/backprop-by-hand.wiregrad', 'utf8')
    const transfer = await page.evaluateHandle((content) => {
      const data = new DataTransfer()
      data.items.add(new File([content], 'mine.wiregrad'))
      return data
    }, text)
    await page.dispatchEvent('.window', 'drop', { dataTransfer: transfer })
    const selected = documentTabs(page).and(page.getByRole('tab', { selected: true }))
    await expect(selected).toContainText('by hand')
    // However many there are, the one on show is seen.
    for (let more = 0; more < 8; more++) {
      const name = page.getByLabel('Name', { exact: true }).last()
      await name.fill(`A document with a long name ${more}`)
      await name.press('Enter')
      await fromFileMenu(page, 'New')
    }
    await expect(selected).toContainText('Untitled')
    await expect(selected).toBeInViewport({ ratio: 1 })
  })
})

test('trust by keyboard', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/xor')
  const command = async (words: string) => {
    await page.keyboard.press('ControlOrMeta+k')
    await page.keyboard.type(words)
    await page.keyboard.press('Enter')
  }

  await test.step('22. a key is changed, a conflict is said, and the new key is kept', async () => {
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await dialog.getByRole('searchbox').fill('tidy')
    await dialog.getByRole('button', { name: /^Tidy up/ }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('f')
    await expect(dialog.getByRole('alert')).toContainText('F belongs to Freeze or unfreeze.')
    await dialog.getByRole('button', { name: /^Tidy up/ }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('y')
    await expect(dialog.getByRole('button', { name: 'Tidy up: Y. Change' })).toBeVisible()
    await page.keyboard.press('Escape')
    await page.reload()
    await expect(cards(page).first()).toBeVisible()
    await page.keyboard.press('y')
    await expect(undoButton(page)).toHaveAttribute('title', /Tidy up/)
    await page.keyboard.press('ControlOrMeta+z')
    await page.keyboard.press('Shift+T')
    await page.waitForTimeout(300)
    await expect(undoButton(page)).toBeDisabled()
    await expect(page.getByRole('button', { name: 'Redo', exact: true })).toBeEnabled()
  })

  await test.step('21. undo, redo and the history by keys', async () => {
    await page.keyboard.press('ControlOrMeta+Shift+z')
    await expect(undoButton(page)).toHaveAttribute('title', /Tidy up/)
    await page.keyboard.press('ControlOrMeta+Alt+z')
    const entries = page.getByRole('list', { name: 'History' }).getByRole('button')
    await expect(entries.nth(1)).toBeFocused()
    await entries.first().focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await expect(undoButton(page)).toBeDisabled()
  })

  await test.step('21. saved by keys, changed on disk by another program: said, and settled', async () => {
    await page.keyboard.press('ControlOrMeta+Shift+s')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('Mine')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Saved Mine.')).toBeVisible()
    const file = path.join(wiregrad.workspace, (await readdir(wiregrad.workspace))[0] ?? '')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"name": "XOR"', '"name": "Theirs"'))
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    const notice = page.getByText(/was changed on disk/)
    await expect(notice).toBeVisible()
    await page.getByRole('button', { name: 'Load it anew' }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: 'Name' }).first()).toHaveValue('Theirs')
  })

  await test.step('21. the file is among the recent ones', async () => {
    await page.getByRole('button', { name: 'File', exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menuitem', { name: 'Mine', exact: true })).toBeVisible()
    // The columns of the menu are side by side for the arrows, too.
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('menuitem', { name: 'Network as SVG' })).toBeFocused()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Home')
    await expect(page.getByRole('menuitem', { name: 'Start page' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menu')).toHaveCount(0)
  })

  await test.step('21. unsaved work is kept and comes back', async () => {
    await page.keyboard.press('o')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('b')
    await expect(page.locator('.card-bypassed')).toHaveCount(1)
    await expect
      .poll(async () => (await readdir(path.join(wiregrad.data, 'autosave')).catch(() => [])).length)
      .toBe(1)
    await page.goto(wiregrad.url)
    await expect(page.getByText(/Restored/)).toBeVisible()
    await expect(page.locator('.card-bypassed')).toHaveCount(1)
  })

  await test.step('21. tabs by keys', async () => {
    await command('new')
    await expect(documentTabs(page)).toHaveCount(2)
    await expect(cards(page)).toHaveCount(0)
    await page.keyboard.press('Alt+PageUp')
    await expect(cards(page).first()).toBeVisible()
    await page.keyboard.press('Alt+PageDown')
    await page.keyboard.press('Alt+w')
    await expect(documentTabs(page)).toHaveCount(0)
  })
})
