/**
 * `npm run screenshots [-- NAME…]`: makes docs/pictures/ anew, each picture by doing in the built window what a user would,
 * so that the documents show what there is. WebP, for small files; seeds and WebAssembly, for the same pictures again.
 * With `--all` it takes every state in every language, look and size instead, for eyes (`matrix.mjs`).
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { browserForTests, howToGetOne } from '../../app/start/browsers.mjs'
import { buildStale } from '../../app/start/build.mjs'
import { takeAll } from './matrix.mjs'

/** @typedef {import('@playwright/test').Page} Page */

/**
 * @typedef {object} Shot
 * @property {string} name
 * @property {'dark' | 'light'} theme
 * @property {string} example
 * @property {(page: Page) => Promise<void>} [act] What is done before the picture is taken.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const pictures = path.join(root, 'docs/pictures')
const size = { width: 1280, height: 800 }

/** @param {Page} page @param {number} step Trains until this step, and pauses. */
async function trainTo(page, step) {
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await page.waitForFunction(
    (wanted) => Number(document.querySelector('.strip-step b')?.textContent?.replace(/\D/g, '')) >= wanted,
    step,
    { timeout: 240_000 },
  )
  const pause = page.getByRole('button', { name: 'Pause', exact: true })
  // A short run may have ended by itself.
  if (await pause.isVisible()) await pause.click()
  await page.waitForTimeout(600)
}

/** @type {readonly Shot[]} */
const shots = [
  { name: 'start', theme: 'light', example: 'digits-cnn' },
  { name: 'vanishing', theme: 'dark', example: 'deep-sigmoid', act: (page) => trainTo(page, 60) },
  { name: 'residual', theme: 'dark', example: 'deep-residual', act: (page) => trainTo(page, 60) },
  {
    name: 'inspector',
    theme: 'light',
    example: 'digits-cnn',
    async act(page) {
      await trainTo(page, 40)
      await page.locator('.react-flow__node-card', { hasText: 'Convolution 1' }).click()
      await page.waitForTimeout(400)
    },
  },
  {
    name: 'code',
    theme: 'dark',
    example: 'digits-cnn',
    async act(page) {
      await page.keyboard.press('ControlOrMeta+Shift+K')
      await page.waitForSelector('.dock-code')
      await page.waitForTimeout(1500)
    },
  },
  { name: 'transformer', theme: 'light', example: 'tiny-transformer', act: (page) => trainTo(page, 20) },
  {
    name: 'block-search',
    theme: 'dark',
    example: 'digits-mlp',
    async act(page) {
      await page.keyboard.press('/')
      await page.keyboard.type('conv')
      await page.waitForTimeout(400)
    },
  },
]

/** A PNG as WebP, by the browser itself. @param {Page} blank @param {Buffer} png @returns {Promise<Buffer>} */
async function asWebp(blank, png) {
  const text = await blank.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.85).split(',')[1] ?? ''
  }, png.toString('base64'))
  return Buffer.from(text, 'base64')
}

/** The network as the window exports it: small, and it opens when it is dropped on the window. @param {Page} page */
async function exportGraph(page) {
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Network as SVG' }).click()
  copyFileSync(await (await waiting).path(), path.join(pictures, 'network.svg'))
}

async function main() {
  const wanted = process.argv.slice(2)
  const found = await browserForTests(console.error)
  if (found === null) throw new Error(howToGetOne)
  await buildStale(['renderer', 'serve'], console.log)
  const { chromium } = createRequire(path.join(root, 'package.json'))('playwright-core')
  const { serve } = await import(pathToFileURL(path.join(root, 'dist/serve/serve.mjs')).href)
  mkdirSync(pictures, { recursive: true })
  const browser = await chromium.launch({
    executablePath: found.file,
    args: ['--headless=new', '--force-device-scale-factor=1', '--hide-scrollbars'],
    ignoreDefaultArgs: ['--headless'],
    chromiumSandbox: process.getuid?.() !== 0,
  })
  const blank = await browser.newPage()
  const serveFrom = (/** @type {string} */ folder) =>
    serve({
      root: path.join(root, 'dist/renderer'),
      workspace: path.join(folder, 'w'),
      data: path.join(folder, 'd'),
      version: '0',
      port: 0,
    })
  try {
    if (wanted.includes('--all')) {
      await takeAll({ browser, serve: serveFrom, root, wanted })
      return
    }
    for (const { name, theme, example, act } of shots) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      const folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-shot-'))
      const served = await serveFrom(folder)
      const page = await browser.newPage({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' })
      await page.addInitScript(() => localStorage.setItem('wiregrad.settings', '{"welcomed":true}'))
      await page.goto(`${served.url}&open=examples/${example}&backend=wasm`)
      await page.waitForSelector('.react-flow__node-card')
      await page.waitForTimeout(1500)
      await act?.(page)
      await page.mouse.move(size.width / 2, 4)
      const webp = await asWebp(blank, await page.screenshot())
      writeFileSync(path.join(pictures, `${name}.webp`), webp)
      console.log(`docs/pictures/${name}.webp  ${Math.round(webp.length / 1024)} KiB`)
      if (name === 'start') await exportGraph(page)
      await page.close()
      await served.close()
      rmSync(folder, { recursive: true, force: true })
    }
  } finally {
    await browser.close()
  }
}

await main()
