/** What a hand does on the canvas: cards, ports and wires by name, pulling, dropping. */
import { expect, type Locator, type Page } from '@playwright/test'

export const card = (page: Page, title: string): Locator =>
  page.locator('.react-flow__node-card', {
    has: page.locator('.card-name', { hasText: new RegExp(`^${title}$`) }),
  })
export const cards = (page: Page): Locator => page.locator('.react-flow__node-card')
export const wires = (page: Page): Locator => page.locator('.react-flow__edge')
export const wire = (page: Page, from: string, to: string): Locator =>
  page.locator(`.react-flow__edge[aria-label^="Wire from ${from} to ${to}"]`)
export const port = (node: Locator, side: 'source' | 'target', name: string): Locator =>
  node.locator(`.react-flow__handle.${side}[data-handleid="${name}"]`)
/** The list at the cursor. */
export const list = (page: Page): Locator => page.locator('.quick-search')

/** Types into the list, which takes the focus a moment after it was asked for. */
export async function search(page: Page, text: string): Promise<void> {
  await expect(list(page).getByRole('combobox')).toBeFocused()
  await page.keyboard.type(text)
}

export interface Point {
  readonly x: number
  readonly y: number
}

export async function middleOf(locator: Locator): Promise<Point> {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('It must be on screen.')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Presses at one place and moves to another in steps, as a hand would; `release` ends it. */
export async function drag(page: Page, from: Point, to: Point, release = true): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 })
  await page.mouse.move(to.x, to.y, { steps: 4 })
  // Marks follow the pointer with the next frame.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  if (release) await page.mouse.up()
}

/** Takes a card by its title. */
export async function grip(node: Locator): Promise<Point> {
  const box = await node.boundingBox()
  if (box === null) throw new Error('The card must be on screen.')
  return { x: box.x + 50, y: box.y + 14 }
}

/** The shape on a wire, as it is spoken. */
export async function carried(wireOf: Locator): Promise<string> {
  const label = (await wireOf.first().getAttribute('aria-label')) ?? ''
  return label.split(', ').slice(1).join(', ')
}

/** Open documents; the strip is there while there are several. */
export const documentTabs = (page: Page): Locator =>
  page.getByRole('tablist', { name: 'Open documents' }).getByRole('tab')
