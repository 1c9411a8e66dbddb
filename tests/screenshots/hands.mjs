/**
 * What the scenes share: keys, cards by their ids, files let fall on the window, trainings up to a step. Nothing here reads a
 * word of the window, so that it works in every language.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */
/**
 * @typedef {object} Stage
 * @property {Page} page
 * @property {string} workspace Where the window keeps saved documents.
 * @property {(state: string, again?: () => Promise<unknown>) => Promise<void>} shoot Takes every look and size; `again` is
 *   done before each, for what does not outlive a change of size, such as a pointer on a card.
 */
/**
 * @typedef {object} Scene
 * @property {string} name
 * @property {string} query What the address asks for, as after `&`; empty for a first visit.
 * @property {(page: Page) => Promise<unknown>} [before] Done before the page is opened.
 * @property {(stage: Stage) => Promise<void>} play
 */

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
const mod = process.platform === 'darwin' ? 'Meta' : 'Control'

/** @param {Page} page @param {readonly string[]} keys One after the other; `Mod` is Control, or Command on a Mac. */
export async function press(page, ...keys) {
  for (const each of keys) await page.keyboard.press(each.replace('Mod', mod))
}

/** Away from a dialog; the next key is the window's again. @param {Page} page */
export async function leaveDialog(page) {
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog[open]', { state: 'detached' })
}

/** @param {Page} page @param {string} id */
export const card = (page, id) => page.locator(`.react-flow__node-card[data-id="${id}"]`)

/** @param {Page} page @param {number} index */
export const wire = (page, index) => page.locator('.react-flow__edge').nth(index)

/** @param {Locator} locator */
export async function middle(locator) {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('It must be on screen.')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Pulls a wire and keeps it in the hand. @param {Page} page @param {Locator} from @param {Locator | { x: number, y: number }} to */
export async function pull(page, from, to) {
  await page.mouse.up()
  const start = await middle(from)
  const end = 'boundingBox' in to ? await middle(to) : { x: start.x + to.x, y: start.y + to.y }
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 })
  await page.mouse.move(end.x, end.y, { steps: 4 })
}

/** @param {Page} page @param {string} node @param {'source' | 'target'} side @param {string} name */
export const port = (page, node, side, name) =>
  card(page, node).locator(`.react-flow__handle.${side}[data-handleid="${name}"]`)

/** Opens the menu with this number, of the header's. @param {Page} page @param {number} index */
export async function openMenu(page, index) {
  await page.locator('header [aria-haspopup=menu]').nth(index).click()
}

/** An example as it is opened in the language of the window; a file that is dropped stays as it is. @param {Page} page @param {string} name */
export async function openExample(page, name) {
  await page.goto(new URL(`/?backend=wasm&open=examples/${name}`, page.url()).href)
  await page.waitForSelector('.react-flow__node-card')
  await page.waitForTimeout(500)
}

/** @param {Page} page @param {string} status */
export async function until(page, status) {
  await page.waitForSelector(`.led[data-status=${status}]`, { timeout: 240_000 })
}

/** Trains, and goes on as soon as this step is there. @param {Page} page @param {number} step */
export async function trainBeyond(page, step) {
  await press(page, 'Mod+Enter')
  await page.waitForFunction(
    (wanted) => Number(document.querySelector('.strip-step b')?.textContent?.replace(/\D/g, '')) >= wanted,
    step,
    { timeout: 240_000 },
  )
}

/** Trains until this step, and pauses. @param {Page} page @param {number} step */
export async function trainTo(page, step) {
  await trainBeyond(page, step)
  await press(page, 'Mod+Enter')
  await page.waitForSelector('.led[data-status=paused], .led[data-status=ended]', { timeout: 60_000 })
}

/** @param {Page} page */
export async function trainToTheEnd(page) {
  await press(page, 'Mod+Enter')
  await until(page, 'ended')
}

/** @param {Page} page @param {string} name @param {string | Uint8Array} content */
export async function drop(page, name, content) {
  const text = Buffer.from(content).toString('latin1')
  const transfer = await page.evaluateHandle(([file, bytes]) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))], file))
    return data
  }, /** @type {const} */ ([name, text]))
  await page.dispatchEvent('.window', 'drop', { dataTransfer: transfer })
}

/** An example as its file is, or as `change` leaves it. @param {string} name @param {(document: any) => void} [change] */
export function example(name, change) {
  const document = JSON.parse(readFileSync(path.join(examples, `${name}.wiregrad`), 'utf8'))
  change?.(document)
  return JSON.stringify(document)
}
