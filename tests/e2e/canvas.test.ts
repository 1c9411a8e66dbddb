/**
 * Drawing in the built window by mouse: blocks from the palette, wires that fit and wires that do not, deleting, undo.
 */
import type { Locator, Page } from '@playwright/test'
import { writeDocument } from '../../engine/graph/text'
import { catalogue } from '../../nodes/catalogue'
import { sketch, type NodeSketch } from '../support/graph'
import { expect, openWindow, test } from './support/app'

async function add(page: Page, type: string): Promise<void> {
  const search = page
    .getByRole('searchbox')
    .or(page.getByPlaceholder(/Search/))
    .first()
  await search.fill(type)
  await page.keyboard.press('Enter')
  await search.fill('')
}

const card = (page: Page, title: string): Locator => page.locator('.react-flow__node', { hasText: title })
const port = (node: Locator, side: 'source' | 'target', name: string): Locator =>
  node.locator(`.react-flow__handle.${side}[data-handleid="${name}"]`)

/** Presses on one port and moves to another in steps, as a hand would; `release` ends it. */
async function pull(page: Page, from: Locator, to: Locator, release = true): Promise<void> {
  const start = await from.boundingBox()
  const end = await to.boundingBox()
  if (start === null || end === null) throw new Error('Both ports must be on screen.')
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
  await page.mouse.down()
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 })
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 4 })
  if (release) await page.mouse.up()
}

async function place(page: Page, node: Locator, x: number, y: number): Promise<void> {
  const box = await node.boundingBox()
  if (box === null) throw new Error('The node must be on screen.')
  await page.mouse.move(box.x + 40, box.y + 12)
  await page.mouse.down()
  await page.mouse.move(x + 20, y + 6, { steps: 4 })
  await page.mouse.move(x + 40, y + 12, { steps: 2 })
  await page.mouse.up()
}

test('blocks are added, wired, refused with a reason, deleted and brought back', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad)
  await expect(page.locator('.card').first()).toBeVisible()
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await page.getByRole('menuitem', { name: 'New' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(0)

  await add(page, 'data')
  await place(page, card(page, 'Data').first(), 320, 200)
  await add(page, 'dense')
  await place(page, card(page, 'Dense').first(), 640, 320)
  await expect(page.locator('.react-flow__node')).toHaveCount(2)

  const data = card(page, 'Data').first()
  const dense = card(page, 'Dense').first()
  await pull(page, port(data, 'source', 'x'), port(dense, 'target', 'x'))
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  await expect(page.locator('.wire-label').first()).toHaveText('B × 2')

  // What a loss compares with is not what a layer takes: the wire is refused, and a sentence says why.
  await pull(page, port(data, 'source', 'y'), port(dense, 'target', 'x'), false)
  await expect(page.getByText(/takes a tensor, but Data gives a target/)).toBeVisible()
  await page.mouse.up()
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)

  await dense.click()
  await page.keyboard.press('Delete')
  await expect(page.locator('.react-flow__node')).toHaveCount(1)
  await expect(page.locator('.react-flow__edge')).toHaveCount(0)
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(2)
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)

  // Two ports that are clicked one after the other are wired, too.
  await page.locator('.react-flow__edge').press('Enter')
  await page.keyboard.press('Delete')
  await expect(page.locator('.react-flow__edge')).toHaveCount(0)
  await port(data, 'source', 'x').click()
  await port(dense, 'target', 'x').click()
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
})

/** Where an element lies on the screen. */
async function boxOf(of: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await of.boundingBox()
  if (box === null) throw new Error('It must be on screen.')
  return box
}

test('the canvas follows the hand, and what is dropped on it afterwards lies under the pointer', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/xor')
  const nodes = page.locator('.react-flow__node')
  const first = nodes.first()
  await expect(first).toBeVisible()
  await page.waitForTimeout(300)
  const pane = await boxOf(page.locator('.react-flow__pane'))
  const dots = page.locator('.react-flow__background')
  const [before, backdrop] = [await boxOf(first), await boxOf(dots)]
  await page.mouse.move(pane.x + 330, pane.y + 330)
  await page.mouse.down()
  await page.mouse.move(pane.x + 310, pane.y + 360, { steps: 3 })
  await page.mouse.move(pane.x + 283, pane.y + 401, { steps: 3 })
  const moved = await boxOf(first)
  const by = [moved.x - before.x, moved.y - before.y]
  // React Flow takes hold at the first move.
  expect(by[0]).toBeLessThan(-30)
  expect(by[1]).toBeGreaterThan(45)
  const reached = await boxOf(dots)
  expect(reached.x + reached.width, 'dots to the edge').toBeGreaterThanOrEqual(pane.x + pane.width)
  expect(reached.x).toBeLessThanOrEqual(backdrop.x)
  // Where in the window the dots lie, but for whole steps from one to the next.
  const phase = () =>
    dots.evaluate((svg) => {
      const pattern = svg.querySelector('pattern')
      const [x, width] = ['x', 'width'].map((name) => Number(pattern?.getAttribute(name))) as [number, number]
      return (((x + new DOMMatrix(getComputedStyle(svg).transform).e) % width) + width) % width
    })
  const held = await phase()
  await page.mouse.up()
  expect(await boxOf(first), 'let go').toEqual(moved)
  expect(await phase(), 'dots stay where they are').toBeCloseTo(held, 3)
  const count = await nodes.count()
  const item = page.getByRole('complementary').first().getByText('Dropout', { exact: true })
  await item.dragTo(page.locator('.react-flow__pane'), { targetPosition: { x: 300, y: 120 } })
  await expect(nodes).toHaveCount(count + 1)
  const added = await boxOf(nodes.filter({ hasText: 'Dropout' }))
  expect(Math.abs(added.x + added.width / 2 - (pane.x + 300))).toBeLessThan(added.width / 2 + 12)
  expect(Math.abs(added.y + added.height / 2 - (pane.y + 120))).toBeLessThan(added.height / 2 + 12)
})

/** One card of every type, as a file. */
function everyType(): string {
  const nodes = Object.fromEntries(
    [...catalogue.keys()].map((type, index): [string, NodeSketch] => [
      `n${index}`,
      { type, at: [(index % 11) * 220, Math.floor(index / 11) * 170] },
    ]),
  )
  return writeDocument(sketch({ nodes }))
}

test('text on a card stays on it, at every level of detail', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad, 'open=examples/xor')
  const transfer = await page.evaluateHandle((content) => {
    const data = new DataTransfer()
    data.items.add(new File([content], 'all.wiregrad'))
    return data
  }, everyType())
  await page.dispatchEvent('.window', 'drop', { dataTransfer: transfer })
  await expect(page.locator('.react-flow__node-card')).toHaveCount(catalogue.size)
  /** Texts that no clip keeps within their card. */
  const outside = () =>
    page.locator('.card-name, .card-summary, .card-foot').evaluateAll((elements) =>
      elements.flatMap((element) => {
        const card = element.closest('.card')?.getBoundingClientRect() ?? new DOMRect()
        const text = document.createRange()
        text.selectNodeContents(element)
        const { width, right, bottom } = text.getBoundingClientRect()
        const clips = getComputedStyle(element).overflowX === 'hidden'
        return !clips && width > 0 && (right > card.right || bottom > card.bottom)
          ? [element.textContent]
          : []
      }),
    )
  /** Of all that is written, on cards and along wires. */
  const smallestLetters = () =>
    page
      .locator('.card-name, .card-summary, .card-foot, .port-name, .wire-label')
      .evaluateAll((elements) =>
        Math.min(
          ...elements
            .filter((element) => element.getClientRects().length > 0)
            .map((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
        ),
      )
  await page.locator('.canvas').focus()
  const levels = { near: 0.86, middle: 0.6, far: 0.46, farther: 0.385 }
  for (const [level, leastZoom] of Object.entries(levels)) {
    if (level === 'near') await page.keyboard.press('0')
    while ((await page.locator(`.canvas-${level}`).count()) === 0) {
      await page.keyboard.press('-')
      await page.waitForTimeout(200)
    }
    await page.waitForTimeout(250)
    expect(await outside(), level).toEqual([])
    // A long name from furthest away rather shrinks a little than breaks.
    const least = level === 'farther' ? 7.7 : 9
    expect((await smallestLetters()) * leastZoom, `pixels of ${level}`).toBeGreaterThanOrEqual(least)
  }
})

test('what fills the canvas fills it in another size, too, until somebody moves it', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/digits-cnn')
  const zoom = () =>
    page.evaluate(() => {
      const shown = document.querySelector('.react-flow__viewport')
      return shown === null ? NaN : new DOMMatrix(getComputedStyle(shown).transform).a
    })
  await page.waitForTimeout(200)
  const before = await zoom()
  await page.setViewportSize({ width: 1900, height: 1000 })
  await expect.poll(zoom).toBeGreaterThan(1.3 * before)
  await page.keyboard.press('-')
  await page.waitForTimeout(300)
  const chosen = await zoom()
  await page.setViewportSize({ width: 1280, height: 720 })
  await page.waitForTimeout(300)
  expect(await zoom()).toBe(chosen)
})
