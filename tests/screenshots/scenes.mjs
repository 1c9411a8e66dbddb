/**
 * Every panel and state of the window, as somebody would come to it who uses the keyboard and cannot read its words: the
 * scenes are the same in every language. A scene begins with a fresh page; its states follow from one another.
 */
import process from 'node:process'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ readonly page: Page, shoot(state: string): Promise<void> }} Stage */
/** @typedef {{ readonly name: string, readonly query: string, play(stage: Stage): Promise<void> }} Scene */

const mod = process.platform === 'darwin' ? 'Meta' : 'Control'

/** @param {Page} page @param {string} keys */
const press = (page, keys) => page.keyboard.press(keys.replace('Mod', mod))

/** @param {Page} page @param {number} step Trains until this step, and pauses. */
async function trainTo(page, step) {
  await press(page, 'Mod+Enter')
  await page.waitForFunction(
    (wanted) => Number(document.querySelector('.strip-step b')?.textContent?.replace(/\D/g, '')) >= wanted,
    step,
    { timeout: 240_000 },
  )
  await press(page, 'Mod+Enter')
  await page.waitForSelector('.led[data-status=paused], .led[data-status=ended]', { timeout: 60_000 })
}

/** @param {Page} page */
async function untilEnded(page) {
  await press(page, 'Mod+Enter')
  await page.waitForSelector('.led[data-status=ended]', { timeout: 240_000 })
}

/** @param {Page} page @param {string} name @param {string | Uint8Array} content */
async function drop(page, name, content) {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1')
  const transfer = await page.evaluateHandle(([file, bytes]) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))], file))
    return data
  }, /** @type {const} */ ([name, text]))
  await page.dispatchEvent('.window', 'drop', { dataTransfer: transfer })
}

/** A table with numbers, words, gaps and a cell that is no number. */
function passengers() {
  const rows = Array.from({ length: 120 }, (_, index) => {
    const age = index % 9 === 4 ? '' : index === 50 ? 'unknown' : String(5 + ((index * 13) % 60))
    return `${index + 1},${index % 3 === 0 ? 'female' : 'male'},${age},${(7 + ((index * 5) % 40)).toFixed(2)},${index % 2}`
  })
  return `id,sex,age,fare,survived\n${rows.join('\n')}\n`
}

/** Weights of another program: one tensor of the shape that XOR's first layer has. */
function foreignWeights() {
  const values = new Float32Array(8)
  const header = JSON.stringify({ 'fc.weight': { dtype: 'F32', shape: [4, 2], data_offsets: [0, 32] } })
  const head = Buffer.alloc(8)
  head.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([head, Buffer.from(header), Buffer.from(values.buffer)])
}

/** @param {Page} page @param {number} index */
const card = (page, index) => page.locator('.react-flow__node-card').nth(index)

/** @type {readonly Scene[]} */
export const scenes = [
  {
    name: 'start',
    query: '',
    async play({ page, shoot }) {
      await page.waitForSelector('.thumbnail')
      await shoot('page')
    },
  },
  {
    name: 'menus',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      await shoot('none')
      const menus = page.locator('header [aria-haspopup=menu]')
      for (const [index, state] of ['file', 'backend', 'theme', 'language'].entries()) {
        await menus.nth(index).click()
        await shoot(state)
        await press(page, 'Escape')
      }
      await press(page, 'Mod+B')
      await press(page, 'Mod+I')
      await press(page, 'Mod+J')
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
      await press(page, 'Escape')
      await press(page, '?')
      await shoot('keymap')
      await press(page, 'Escape')
      await press(page, 'Mod+A')
      await press(page, 'Mod+D')
      await press(page, 'N')
      await press(page, 'Mod+Alt+Z')
      await shoot('history')
      await press(page, 'Escape')
      await press(page, 'Mod+O')
      await shoot('open')
      await press(page, 'Escape')
      await press(page, 'Mod+Shift+S')
      await shoot('save-as')
      await press(page, 'Escape')
    },
  },
  {
    name: 'own-files',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await drop(page, 'theirs.safetensors', foreignWeights())
      await page.waitForSelector('dialog[open]')
      await shoot('weights')
      await press(page, 'Escape')
      await drop(page, 'passengers.csv', passengers())
      await page.waitForSelector('dialog[open]')
      await shoot('table')
      await press(page, 'Escape')
      await drop(page, 'empty.csv', '')
      await drop(page, 'one.csv', 'only\n1\n2\n')
      await page.waitForSelector('.notice[data-kind=error]')
      await shoot('notices')
    },
  },
  {
    name: 'inspector',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      for (const [index, state] of ['data', 'layer', 'pooling'].entries()) {
        await card(page, index).click()
        await shoot(state)
      }
      await page.locator('.react-flow__node-card.selected').press('Escape')
      await page.locator('.react-flow__edge').first().press('Enter')
      await shoot('wire')
      await press(page, 'Mod+A')
      await shoot('several')
      await press(page, 'Shift+F')
      await page.locator('.react-flow__node-frame').click({ position: { x: 12, y: 12 } })
      await shoot('frame')
    },
  },
  {
    name: 'training-steps',
    query: 'open=examples/ring-gan',
    async play({ shoot }) {
      await shoot('document')
    },
  },
  {
    name: 'blocks',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'Mod+A')
      await press(page, 'Mod+G')
      await shoot('instance')
      await page.locator('.block-inside summary').first().click()
      await page.locator('.block-inside summary').last().click()
      await shoot('inside')
      await press(page, 'E')
      await shoot('entered')
    },
  },
  {
    name: 'finding',
    query: 'open=examples/tiny-transformer',
    async play({ page, shoot }) {
      await press(page, 'O')
      await press(page, 'ArrowRight')
      await shoot('outline')
      await press(page, '/')
      await page.keyboard.type('conv')
      await shoot('search')
      await page.keyboard.type('zzzz')
      await shoot('search-none')
      await press(page, 'Escape')
      await press(page, 'Escape')
      await press(page, 'A')
      await shoot('add-at-cursor')
      await press(page, 'Escape')
    },
  },
  {
    name: 'broken',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      await page.locator('.react-flow__edge').nth(3).press('Enter')
      await press(page, 'Delete')
      await page.locator('.react-flow__edge').nth(0).press('Enter')
      await press(page, 'Delete')
      await shoot('problems')
      await page.locator('.problem').first().click()
      await shoot('node')
      await press(page, 'C')
      await shoot('wire-with')
      await press(page, 'Escape')
    },
  },
  {
    name: 'vanishing',
    query: 'open=examples/deep-sigmoid',
    async play({ page, shoot }) {
      await trainTo(page, 40)
      await shoot('gradient')
      for (const [digit, overlay] of /** @type {const} */ ([
        [2, 'forward'],
        [3, 'update'],
        [4, 'dead'],
        [5, 'memory'],
        [6, 'time'],
      ])) {
        await press(page, `Alt+${digit}`)
        await shoot(overlay)
      }
      await press(page, 'Alt+1')
      await card(page, 3).hover()
      await shoot('numbers')
      await press(page, '[')
      await shoot('earlier')
    },
  },
  {
    name: 'looking',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      await trainTo(page, 20)
      await card(page, 1).click()
      const tabs = page.locator('[role=tab]')
      const count = await tabs.count()
      for (let index = 1; index < Math.min(count, 4); index += 1) {
        await tabs.nth(count - 4 + index).click()
        await page.waitForTimeout(700)
        await shoot(`view-${index}`)
      }
    },
  },
  {
    name: 'finished',
    query: 'open=examples/iris',
    async play({ page, shoot }) {
      await untilEnded(page)
      await shoot('scores')
    },
  },
  {
    name: 'step-by-step',
    query: 'open=examples/backprop-by-hand',
    async play({ page, shoot }) {
      await press(page, 'T')
      await page.waitForSelector('.stepwise-title')
      await shoot('data')
      await press(page, 'ArrowRight')
      await shoot('forward')
      await press(page, 'ArrowRight')
      await press(page, 'ArrowRight')
      await shoot('loss')
      await press(page, 'ArrowRight')
      await press(page, 'ArrowRight')
      await shoot('backward')
      await press(page, 'End')
      await shoot('update')
    },
  },
  {
    name: 'trials',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'R')
      await page.waitForSelector('.trials')
      await shoot('before')
      await page.locator('.trials-head button').first().click()
      await page.waitForFunction(
        () => /\d/.test(document.querySelector('.trials-facts tbody td:last-child')?.textContent ?? ''),
        null,
        { timeout: 60_000 },
      )
      await page.locator('.trials-part').last().locator('button').first().click()
      await page.waitForSelector('.trials-suggestion', { timeout: 120_000 })
      await shoot('after')
    },
  },
  {
    name: 'code',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'Mod+Shift+K')
      await page.waitForSelector('.code-text')
      await shoot('pytorch')
    },
  },
  {
    name: 'empty',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'Mod+A')
      await press(page, 'Delete')
      await shoot('canvas')
      await press(page, 'O')
      await shoot('outline')
    },
  },
]
