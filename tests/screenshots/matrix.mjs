/**
 * `npm run screenshots -- --all [SCENE, LANGUAGE, LOOK, WIDTH …]`: every state of the window in each language, look and size,
 * or those that are named, into an ignored folder, with sheets of small ones to look over. Nobody compares them by machine; they are for eyes.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { scenes } from './scenes.mjs'

/** @typedef {import('@playwright/test').Browser} Browser */
/** @typedef {import('@playwright/test').Page} Page */

const languages = /** @type {const} */ (['en', 'zh'])

const looks = /** @type {const} */ ([
  { name: 'light', colorScheme: 'light', contrast: 'no-preference' },
  { name: 'dark', colorScheme: 'dark', contrast: 'no-preference' },
  { name: 'light-high', colorScheme: 'light', contrast: 'more' },
  { name: 'dark-high', colorScheme: 'dark', contrast: 'more' },
])

/** The small one is taken where it is asked for. */
const sizes = /** @type {const} */ ([
  { name: '1280', width: 1280, height: 800 },
  { name: '2560', width: 2560, height: 1440 },
  { name: '1024', width: 1024, height: 700 },
])

/** One picture of a sheet. @typedef {{ readonly label: string, readonly png: Buffer }} Picture */

/** @param {Page} blank @param {readonly Picture[]} pictures @returns {Promise<Buffer>} Small ones side by side. */
async function sheetOf(blank, pictures) {
  const figures = pictures.map(
    ({ label, png }) =>
      `<figure><img src="data:image/png;base64,${png.toString('base64')}"><figcaption>${label}</figcaption></figure>`,
  )
  await blank.setViewportSize({ width: 1980, height: 1200 })
  await blank.setContent(
    `<style>body{margin:6px;display:grid;grid-template-columns:repeat(2,1fr);gap:6px;font:12px sans-serif;background:#888}figure{margin:0}img{width:100%;display:block}</style>${figures.join('')}`,
  )
  return blank.screenshot({ fullPage: true })
}

/**
 * @param {{ browser: Browser, serve(folder: string): Promise<{ url: string, close(): Promise<void> }>, root: string, wanted: readonly string[] }} options
 */
export async function takeAll({ browser, serve, root, wanted }) {
  const out = path.join(root, 'screenshots')
  const chosen = (/** @type {readonly string[]} */ all) => {
    const named = all.filter((name) => wanted.includes(name))
    return new Set(named.length === 0 ? all : named)
  }
  const spoken = chosen(languages)
  const seen = chosen(looks.map(({ name }) => name))
  const played = chosen(scenes.map(({ name }) => name))
  const fitted = wanted.some((word) => sizes.some(({ name }) => name === word))
    ? sizes.filter(({ name }) => wanted.includes(name))
    : sizes.slice(0, 2)
  const blank = await browser.newPage()
  for (const language of languages) {
    if (!spoken.has(language)) continue
    /** @type {Map<string, Picture[]>} */
    const sheets = new Map()
    for (const scene of scenes) {
      if (!played.has(scene.name)) continue
      const folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-shot-'))
      const served = await serve(folder)
      const page = await browser.newPage({ viewport: sizes[0], reducedMotion: 'reduce' })
      await scene.before?.(page)
      const settings = { language, ...(scene.query === '' ? {} : { welcomed: true }) }
      await page.addInitScript((text) => {
        if (localStorage.getItem('wiregrad.settings') === null)
          localStorage.setItem('wiregrad.settings', text)
      }, JSON.stringify(settings))
      await page.goto(`${served.url}&backend=wasm${scene.query === '' ? '' : `&${scene.query}`}`)
      if (scene.query !== '') await page.waitForSelector('.react-flow__node-card')
      await page.waitForTimeout(800)

      /** @type {import('./hands.mjs').Stage['shoot']} */
      const shoot = async (state, again) => {
        for (const { name: look, colorScheme, contrast } of looks) {
          if (!seen.has(look)) continue
          await page.emulateMedia({ colorScheme, contrast })
          for (const { name: width, ...size } of fitted) {
            await page.setViewportSize(size)
            await page.waitForTimeout(120)
            await again?.()
            const png = await page.screenshot()
            const place = path.join(out, language, `${look}-${width}`)
            mkdirSync(place, { recursive: true })
            writeFileSync(path.join(place, `${scene.name}-${state}.png`), png)
            // The larger ones are the same, with more room around; they are looked at one by one.
            if (width !== fitted[0]?.name) continue
            const sheet = `${language}-${look}-${width}-${scene.name}`
            sheets.set(sheet, [...(sheets.get(sheet) ?? []), { label: `${scene.name} · ${state}`, png }])
          }
        }
        await page.setViewportSize(sizes[0])
      }

      try {
        await scene.play({ page, shoot, workspace: path.join(folder, 'w') })
      } catch (error) {
        process.exitCode = 1
        console.error(`${language} ${scene.name}: ${error instanceof Error ? error.message : String(error)}`)
      }
      await page.close()
      await served.close()
      rmSync(folder, { recursive: true, force: true })
      console.log(`${language} ${scene.name}`)
    }
    for (const [name, pictures] of sheets)
      writeFileSync(path.join(out, `sheet-${name}.png`), await sheetOf(blank, pictures))
  }
  console.log(`screenshots/: ${[...spoken].join(', ')}; sheets beside them`)
}
