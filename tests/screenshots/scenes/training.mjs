/** Training: running, paused, ended and failed; overlays, findings, the views of a node, step by step, trials, code. */
import { card, drop, example, press, trainBeyond, trainTo, trainToTheEnd, until, wire } from '../hands.mjs'

/** @param {string} name @param {string} open @param {string} id @param {number} step @returns {import('../hands.mjs').Scene} */
function viewsOf(name, open, id, step) {
  return {
    name,
    query: `open=examples/${open}`,
    async play({ page, shoot }) {
      await trainTo(page, step)
      await card(page, id).click()
      const tabs = page.locator('.inspector [role=tab]')
      for (const [index, view] of ['output', 'weights', 'gradients'].entries()) {
        await tabs.nth(index + 1).click()
        await page.waitForTimeout(700)
        await shoot(view)
        if (view === 'weights')
          await shoot('weights-end', () =>
            page.locator('.inspector').evaluate((element) => element.scrollTo(0, element.scrollHeight)),
          )
      }
    },
  }
}

/** @param {import('@playwright/test').Page} page */
async function stepwise(page) {
  await press(page, 'T')
  await page.waitForSelector('.stepwise-title')
}

/** @type {readonly import('../hands.mjs').Scene[]} */
export const trainingScenes = [
  {
    name: 'running',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      await trainBeyond(page, 30)
      await shoot('now')
      await press(page, 'Mod+Enter')
      await until(page, 'paused')
      await shoot('paused')
      await card(page, 'conv1').click()
      await press(page, 'Mod+Shift+D', 'Escape')
      await shoot('edited')
      await press(page, 'Mod+.')
      await until(page, 'ended')
      await shoot('stopped')
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
        [7, 'off'],
      ])) {
        await press(page, `Alt+${digit}`)
        await shoot(overlay)
      }
      await press(page, 'Alt+1')
      const over = (/** @type {import('@playwright/test').Locator} */ locator) => async () => {
        await page.mouse.move(2, 2)
        await locator.hover({ force: true })
        await page.waitForTimeout(300)
      }
      await shoot('numbers', over(card(page, 'hidden04')))
      await shoot('numbers-of-a-wire', over(wire(page, 5)))
      await shoot('moment', over(page.locator('.scrubber')))
      await press(page, '[', '[')
      await shoot('earlier')
      await press(page, 'L')
      await shoot('finding-end', () =>
        page.locator('.dock-stack').evaluate((element) => element.scrollTo(0, element.scrollHeight)),
      )
      await page.locator('.finding-cure .button-primary').click()
      await until(page, 'ended')
      await shoot('compared')
    },
  },
  {
    name: 'diverged',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      const rate = example(
        'iris',
        ({ training }) => (training.steps[0].optimiser = { kind: 'sgd', learningRate: 1e12 }),
      )
      await drop(page, 'far.wiregrad', rate)
      await page.waitForTimeout(500)
      await press(page, 'Mod+Enter')
      await page.waitForSelector('.led[data-status=ended], .led[data-status=failed]', { timeout: 60_000 })
      await shoot('ended')
    },
  },
  viewsOf('looking', 'digits-cnn', 'conv1', 20),
  viewsOf('attention', 'tiny-transformer', 'encoder', 20),
  {
    name: 'finished',
    query: 'open=examples/iris',
    async play({ page, shoot }) {
      await trainToTheEnd(page)
      await shoot('scores')
    },
  },
  {
    name: 'step-by-step',
    query: 'open=examples/backprop-by-hand',
    async play({ page, shoot }) {
      await stepwise(page)
      await shoot('data')
      for (const state of ['forward', 'forward-2', 'loss', 'backward', 'backward-2']) {
        await press(page, 'ArrowRight')
        if (!state.endsWith('2')) await shoot(state)
      }
      await press(page, 'End')
      await shoot('update')
    },
  },
  {
    name: 'step-by-step-large',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      await stepwise(page)
      await press(page, 'ArrowRight')
      await shoot('forward')
      await press(page, 'End')
      await shoot('update')
    },
  },
  {
    name: 'trials',
    // Long enough a training to be at work when the picture is taken.
    query: 'open=examples/digits-cnn',
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
      await trainTo(page, 20)
      await page.waitForSelector('.trials-bar .trials-doc')
      await shoot('busy')
    },
  },
  {
    name: 'code',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'Mod+Shift+K')
      await page.waitForSelector('.code-text')
      await shoot('pytorch')
      await page.locator('.dock-code button').nth(1).click()
      await page.waitForTimeout(300)
      await shoot('keras')
    },
  },
]
