/**
 * `node app/start/icon.mjs`: makes the pictures in app/icon anew from renderer/icon.svg (the page's icon, too) and, up to
 * 24 pixels, from `icon-small.svg`: PNGs for Linux, an ICO for Windows and an ICNS for macOS, which are both no more than
 * a list of PNGs.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { browserForTests, howToGetOne } from './browsers.mjs'

const folder = fileURLToPath(new URL('../icon/', import.meta.url))
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const small = 24
const icoSizes = [16, 24, 32, 48, 64, 128, 256]
/** Apple's names for a PNG of each size; those with @ are for dense screens. */
const icnsTypes = /** @type {const} */ ([
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
])

/** @returns {Promise<Map<number, Buffer>>} */
async function drawn() {
  const found = await browserForTests(console.error)
  if (found === null) throw new Error(howToGetOne)
  const { chromium } = createRequire(import.meta.url)('@playwright/test')
  const browser = await chromium.launch({
    executablePath: found.file,
    chromiumSandbox: process.getuid?.() !== 0,
  })
  const pictures = new Map()
  for (const size of sizes) {
    const source = readFileSync(
      path.join(folder, size <= small ? 'icon-small.svg' : '../../renderer/icon.svg'),
      'utf8',
    )
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    await page.setContent(
      `<style>html, body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${source}`,
    )
    pictures.set(size, await page.screenshot({ omitBackground: true }))
    await page.close()
  }
  await browser.close()
  return pictures
}

/** @param {Map<number, Buffer>} pictures */
function ico(pictures) {
  const images = icoSizes.map((size) => /** @type {Buffer} */ (pictures.get(size)))
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let at = head.length
  for (const [index, image] of images.entries()) {
    const entry = 6 + 16 * index
    // 256 is written as 0.
    head[entry] = head[entry + 1] = (icoSizes[index] ?? 0) % 256
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(image.length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += image.length
  }
  return Buffer.concat([head, ...images])
}

/** @param {Map<number, Buffer>} pictures */
function icns(pictures) {
  const parts = icnsTypes.flatMap(([type, size]) => {
    const image = /** @type {Buffer} */ (pictures.get(size))
    const head = Buffer.from(`${type}....`)
    head.writeUInt32BE(image.length + 8, 4)
    return [head, image]
  })
  const head = Buffer.from('icns....')
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 8),
    4,
  )
  return Buffer.concat([head, ...parts])
}

const pictures = await drawn()
const png = path.join(folder, 'png')
rmSync(png, { recursive: true, force: true })
mkdirSync(png)
for (const [size, image] of pictures) writeFileSync(path.join(png, `${size}x${size}.png`), image)
writeFileSync(path.join(folder, 'icon.ico'), ico(pictures))
writeFileSync(path.join(folder, 'icon.icns'), icns(pictures))
