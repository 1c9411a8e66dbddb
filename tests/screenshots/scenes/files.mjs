/** Files: opening, saving, tables of one's own, other programs' models and weights, and what goes wrong with them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { drop, openMenu, press, trainToTheEnd } from '../hands.mjs'

/** A table with numbers, words, gaps and a cell that is no number. */
function passengers() {
  const rows = Array.from({ length: 120 }, (_, index) => {
    const age = index % 9 === 4 ? '' : index === 50 ? 'unknown' : String(5 + ((index * 13) % 60))
    return `${index + 1},${index % 3 === 0 ? 'female' : 'male'},${age},${(7 + ((index * 5) % 40)).toFixed(2)},${index % 2}`
  })
  return `id,sex,age,fare,survived\n${rows.join('\n')}\n`
}

/** Weights of another program: a tensor of the shape that XOR's first layer has, and one of no such shape. */
function foreignWeights() {
  const header = JSON.stringify({
    'fc.weight': { dtype: 'F32', shape: [8, 2], data_offsets: [0, 64] },
    'fc.other': { dtype: 'F32', shape: [3], data_offsets: [64, 76] },
  })
  const head = Buffer.alloc(8)
  head.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([head, Buffer.from(header), Buffer.alloc(76)])
}

/** As somebody who closed the window yesterday. @param {import('@playwright/test').Page} page */
async function comeBack(page) {
  await page.goto(new URL('/?backend=wasm', page.url()).href)
}

/** @type {readonly import('../hands.mjs').Scene[]} */
export const fileScenes = [
  {
    name: 'documents',
    query: 'open=examples/xor',
    async play({ page, workspace, shoot }) {
      await press(page, 'Mod+O')
      await shoot('open-empty')
      await press(page, 'Escape', 'Mod+Shift+S')
      await shoot('save-as')
      await press(page, 'Enter')
      await page.waitForSelector('.notice')
      await shoot('saved')
      await press(page, 'Mod+A', 'Mod+D', 'Mod+Shift+S', 'Enter')
      await page.waitForTimeout(400)
      await press(page, 'Mod+O')
      await shoot('open')
      await press(page, 'Escape')
      await openMenu(page, 0)
      await shoot('recent')
      await press(page, 'Escape', 'Mod+A', 'Mod+D')
      for (const name of readdirSync(workspace)) {
        const file = path.join(workspace, name)
        writeFileSync(file, readFileSync(file, 'utf8').replace('"name": "XOR', '"name": "Theirs'))
      }
      await page.evaluate(() => window.dispatchEvent(new Event('focus')))
      await page.waitForSelector('.notice[data-kind=offer], .notice[data-kind=error]')
      await shoot('changed-on-disk')
      await page.waitForTimeout(1500)
      await comeBack(page)
      await page.waitForSelector('.notice')
      await shoot('restored')
    },
  },
  {
    name: 'table',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await drop(page, 'passengers.csv', passengers())
      await page.waitForSelector('dialog[open]')
      await shoot('dialog')
      await page.locator('.table-role').nth(2).selectOption('feature')
      await shoot('dialog-problems')
      await page.locator('.table-role').nth(2).selectOption('ignored')
      await page.locator('dialog .button-primary').click()
      await page.waitForTimeout(700)
      await shoot('taken')
      await page.locator('.react-flow__node-card .card-io').first().click()
      await shoot('node')
      await page.waitForTimeout(1500)
      await comeBack(page)
      await page.waitForSelector('.notice')
      await page.locator('.react-flow__node-card .card-io').first().click()
      await shoot('node-without-file')
      await drop(page, 'empty.csv', '')
      await drop(page, 'one.csv', 'only\n1\n2\n')
      await drop(page, 'strange.onnx', 'this is no model')
      await page.waitForTimeout(500)
      await shoot('unreadable')
    },
  },
  {
    name: 'models',
    query: 'open=examples/xor',
    async play({ page, shoot }) {
      await drop(page, 'theirs.safetensors', foreignWeights())
      await page.waitForSelector('dialog[open]')
      await shoot('weights')
      await press(page, 'Escape')
      await trainToTheEnd(page)
      await openMenu(page, 0)
      await shoot('export')
      const download = page.waitForEvent('download')
      await page.locator('[role=menuitem]').nth(10).click()
      const file = await (await download).path()
      await page.waitForSelector('.notice')
      await shoot('exported')
      await drop(page, 'xor.keras', readFileSync(file))
      await page.waitForTimeout(1500)
      await shoot('imported')
    },
  },
]
