/** Structure (points 9 to 12 of the editor's design): blocks, frames, tidiness, levels of detail, the outline. */
import type { Page } from '@playwright/test'
import { card, cards, carried, drag, grip, list, middleOf, port, wire, wires } from './support/canvas'
import { expect, openWindow, test } from './support/app'

const undo = 'ControlOrMeta+z'
const redo = 'ControlOrMeta+Shift+z'

async function zoomTo(page: Page, level: 'far' | 'middle' | 'near'): Promise<void> {
  const out = page.getByRole('button', { name: 'Zoom out' })
  const close = page.getByRole('button', { name: 'Zoom in' })
  for (let presses = 0; presses < 14; presses += 1) {
    if ((await page.locator(`.canvas-${level}`).count()) > 0) return
    await (level === 'near' ? close : out).click()
    await page.waitForTimeout(200)
  }
  throw new Error(`The level of detail never became ${level}.`)
}

test('structure by mouse', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/digits-mlp')
  const all = await cards(page).count()

  await test.step('Control, Command or Shift and a click select one more; a click without a press selects one', async () => {
    const selected = page.locator('.card-selected .card-name')
    await card(page, 'Hidden 1').click()
    await card(page, 'Hidden 2').click({ modifiers: ['ControlOrMeta'] })
    await expect(selected).toHaveText(['Hidden 1', 'Hidden 2'])
    await card(page, 'Loss').click({ modifiers: ['Shift'] })
    await expect(selected).toHaveText(['Hidden 1', 'Hidden 2', 'Loss'])
    await card(page, 'Hidden 2').click({ modifiers: ['Shift'] })
    await expect(selected).toHaveText(['Hidden 1', 'Loss'])
    // As a screen reader does.
    await card(page, 'Hidden 2').dispatchEvent('click')
    await expect(selected).toHaveText(['Hidden 2'])
  })

  await test.step('the canvas always listens to the wheel, or all of it would be painted anew at each key', async () => {
    const devtools = await page.context().newCDPSession(page)
    await page.keyboard.down('Shift')
    const { result } = await devtools.send('Runtime.evaluate', {
      expression: "document.querySelector('.react-flow__renderer')",
    })
    const { listeners } = await devtools.send('DOMDebugger.getEventListeners', {
      objectId: result.objectId ?? '',
    })
    await page.keyboard.up('Shift')
    await devtools.detach()
    expect(listeners.filter(({ type, passive }) => type === 'wheel' && !passive)).toHaveLength(2)
  })

  await test.step('9. a block is made, entered by a double click, edited inside, left by the breadcrumb', async () => {
    await card(page, 'Hidden 1').click()
    await card(page, 'Hidden 2').click({ modifiers: ['ControlOrMeta'] })
    await page.getByRole('button', { name: 'Make a block' }).click()
    await expect(cards(page)).toHaveCount(all - 1)
    await card(page, 'Block').dblclick()
    await expect(page.getByRole('navigation')).toContainText('Block')
    // Its two ends are drawn beside what is inside.
    await expect(cards(page)).toHaveCount(4)
    await expect(wires(page)).toHaveCount(3)
    await card(page, 'Hidden 2').click()
    await page.getByLabel('Units', { exact: true }).fill('24')
    await page.getByLabel('Units', { exact: true }).press('Enter')
    await expect(page.locator('.wire-label', { hasText: 'B × 24' }).first()).toBeAttached()
    // A new port, drawn from the end of the block.
    await drag(
      page,
      await middleOf(port(card(page, 'Hidden 1'), 'source', 'y')),
      await middleOf(port(card(page, 'Outputs'), 'target', '+')),
    )
    await expect(wires(page)).toHaveCount(4)
    await page.getByRole('navigation').getByRole('button').first().click()
    expect(await carried(wire(page, 'Block', 'Scores'))).toBe('B × 24')
    await expect(port(card(page, 'Block'), 'source', 'y')).toHaveCount(1)
    // Undone from outside what was done inside.
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    expect(await carried(wire(page, 'Block', 'Scores'))).toBe('B × 32')
    await card(page, 'Block').click()
    await page.getByLabel('Repeat', { exact: true }).fill('3')
    await page.getByLabel('Repeat', { exact: true }).press('Enter')
    await expect(card(page, 'Block')).toContainText('×3')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByRole('button', { name: 'Take apart' }).click()
    await expect(cards(page)).toHaveCount(all)
  })

  await test.step('9. a setting is left to the instances of a block around the block', async () => {
    const inspector = page.getByRole('complementary', { name: 'Inspector' })
    const left = (holder: string) =>
      inspector.getByRole('group', { name: holder }).getByRole('switch', { name: 'Units', exact: true })
    const chosen = inspector.locator('input:not([role])').and(inspector.getByLabel('Units', { exact: true }))
    // What was taken apart is selected still.
    await page.getByRole('button', { name: 'Make a block' }).click()
    await inspector.getByText('Inside the block').click()
    await left('Hidden 1').click()
    await expect(chosen).toHaveValue('64')
    await card(page, 'Scores').click({ modifiers: ['ControlOrMeta'] })
    await page.getByRole('button', { name: 'Make a block' }).click()
    await expect(cards(page)).toHaveCount(all - 2)
    await inspector.getByText('Inside the block').click()
    await left('Block · block').click()
    await chosen.fill('20')
    await chosen.press('Enter')
    await card(page, 'Block').dblclick()
    await expect(card(page, 'Scores')).toHaveCount(1)
    await expect(cards(page)).toHaveCount(4)
    await card(page, 'Block').dblclick()
    await expect.poll(() => carried(wire(page, 'Hidden 1', 'Hidden 2'))).toBe('B × 20')
    await page.getByRole('navigation').getByRole('button').first().click()
    await card(page, 'Block').click()
    await page.getByRole('button', { name: 'Take apart' }).click()
    await page.locator('.react-flow__pane').click({ position: { x: 20, y: 110 } })
    await card(page, 'Block').click()
    await expect(chosen).toHaveValue('20')
    for (let edits = 0; edits < 6; edits += 1)
      await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect(cards(page)).toHaveCount(all)
  })

  await test.step('10. a frame moves what lies in it; a note is written; a wire is bent; nothing moves unasked', async () => {
    const loss = card(page, 'Loss')
    await loss.click()
    await card(page, 'Accuracy').click({ modifiers: ['ControlOrMeta'] })
    await page.keyboard.press('Shift+F')
    const frame = page.locator('.frame')
    await expect(frame).toHaveCount(1)
    await frame.dblclick({ position: { x: 30, y: 10 } })
    await page.keyboard.type('Scores')
    await page.keyboard.press('Enter')
    await expect(page.locator('.frame-title')).toHaveText('Scores')
    const before = await middleOf(loss)
    const box = await frame.boundingBox()
    const from = { x: (box?.x ?? 0) + 60, y: (box?.y ?? 0) + 12 }
    await drag(page, from, { x: from.x - 10, y: from.y + 60 })
    const after = await middleOf(loss)
    const moved = ((await frame.boundingBox())?.y ?? 0) - (box?.y ?? 0)
    expect(moved).toBeGreaterThan(40)
    expect(after.y - before.y).toBeCloseTo(moved, 0)
    await page.keyboard.press(undo)
    expect(await middleOf(loss)).toEqual(before)
    await page.locator('.react-flow__pane').click({ position: { x: 20, y: 110 } })
    const there = await wires(page).count()
    const target = wire(page, 'Digits 8 × 8', 'Accuracy')
    const bend = await middleOf(target)
    const path = await target.locator('.react-flow__edge-path').evaluate((element) => {
      const line = element as SVGPathElement
      const at = line.getPointAtLength(line.getTotalLength() / 2)
      const matrix = line.getScreenCTM()
      return matrix === null ? null : { x: at.x * matrix.a + matrix.e, y: at.y * matrix.d + matrix.f }
    })
    await page.mouse.dblclick(path?.x ?? bend.x, path?.y ?? bend.y)
    await expect(page.locator('.point')).toHaveCount(1)
    await expect(wires(page)).toHaveCount(there + 1)
    await expect(page.getByText('No problems. Ready to train.')).toBeVisible()
    expect(await middleOf(loss)).toEqual(before)
  })

  await test.step('11. overview, and less to read the farther away', async () => {
    await expect(page.locator('.react-flow__minimap')).toBeVisible()
    await zoomTo(page, 'far')
    await expect(page.locator('.card-summary').first()).toBeHidden()
    await expect(page.locator('.card-name').first()).toBeVisible()
    await page.getByRole('button', { name: 'Fit all in view' }).click()
    await zoomTo(page, 'near')
    await expect(page.locator('.card-summary').first()).toBeVisible()
    await page.getByRole('button', { name: 'Fit all in view' }).click()
  })

  await test.step('12. the outline shows the same graph, and a click shows the node', async () => {
    await page.getByRole('button', { name: 'Outline', exact: true }).click()
    const rows = page.getByRole('treeitem')
    await expect(rows).toHaveCount(all + 1)
    await rows.filter({ hasText: 'Scores' }).click()
    await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('Dense')
    await expect(card(page, 'Scores').locator('.card')).toHaveClass(/card-selected/)
  })
})

test('structure by keyboard', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/digits-mlp')
  const all = await cards(page).count()
  const row = (name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}`) })

  await test.step('12. the outline is worked by arrows: in the order of computing, with wires', async () => {
    await page.keyboard.press('o')
    await expect(row('Digits')).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(row('Hidden 1')).toBeFocused()
    await expect(row('Hidden 1')).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('treeitem', { name: /→ Hidden 2/ })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(row('Hidden 2')).toBeFocused()
    await page.keyboard.press('End')
    await expect(page.getByRole('treeitem').last()).toBeFocused()
  })

  await test.step('9. made, entered by E, left by Escape, and an edit inside undone and redone outside', async () => {
    await row('Hidden 1').focus()
    await page.keyboard.press('ControlOrMeta+g')
    await expect(card(page, 'Block')).toHaveCount(1)
    await page.keyboard.press('e')
    await expect(page.getByRole('navigation')).toContainText('Block')
    await expect(row('Hidden 1')).toHaveCount(1)
    await row('Hidden 1').focus()
    await page.keyboard.press('a')
    await page.keyboard.type('dropo')
    await page.keyboard.press('Enter')
    await expect(wire(page, 'Hidden 1', 'Dropout')).toHaveCount(1)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('navigation')).toHaveCount(0)
    await expect(card(page, 'Block')).toContainText('2 nodes')
    await page.keyboard.press(undo)
    await expect(card(page, 'Block')).toContainText('1 node')
    await page.keyboard.press(redo)
    await expect(card(page, 'Block')).toContainText('2 nodes')
    await page.keyboard.press(undo)
    await page.keyboard.press(undo)
    await expect(cards(page)).toHaveCount(all)
  })

  await test.step('10. frame, note, bend, align, distribute and tidy up, each on its key', async () => {
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('Shift+F')
    await expect(page.locator('.frame')).toHaveCount(1)
    await page.keyboard.press('n')
    await expect(page.locator('.note')).toHaveCount(1)
    await page.keyboard.press('Delete')
    await expect(page.locator('.note')).toHaveCount(0)
    await wire(page, 'Hidden 1', 'Hidden 2').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+R')
    await expect(page.locator('.point')).toHaveCount(1)
    await page.keyboard.press(undo)
    await page.keyboard.press('ControlOrMeta+a')
    const left = async () =>
      Promise.all((await cards(page).all()).map(async (each) => (await each.boundingBox())?.x))
    await page.keyboard.press('Alt+ArrowLeft')
    expect(new Set((await left()).map((x) => Math.round(x ?? 0))).size).toBe(1)
    await page.keyboard.press('Alt+v')
    await page.keyboard.press('Shift+T')
    await expect(page.getByRole('button', { name: 'Undo', exact: true })).toHaveAttribute('title', /Tidy up/)
    const from = await grip(card(page, 'Digits 8 × 8'))
    const to = await grip(card(page, 'Loss'))
    expect(to.x - from.x).toBeGreaterThan(400)
    for (let times = 0; times < 3; times += 1) await page.keyboard.press(undo)
    await expect(page.getByRole('button', { name: 'Undo', exact: true })).not.toHaveAttribute(
      'title',
      /Tidy|Align|Distr/,
    )
  })

  await test.step('11. zoom, fit, and from node to node along the wires', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('ControlOrMeta+ArrowRight')
    await page.keyboard.press('ControlOrMeta+ArrowRight')
    await expect(page.locator('.card-selected')).toHaveCount(1)
    await page.keyboard.press('2')
    await expect(page.locator('.canvas-near')).toHaveCount(1)
    for (let presses = 0; presses < 14 && (await page.locator('.canvas-far').count()) === 0; presses += 1) {
      await page.keyboard.press('-')
      // The camera takes its time; a key in between starts it anew.
      await page.waitForTimeout(250)
    }
    await expect(page.locator('.canvas-far')).toHaveCount(1)
    await page.keyboard.press('1')
    await expect(list(page)).toHaveCount(0)
  })
})
