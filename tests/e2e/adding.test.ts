/** Adding and wiring (points 1 to 8 of the editor's design): each by mouse and by keyboard. */
import {
  card,
  cards,
  documentTabs,
  drag,
  grip,
  list,
  middleOf,
  port,
  search,
  wire,
  wires,
} from './support/canvas'
import { expect, openWindow, test } from './support/app'

const undo = 'ControlOrMeta+z'

test('adding and wiring by mouse', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/xor')
  const start = await cards(page).count()
  const hidden = card(page, 'Hidden')

  await test.step('1. a wire dropped on the empty canvas asks for what takes it', async () => {
    const from = await middleOf(port(hidden, 'source', 'y'))
    await drag(page, from, { x: from.x + 90, y: from.y + 190 })
    await expect(list(page)).toBeVisible()
    // The wire stays in the hand's place as long as it is asked about.
    await expect(page.locator('.canvas-pending circle')).toHaveCount(1)
    const options = list(page).getByRole('option')
    // More than is seen: it says how many follow, and wheel, press and keys lead there.
    const more = list(page).locator('.list-more')
    const left = async () => Number((await more.textContent())?.replace(/\D/g, ''))
    const all = await left()
    expect(all).toBeGreaterThan(50)
    await options.first().hover()
    await page.mouse.wheel(0, 300)
    await expect.poll(left).toBeLessThan(all - 6)
    const scrolled = await left()
    await more.click()
    await expect.poll(left).toBeLessThan(scrolled - 3)
    await page.keyboard.press('PageDown')
    await expect(options.nth(6)).toHaveAttribute('aria-selected', 'true')
    await expect(options.nth(6)).toBeInViewport({ ratio: 1 })
    await list(page)
      .getByRole('listbox')
      .evaluate((shown) => shown.scrollTo(0, shown.scrollHeight))
    await expect(more).toHaveCount(0)
    await list(page).getByRole('combobox').fill('drop')
    await expect(options.first()).toHaveText(/^Dropout/)
    // What takes no tensor of this shape says so; data takes nothing at all.
    await list(page).getByRole('combobox').fill('conv2d')
    await expect(options.first()).toContainText('Conv2D needs images')
    await list(page).getByRole('combobox').fill('xyzzy')
    await expect(list(page)).toContainText('Nothing is called that.')
    await list(page).getByRole('combobox').fill('drop')
    await options.first().click()
    await expect(wire(page, 'Hidden', 'Dropout')).toHaveCount(1)
    await expect(page.locator('.canvas-pending')).toHaveCount(0)
    await page.keyboard.press(undo)
    await expect(cards(page)).toHaveCount(start)
  })

  await test.step('2. a double click searches at the cursor, by synonyms too', async () => {
    const at = { x: (await middleOf(hidden)).x, y: (await middleOf(hidden)).y + 200 }
    await page.mouse.dblclick(at.x, at.y)
    await list(page).getByRole('combobox').fill('fully connected')
    await expect(list(page).getByRole('option').first()).toHaveText('Dense')
    await page.keyboard.press('Enter')
    const made = await middleOf(card(page, 'Dense'))
    expect(Math.hypot(made.x - at.x, made.y - at.y)).toBeLessThan(40)
  })

  await test.step('3. a node dropped on a wire is inserted, lit before, and neighbours make room', async () => {
    const between = await middleOf(wire(page, 'Hidden', 'Answer'))
    const answer = (await middleOf(card(page, 'Answer'))).x
    const box = await middleOf(card(page, 'Dense'))
    const from = await grip(card(page, 'Dense'))
    await drag(page, from, { x: between.x + from.x - box.x, y: between.y + from.y - box.y }, false)
    await expect(wire(page, 'Hidden', 'Answer')).toHaveAttribute('data-lit', 'yes')
    await page.mouse.up()
    await expect(wire(page, 'Hidden', 'Dense')).toHaveCount(1)
    await expect(wire(page, 'Dense', 'Answer')).toHaveCount(1)
    expect((await middleOf(card(page, 'Answer'))).x).toBeGreaterThan(answer + 40)
    await expect(page.getByRole('button', { name: 'Undo', exact: true })).toHaveAttribute(
      'title',
      /Insert Dense/,
    )
    await page.keyboard.press(undo)
    await page.keyboard.press(undo)
    await expect(cards(page)).toHaveCount(start)
  })

  await test.step('4. a wire dropped anywhere on a node snaps to the first port that fits', async () => {
    const data = port(card(page, 'Four samples'), 'source', 'x')
    await drag(page, await middleOf(data), await grip(card(page, 'Answer')))
    await expect(wire(page, 'Four samples', 'Answer')).toHaveCount(1)
    await page.keyboard.press(undo)
    await expect(wire(page, 'Four samples', 'Answer')).toHaveCount(0)
  })

  await test.step('5. ports that do not fit go grey and say why, with a fix that is chosen at the drop', async () => {
    const data = port(card(page, 'Four samples'), 'source', 'y')
    await drag(page, await middleOf(data), await grip(hidden), false)
    await expect(port(hidden, 'target', 'x')).toHaveAttribute('data-fit', 'no')
    await expect(page.locator('.canvas-hint')).toContainText('takes a tensor, but')
    await page.mouse.up()
    await expect(list(page)).toHaveCount(0)
    // Eight numbers where the target has one: the size can be set where it is made.
    await drag(page, await middleOf(port(hidden, 'source', 'y')), await grip(card(page, 'Loss')))
    await expect(list(page).getByRole('option').first()).toHaveText('Set units of Hidden to 1')
    await expect(page.locator('.canvas-pending-misfit')).toHaveCount(1)
    await page.keyboard.press('Escape')
    await expect(page.locator('.canvas-pending')).toHaveCount(0)
    // A convolution of a flat row: refused shape, mended by a Reshape that was tried on the Plan.
    await page.mouse.dblclick((await middleOf(hidden)).x, (await middleOf(hidden)).y + 190)
    await search(page, 'conv2d')
    await page.keyboard.press('Enter')
    const units = page.getByLabel('Units', { exact: true })
    await hidden.click()
    await units.fill('64')
    await units.press('Enter')
    const conv = card(page, 'Conv2D')
    await drag(
      page,
      await middleOf(port(hidden, 'source', 'y')),
      await middleOf(port(conv, 'target', 'x')),
      false,
    )
    await expect(page.locator('.canvas-hint')).toContainText(
      'Drop here to choose: Insert Reshape to 8 × 8 × 1',
    )
    await page.mouse.up()
    await list(page)
      .getByRole('option', { name: /Insert Reshape/ })
      .click()
    await expect(wire(page, 'Reshape', 'Conv2D')).toHaveAttribute('aria-label', /B × 8 × 8 × 1/)
    // On the card itself, later: what does not fit offers its fixes by a click.
    await card(page, 'Reshape').click()
    await page.keyboard.press('Delete')
    await expect(wire(page, 'Hidden', 'Conv2D')).toHaveCount(1)
    await conv.locator('[data-fix]').click()
    await list(page)
      .getByRole('option', { name: /Insert Reshape/ })
      .click()
    await expect(page.locator('.card-error')).toHaveCount(0)
  })

  await test.step('6. deleting heals; a type is replaced in place; a stroke cuts wires', async () => {
    await card(page, 'Reshape').click()
    await page.keyboard.press('Delete')
    await card(page, 'Conv2D').click()
    await page.keyboard.press('Delete')
    await expect(cards(page)).toHaveCount(start)
    await hidden.click()
    await page.keyboard.press('Delete')
    await expect(wire(page, 'Four samples', 'Answer')).toHaveCount(1)
    await page.keyboard.press(undo)
    await hidden.click()
    await page.keyboard.press('r')
    await list(page).getByRole('combobox').fill('bias')
    await list(page).getByRole('option', { name: 'Bias', exact: true }).click()
    await expect(wire(page, 'Hidden', 'Answer')).toHaveCount(1)
    await expect(hidden).toContainText('Bias')
    await page.keyboard.press(undo)
    const cut = await middleOf(wire(page, 'Hidden', 'Answer'))
    await page.keyboard.down('Alt')
    await drag(page, { x: cut.x, y: cut.y - 60 }, { x: cut.x, y: cut.y + 60 })
    await page.keyboard.up('Alt')
    await expect(wire(page, 'Hidden', 'Answer')).toHaveCount(0)
    await page.keyboard.press(undo)
    await expect(wire(page, 'Hidden', 'Answer')).toHaveCount(1)
  })

  await test.step('7. bypass, disable and freeze from the inspector, seen on the card', async () => {
    await hidden.click()
    for (const [label, seen] of [
      ['Frozen', 'frozen'],
      ['Bypass', 'bypassed'],
      ['Disabled', 'disabled'],
    ] as const) {
      await page.getByLabel(label, { exact: true }).click()
      await expect(hidden).toHaveAttribute('aria-label', new RegExp(seen))
      await page.keyboard.press(undo)
      await expect(hidden).not.toHaveAttribute('aria-label', new RegExp(seen))
    }
    // Of several nodes of which one has it: neither on nor off, and the first press sets it in all.
    const frozen = page.getByLabel('Frozen', { exact: true })
    await frozen.click()
    await page.keyboard.press('ControlOrMeta+a')
    await expect(frozen).toBeChecked({ indeterminate: true })
    await frozen.click()
    await expect(frozen).toBeChecked()
    await expect(card(page, 'Answer')).toHaveAttribute('aria-label', /frozen/)
    await page.keyboard.press(undo)
    await page.keyboard.press(undo)
    await page.keyboard.press('Escape')
  })

  await test.step('8. with Alt a drag leaves a copy', async () => {
    const before = await middleOf(hidden)
    await page.keyboard.down('Alt')
    const from = await grip(hidden)
    await drag(page, from, { x: from.x, y: from.y + 170 })
    await page.keyboard.up('Alt')
    await expect(cards(page)).toHaveCount(start + 1)
    expect(await middleOf(hidden.first())).toEqual(before)
    await expect(page.getByRole('button', { name: 'Undo', exact: true })).toHaveAttribute(
      'title',
      /Duplicate 1 node/,
    )
    await page.keyboard.press(undo)
  })

  await test.step('a list and a menu stay where they belong when the camera moves and the window changes its size', async () => {
    await hidden.click()
    await page.keyboard.press('0')
    await page.keyboard.press('a')
    /** Between the card and the list, across. */
    const away = async () => {
      const [at, there] = [await list(page).boundingBox(), await hidden.boundingBox()]
      return (at?.x ?? 0) - (there?.x ?? 0) - (there?.width ?? 0)
    }
    const before = await away()
    // The list stands on whole pixels, and the card between them.
    const stays = () => expect.poll(async () => Math.abs((await away()) - before)).toBeLessThanOrEqual(1)
    const size = (await hidden.boundingBox())?.width
    const corner = await page.locator('.canvas').boundingBox()
    await page.mouse.move((corner?.x ?? 0) + 40, (corner?.y ?? 0) + 300)
    await page.mouse.wheel(0, 120)
    await expect.poll(async () => (await hidden.boundingBox())?.width).not.toBe(size)
    await stays()
    // Of the canvas, what was in the middle stays there.
    const off = async () => {
      const [at, there] = [await middleOf(page.locator('.canvas')), await middleOf(hidden)]
      return [at.x - there.x, at.y - there.y].map(Math.round)
    }
    const kept = await off()
    await page.setViewportSize({ width: 1640, height: 1000 })
    await expect.poll(off).toEqual(kept)
    await stays()
    await page.keyboard.press('Escape')
    const button = page.locator('.backend-button')
    await button.click()
    const edge = async () => {
      const [menu, at] = [await page.getByRole('menu').boundingBox(), await button.boundingBox()]
      return Math.round((menu?.x ?? 0) + (menu?.width ?? 0) - (at?.x ?? 0) - (at?.width ?? 0))
    }
    expect(await edge()).toBe(0)
    await page.setViewportSize({ width: 1440, height: 900 })
    await expect.poll(edge).toBe(0)
    await page.keyboard.press('Escape')
  })
})

test('what is said of a wire goes with its card while the canvas moves at its edge', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/xor')
  const loss = card(page, 'Loss')
  const box = await loss.boundingBox()
  if (box === null) throw new Error('It must be on screen.')
  const said = page.locator('.canvas-hint')
  const low = box.y + box.height - 30
  await drag(
    page,
    await middleOf(port(card(page, 'Hidden'), 'source', 'y')),
    { x: box.x + box.width / 2, y: low },
    false,
  )
  await expect(said).toBeVisible()
  await page.mouse.move(box.x + box.width - 6, low, { steps: 3 })
  // The card leaves the pointer, which rests.
  await expect.poll(async () => (await loss.boundingBox())?.x).toBeLessThan(box.x - box.width)
  await expect(said).toBeHidden({ timeout: 2000 })
  await page.keyboard.press('Escape')
  await page.mouse.up()
})

test('adding and wiring by keyboard', async ({ page, wiregrad, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openWindow(page, wiregrad, 'open=examples/xor')
  const start = await cards(page).count()
  const hidden = card(page, 'Hidden')
  /** From the outline, where the row with the focus is the selected node. */
  async function select(name: string) {
    await page.keyboard.press('o')
    const row = page.getByRole('treeitem', { name: new RegExp(`^${name}`) })
    // The key takes the focus to the outline a frame later, which may be after ours.
    await expect(async () => {
      await row.focus()
      await expect(row).toHaveAttribute('aria-selected', 'true', { timeout: 500 })
    }).toPass()
  }

  await test.step('1 and 4. A offers what takes the node’s output and wires the choice', async () => {
    await select('Hidden')
    await page.keyboard.press('a')
    await search(page, 'dropo')
    await page.keyboard.press('Enter')
    await expect(wire(page, 'Hidden', 'Dropout')).toHaveCount(1)
    // A long row by keys alone: what was added last is seen.
    for (let more = 0; more < 4; more++) {
      await page.keyboard.press('a')
      await page.keyboard.type('dropo')
      await page.keyboard.press('Enter')
      await expect(card(page, 'Dropout')).toHaveCount(more + 2)
    }
    await expect(page.locator('.card-selected')).toBeInViewport({ ratio: 0.9 })
    for (let less = 0; less < 5; less++) await page.keyboard.press(undo)
    await page.keyboard.press('1')
  })

  await test.step('2. Tab searches at the cursor; Escape leaves it', async () => {
    await page.locator('.react-flow__pane').click({ position: { x: 40, y: 300 } })
    await page.keyboard.press('Tab')
    await expect(list(page)).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(list(page)).toHaveCount(0)
    await page.keyboard.press('Tab')
    await search(page, 'linear')
    await page.keyboard.press('Enter')
    await expect(card(page, 'Dense')).toHaveCount(1)
    await page.keyboard.press(undo)
  })

  await test.step('3. A with a wire selected inserts into it', async () => {
    await wire(page, 'Hidden', 'Answer').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('a')
    await search(page, 'dropo')
    await page.keyboard.press('Enter')
    await expect(wire(page, 'Hidden', 'Dropout')).toHaveCount(1)
    await expect(wire(page, 'Dropout', 'Answer')).toHaveCount(1)
    await page.keyboard.press(undo)
  })

  await test.step('4 and 5. C lists the other ends with what is said of them, and offers fixes', async () => {
    await select('Hidden')
    await page.keyboard.press('c')
    await search(page, 'four')
    await expect(list(page).getByRole('option').first()).toHaveText('← Four samples · x')
    await page.keyboard.press('Escape')
    await select('Four')
    await page.keyboard.press('c')
    await search(page, 'answer')
    await page.keyboard.press('Enter')
    await expect(wire(page, 'Four samples', 'Answer')).toHaveCount(1)
    await page.keyboard.press(undo)
    await select('Hidden')
    await page.keyboard.press('a')
    await search(page, 'conv1d')
    await page.keyboard.press('Enter')
    await expect(page.locator('.card-error')).toHaveCount(1)
    await page.keyboard.press('q')
    await expect(list(page)).toContainText('Conv1D needs')
    await page.keyboard.press('Enter')
    await expect(page.locator('.card-error')).toHaveCount(0)
    await page.keyboard.press(undo)
    await page.keyboard.press(undo)
    await expect(cards(page)).toHaveCount(start)
  })

  await test.step('6. Delete heals, Shift+Delete does not, R replaces, X cuts', async () => {
    await select('Hidden')
    await page.keyboard.press('Delete')
    await expect(wire(page, 'Four samples', 'Answer')).toHaveCount(1)
    await page.keyboard.press(undo)
    await select('Hidden')
    await page.keyboard.press('Shift+Delete')
    await expect(wire(page, 'Four samples', 'Answer')).toHaveCount(0)
    await page.keyboard.press(undo)
    await select('Hidden')
    await page.keyboard.press('r')
    await search(page, 'bias')
    await page.keyboard.press('Enter')
    await expect(hidden).toContainText('Bias')
    await page.keyboard.press(undo)
    const before = await wires(page).count()
    await select('Hidden')
    await page.keyboard.press('x')
    await expect(wires(page)).toHaveCount(before - 2)
    await page.keyboard.press(undo)
    await expect(wires(page)).toHaveCount(before)
  })

  await test.step('7. B, M and F, each one key', async () => {
    await select('Hidden')
    for (const [key, seen] of [
      ['f', 'frozen'],
      ['b', 'bypassed'],
      ['m', 'disabled'],
    ] as const) {
      await page.keyboard.press(key)
      await expect(hidden).toHaveAttribute('aria-label', new RegExp(seen))
      await page.keyboard.press(key)
      await expect(hidden).not.toHaveAttribute('aria-label', new RegExp(seen))
    }
  })

  await test.step('8. duplicate, with incoming wires, copy, cut, paste into another document as text', async () => {
    await select('Hidden')
    await page.keyboard.press('ControlOrMeta+d')
    await expect(card(page, 'Hidden 2')).toBeInViewport()
    await page.keyboard.press(undo)
    await select('Hidden')
    await page.keyboard.press('ControlOrMeta+Shift+d')
    await expect(wire(page, 'Four samples', 'Hidden')).toHaveCount(2)
    await page.keyboard.press(undo)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('ControlOrMeta+c')
    const text = await page.evaluate(() => navigator.clipboard.readText())
    expect(JSON.parse(text)).toMatchObject({ format: 'wiregrad-selection' })
    const all = await wires(page).count()
    await page.keyboard.press('ControlOrMeta+x')
    await expect(cards(page)).toHaveCount(0)
    await page.keyboard.press('ControlOrMeta+k')
    await page.keyboard.type('new')
    await page.keyboard.press('Enter')
    await expect(documentTabs(page)).toHaveCount(2)
    await page.keyboard.press('ControlOrMeta+v')
    await expect(cards(page)).toHaveCount(start)
    await expect(wires(page)).toHaveCount(all)
  })
})
