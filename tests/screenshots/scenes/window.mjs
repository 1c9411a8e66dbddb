/** The window around the canvas: start page, menus, dialogs, tabs, finding things, and what is there before anything is. */
import { card, drop, example, leaveDialog, openExample, openMenu, press } from '../hands.mjs'

/** @type {readonly import('../hands.mjs').Scene[]} */
export const windowScenes = [
  {
    name: 'start',
    query: '',
    async play({ page, shoot }) {
      await page.waitForSelector('.thumbnail')
      await shoot('page')
      const last = page.locator('.start-card').last()
      await shoot('end', () => last.scrollIntoViewIfNeeded())
      await page.locator('.start-card').first().locator('button').nth(1).click()
      await shoot('broken-on-purpose')
    },
  },
  {
    name: 'menus',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      await shoot('none')
      for (const [index, state] of ['file', 'backend', 'theme', 'language'].entries()) {
        await openMenu(page, index)
        if (state === 'backend') await page.waitForTimeout(1500)
        await shoot(state)
        await press(page, 'Escape')
      }
      await press(page, 'Mod+B', 'Mod+I', 'Mod+J')
      await shoot('canvas-alone')
    },
  },
  {
    name: 'dialogs',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'Mod+K')
      await shoot('commands')
      await page.keyboard.type('zzzz')
      await shoot('commands-none')
      await leaveDialog(page)
      await press(page, '?')
      await shoot('keymap')
      const keys = page.locator('.keymap-key')
      await keys.nth(3).click()
      await shoot('keymap-waits')
      await press(page, 'F')
      await shoot('keymap-taken')
      await press(page, 'Escape')
      await leaveDialog(page)
      await press(page, 'Mod+A', 'Mod+D', 'N', 'Escape', 'Mod+Z', 'Mod+Alt+Z')
      await shoot('history')
      await press(page, 'Escape')
    },
  },
  {
    name: 'tabs',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      const long = 'A network with so long a name that no tab, no field and no menu has room for all of it'
      for (const name of ['iris', 'ring-gan', 'tiny-transformer']) {
        // What was not edited gives way to what is opened.
        await press(page, 'Mod+A', 'F')
        const rename = (/** @type {any} */ document) => (document.name = long)
        await drop(page, `${name}.wiregrad`, example(name, name === 'ring-gan' ? rename : undefined))
        await page.waitForTimeout(300)
      }
      await press(page, 'Alt+PageUp')
      await shoot('four')
      await page.locator('.tab-name').nth(1).focus()
      await press(page, 'ArrowRight')
      await shoot('focus')
    },
  },
  {
    name: 'finding',
    query: 'open=examples/tiny-transformer',
    async play({ page, shoot }) {
      await press(page, 'O', 'ArrowRight')
      await shoot('outline')
      await press(page, '/')
      await page.keyboard.type('conv')
      await shoot('search')
      await page.keyboard.type('zzzz')
      await shoot('search-none')
      await press(page, 'Escape', 'Escape', 'A')
      await shoot('add-after')
      await page.keyboard.type('zzzz')
      await shoot('add-none')
      await press(page, 'Escape', 'Escape', 'A')
      await shoot('add-at-cursor')
      await press(page, 'Escape')
    },
  },
  {
    name: 'empty',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'Mod+A', 'Delete')
      await shoot('canvas')
      await press(page, 'O')
      await shoot('outline')
    },
  },
  {
    name: 'loading',
    query: 'open=examples/xor',
    // The worker never comes: whatever waits for it waits.
    before: (page) => page.route(/\/entry-[^/]*\.js/, () => undefined),
    async play({ page, shoot }) {
      await openMenu(page, 1)
      await shoot('backends')
      await press(page, 'Escape', 'T')
      await shoot('step-by-step')
      await press(page, 'Escape', 'R')
      await page.locator('.trials-head button').first().click()
      await page.locator('.trials-part').last().locator('button').first().click()
      await shoot('trials')
      await press(page, 'R', 'Mod+Enter')
      await card(page, 'hidden').click()
      await page.locator('.inspector [role=tab]').nth(1).click()
      await shoot('starting')
    },
  },
  {
    name: 'failing',
    query: 'open=examples/xor',
    before: (page) => page.route(/\/entry-[^/]*\.js/, (route) => route.abort()),
    async play({ page, shoot }) {
      await press(page, 'Mod+Enter')
      await page.waitForSelector('.notice[data-kind=error]')
      await shoot('worker')
      await page.route(/\/bridge/, (route) => route.abort())
      await press(page, 'Mod+O')
      await page.waitForSelector('dialog .row-error')
      await shoot('server')
      await press(page, 'Escape', 'Mod+Shift+S', 'Enter')
      await page.waitForTimeout(500)
      await shoot('not-saved')
    },
  },
  {
    name: 'crash',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await page.evaluate(() => {
        HTMLCanvasElement.prototype.getContext = () => {
          throw new Error('No memory is left for pictures.')
        }
      })
      await press(page, 'R', 'R')
      await page.waitForSelector('.crash')
      await shoot('page')
    },
  },
  {
    name: 'large',
    query: 'open=examples/architectures/resnet-50',
    async play({ page, shoot }) {
      await shoot('resnet')
      await press(page, '0')
      await shoot('resnet-near')
      await openExample(page, 'architectures/u-net')
      await shoot('u-net')
      await openExample(page, 'architectures/gpt2-small')
      await shoot('gpt2')
      await press(page, 'O')
      await shoot('gpt2-outline')
    },
  },
]
