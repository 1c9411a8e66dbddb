/** Drawing: the inspector of every kind of thing, wires in the hand, blocks, frames and notes, and what is wrong with a graph. */
import { card, drop, example, middle, port, press, pull, wire } from '../hands.mjs'

/** Everything that a card, a frame or a note may show at once. @param {any} document */
function everything(document) {
  const { nodes, wires, frames } = document
  nodes.hidden.frozen = true
  nodes.answer.bypass = true
  nodes.accuracy.disabled = true
  nodes.hidden.label = 'A layer with a rather long label'
  nodes.bend = { type: 'reroute', version: 1, at: [280, 180], params: {} }
  nodes.future = { type: 'hyper-attention', version: 1, at: [400, 220], params: {} }
  wires.w4.to = ['bend', 'x']
  wires.w7 = { from: ['bend', 'y'], to: ['loss', 'target'] }
  wires.w8 = { from: ['hidden', 'y'], to: ['future', 'x'] }
  frames.plain = { title: 'The answer', at: [380, -50], size: [200, 150], colour: '' }
  frames.blue = { title: 'What it is judged by', at: [580, -50], size: [200, 320], colour: 'blue' }
  for (const [index, colour] of ['', 'green', 'violet', 'amber', 'rose'].entries())
    frames[`note${index}`] = {
      title: '',
      at: [index * 200 - 60, 330],
      size: [180, 110],
      colour,
      text: 'A note: what is to be remembered here, in as many words as it takes.',
    }
}

/** @type {readonly import('../hands.mjs').Scene[]} */
export const editingScenes = [
  {
    name: 'inspector',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      const inspector = page.locator('.inspector')
      const toTheEnd = () => inspector.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await shoot('document-end', toTheEnd)
      for (const id of ['data', 'conv1', 'loss', 'accuracy']) {
        await card(page, id).click()
        await shoot(id)
      }
      await card(page, 'conv1').click()
      await shoot('conv1-end', toTheEnd)
      const field = inspector.locator('.row input.input').first()
      await field.fill('many')
      await shoot('bad-number')
      await field.press('Escape')
      const tabs = inspector.locator('[role=tab]')
      for (const [index, tab] of ['output', 'weights', 'gradients'].entries()) {
        await tabs.nth(index + 1).click()
        if (tab === 'output') await shoot(`no-run-${tab}`)
      }
      await tabs.first().click()
      await card(page, 'conv1').press('Escape')
      await wire(page, 0).press('Enter')
      await shoot('wire')
      await press(page, 'Mod+A')
      await shoot('several')
      await press(page, 'Shift+F')
      await page.locator('.react-flow__node-frame').click({ position: { x: 12, y: 12 } })
      await shoot('frame')
    },
  },
  {
    name: 'steps',
    query: 'open=examples/ring-gan',
    async play({ page, shoot }) {
      await shoot('document')
      await shoot('document-middle', () =>
        page
          .locator('.inspector .section')
          .nth(1)
          .evaluate((element) => element.scrollIntoView()),
      )
    },
  },
  {
    name: 'blocks',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await press(page, 'Mod+A', 'Mod+G')
      await shoot('instance')
      await page.locator('.block-inside summary').first().click()
      await page.locator('.block-inside summary').last().click()
      await shoot('inside')
      await press(page, 'E')
      await shoot('entered')
    },
  },
  {
    name: 'marks',
    query: 'open=examples/iris',
    async play({ page, shoot }) {
      await drop(page, 'everything.wiregrad', example('xor', everything))
      await card(page, 'future').waitFor()
      await page.waitForTimeout(400)
      await shoot('all')
      await card(page, 'future').click()
      await shoot('unknown')
      await press(page, 'Escape', 'Mod+A', '0')
      await shoot('near-selected')
    },
  },
  {
    name: 'wiring',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      const output = port(page, 'hidden', 'source', 'y')
      await shoot('fits', () => pull(page, output, port(page, 'accuracy', 'target', 'prediction')))
      await shoot('refused', () => pull(page, port(page, 'data', 'source', 'y'), card(page, 'hidden')))
      await page.mouse.up()
      await press(page, 'Escape')
      await pull(page, output, card(page, 'loss'))
      await page.mouse.up()
      await page.waitForSelector('.quick-search')
      await shoot('fixes')
      await press(page, 'Escape')
      await pull(page, output, { x: 60, y: 150 })
      await page.mouse.up()
      await page.waitForSelector('.quick-search')
      await shoot('loose-end')
      await press(page, 'Escape', 'Escape')
      await shoot('hover', async () => {
        await page.mouse.move(2, 2)
        await output.hover()
      })
    },
  },
  {
    name: 'landing',
    query: 'open=examples/ring-gan',
    async play({ page, shoot }) {
      // A long wire, of which enough is seen on either side of the card.
      const edge = page.locator('.react-flow__edge[data-id=w1]')
      await card(page, 'generate1').click()
      await press(page, 'Mod+D')
      const copy = page.locator('.react-flow__node-card.selected')
      await shoot('on-a-wire', async () => {
        // Let go of below, where it is inserted into nothing and nothing covers it.
        const away = await middle(card(page, 'generate1'))
        const height = (await card(page, 'generate1').boundingBox())?.height ?? 0
        await page.mouse.move(away.x, away.y + 1.6 * height)
        await page.mouse.up()
        const from = await middle(copy)
        const to = await middle(edge)
        await page.mouse.move(from.x, from.y)
        await page.mouse.down()
        await page.mouse.move(to.x, to.y, { steps: 5 })
        // A drag begins a little after the press, and stays as much behind.
        const there = await middle(copy)
        await page.mouse.move(2 * to.x - there.x, 2 * to.y - there.y, { steps: 2 })
        await page.waitForSelector('.react-flow__edge[data-id=w1][data-lit]', { state: 'attached' })
      })
      await page.mouse.up()
    },
  },
  {
    name: 'broken',
    query: 'open=examples/digits-cnn',
    async play({ page, shoot }) {
      await wire(page, 3).press('Enter')
      await press(page, 'Delete')
      await wire(page, 0).press('Enter')
      await press(page, 'Delete')
      await shoot('problems')
      await page.locator('.problem').first().click()
      await shoot('node')
      await press(page, 'C')
      await shoot('wire-with')
      await press(page, 'Escape', 'R')
      await shoot('replace')
      await press(page, 'Escape', 'Q')
      await shoot('no-fix')
      await press(page, 'Escape', 'Mod+Shift+K')
      await page.waitForSelector('.dock-code')
      await shoot('no-code')
    },
  },
  {
    name: 'advice',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await drop(
        page,
        'bent.wiregrad',
        example('xor', ({ nodes }) => (nodes.hidden.params.activation = 'linear')),
      )
      await page.waitForSelector('.finding')
      await shoot('of-the-graph')
    },
  },
]
