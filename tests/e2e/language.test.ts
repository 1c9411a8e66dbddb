/** The window in Chinese and in high contrast: chosen by the system or by hand, changed while one works, nothing left out. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, openWindow, test } from './support/app'
import { cards } from './support/canvas'

const html = (page: Page) => page.locator('html')

test('language and contrast change while one works, by menu and by command, and are kept', async ({
  page,
  wiregrad,
}) => {
  await openWindow(page, wiregrad, 'open=examples/xor&backend=cpu')
  await expect(html(page)).toHaveAttribute('lang', 'en')
  await page.locator('.react-flow__node-card[data-id="hidden"]').click()
  await page.keyboard.press('Control+D')
  await expect(cards(page)).toHaveCount(6)
  const view = await page.locator('.react-flow__viewport').getAttribute('style')

  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitemradio', { name: /简体中文/ }).click()
  await expect(html(page)).toHaveAttribute('lang', 'zh-CN')
  await expect(page.getByRole('button', { name: '训练', exact: true })).toBeVisible()
  // What was done is there, selected, in view, and can be undone.
  await expect(cards(page)).toHaveCount(6)
  await expect(page.locator('.react-flow__node-card.selected')).toHaveCount(1)
  expect(await page.locator('.react-flow__viewport').getAttribute('style')).toBe(view)
  await expect(page.locator('.react-flow__node-card .card-foot').first()).toHaveText('无权重')
  await expect(page.getByRole('tab', { name: '权重' })).toBeVisible()
  await page.getByRole('button', { name: '撤销' }).click()
  await expect(cards(page)).toHaveCount(5)

  await page.keyboard.press('Control+K')
  await page
    .getByRole('textbox', { name: '命令' })
    .or(page.getByRole('combobox', { name: '命令' }))
    .fill('对比度：高')
  await page.keyboard.press('Enter')
  await expect(html(page)).toHaveAttribute('data-contrast', 'more')
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(255, 255, 255)')
  await page.reload()
  await expect(html(page)).toHaveAttribute('lang', 'zh-CN')
  await expect(html(page)).toHaveAttribute('data-contrast', 'more')

  // Whoever is lost finds back by a word of his own.
  await page.keyboard.press('Control+K')
  await page.keyboard.type('English')
  await page.keyboard.press('Enter')
  await expect(html(page)).toHaveAttribute('lang', 'en')
  await page.getByRole('button', { name: 'Theme and contrast' }).click()
  await page.getByRole('menuitemradio', { name: 'Normal' }).click()
  await expect(html(page)).toHaveAttribute('data-contrast', 'usual')
})

/** Names and words of code that are written so in Chinese books, too. Names with capitals inside need no entry. */
const allowed = new Set(
  `Wiregrad English Keras Python React Flow Transformer Dropout Huber Iris iris Adam Nesterov Glorot Fisher
  Alpha Log cosh softsign standardise divide species setosa versicolor virginica
  Ctrl Shift Alt Enter Space Esc Escape Home End Tab Delete Backspace opset legacy
  mask logits softmax sigmoid relu selu gelu tanh linear swish elu softplus kernel bias scalar
  beta epsilon csv keras npz pool adam pytorch output input hidden target prediction query real wasm`
    .split(/\s+/)
    .flatMap((word) => [word, word.toLowerCase()]),
)

/** Whether a text has Latin words in it that are no names: in Chinese sentences small ones, elsewhere any. */
function isForeign(text: string): boolean {
  if (/undefined|\[object/.test(text)) return true
  const words = text.replace(/`[^`]*`|\S+\.\w+|\w+[:_/]\w+|“[^”]*”/g, '').match(/[A-Za-z]{3,}/g) ?? []
  const chinese = /\p{Script=Han}/u.test(text)
  const name = chinese ? /[A-Z]/ : /.[A-Z]/
  return words.some((word) => !name.test(word) && !allowed.has(word))
}

/** Words in Latin letters that the page shows or says, with what stands around them. */
async function foreignWords(page: Page): Promise<readonly string[]> {
  const texts = await page.evaluate(() => {
    const found = new Set<string>()
    // A node without a label is called by its id.
    const ids = [...document.querySelectorAll<HTMLElement>('.react-flow__node')].map(
      ({ dataset }) => dataset['id'],
    )
    const skipped =
      'code, pre, script, style, .stepwise-lines, .port-name, kbd, .react-flow__attribution, .inspector-ports dt'
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Element) {
        for (const name of ['aria-label', 'title', 'placeholder']) {
          const value = node.getAttribute(name)
          if (value !== null && node.closest('.react-flow__handle, .react-flow__attribution') === null)
            found.add(value)
        }
      } else if (node.parentElement?.closest(skipped) === null) found.add(node.textContent ?? '')
    }
    return [...found].filter((text) => !ids.includes(text))
  })
  return texts.filter(isForeign)
}

async function serious(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

test.describe('on a Chinese system', () => {
  test.use({ locale: 'zh-CN' })

  test('everything is Chinese, and shuts nobody out', async ({ page, wiregrad }) => {
    const look = async (state: string) => expect.soft(await foreignWords(page), state).toEqual([])
    await page.goto(`${wiregrad.url}&backend=wasm`)
    await expect(html(page)).toHaveAttribute('lang', 'zh-CN')
    await expect(page.locator('.thumbnail')).toHaveCount(10)
    await look('the start page')
    expect.soft(await serious(page)).toEqual([])
    await openWindow(page, wiregrad, 'open=examples/iris&backend=wasm')
    await look('an example')
    expect.soft(await serious(page)).toEqual([])
    for (const id of await cards(page).evaluateAll((all) => all.map((each) => each.dataset['id'] ?? ''))) {
      await page.locator(`.react-flow__node-card[data-id="${id}"]`).click()
      await look(`the settings of ${id}`)
    }
    for (const [keys, state] of [
      ['Control+K', 'the commands'],
      ['?', 'the keymap'],
      ['Control+O', 'opening'],
      ['Control+Shift+S', 'saving'],
    ] as const) {
      await page.keyboard.press(keys)
      await expect(page.locator('dialog:modal')).toBeVisible()
      await look(state)
      await page.keyboard.press('Escape')
      await expect(page.locator('dialog:modal')).toHaveCount(0)
    }
    for (const index of [0, 1, 2, 3]) {
      const menu = page.locator('header [aria-haspopup=menu]').nth(index)
      await menu.click()
      await expect(page.getByRole('menu')).toBeVisible()
      // The first lists published networks by their names, the second names the machine’s devices.
      if (index > 1) await look(`menu ${index}`)
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('o')
    await look('the outline')
    await page.keyboard.press('/')
    await page.keyboard.type('zz')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await cards(page).nth(1).click()
    await page.keyboard.press('a')
    await expect(page.locator('.quick-search')).toBeVisible()
    await look('what may come after a node, and why not')
    await page.keyboard.press('Escape')
    await page.locator('.react-flow__edge').first().press('Enter')
    await page.keyboard.press('Delete')
    await expect(page.locator('.problem').first()).toBeVisible()
    await look('a problem')
    await page.keyboard.press('Control+Z')
    await page.keyboard.press('Control+Enter')
    await expect(page.locator('.led')).toHaveAttribute('data-status', 'ended', { timeout: 60_000 })
    await look('a run that has ended')
    await page.keyboard.press('t')
    await expect(page.locator('.stepwise-title')).toBeVisible()
    await page.keyboard.press('ArrowRight')
    await look('step by step')
    await page.keyboard.press('Escape')
    await page.keyboard.press('r')
    await expect(page.locator('.trials')).toBeVisible()
    await look('before a training')
  })
})
