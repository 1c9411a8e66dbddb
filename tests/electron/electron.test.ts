/**
 * The built shell in the real Electron: what the shape harness (tests/e2e/desktop) cannot show. The sandbox is on, as for
 * every user. Run by `npm test` where Electron's program is; it was not to be had where this was written, so the first
 * run of the public workflow is this suite's first.
 */
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildStale } from '../../app/start/build.mjs'
import { electronProgram } from '../../app/start/desktop.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Started {
  readonly app: ElectronApplication
  readonly page: Page
}

interface Start {
  readonly folder: string
  launch(...words: string[]): Promise<Started>
}

const test = base.extend<{ start: Start }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
  start: async ({}, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-electron-'))
    const running: ElectronApplication[] = []
    const env = {
      ...(process.env as Record<string, string>),
      WIREGRAD_DATA: path.join(folder, 'data'),
      WIREGRAD_WORKSPACE: path.join(folder, 'workspace'),
    }
    await use({
      folder,
      async launch(...words) {
        const executablePath = electronProgram() ?? ''
        // Always named: Playwright would load the package, which starts a download.
        const app = await _electron.launch({
          executablePath,
          args: [root, ...words],
          cwd: root,
          env,
          chromiumSandbox: true,
        })
        running.push(app)
        const page = await app.firstWindow()
        await page.waitForSelector('.react-flow__node-card')
        return { app, page }
      },
    })
    for (const app of running) await app.evaluate(({ app }) => app.exit(0)).catch(() => undefined)
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  },
})

test.beforeAll(async () => {
  test.setTimeout(240_000)
  await buildStale(['renderer', 'main', 'preload'], console.log)
})

test('the window is sandboxed, isolated and of app://bundle, and asks nothing of any other place', async ({
  start,
}) => {
  const { app, page } = await start.launch()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.reload()
  await page.waitForSelector('.react-flow__node-card')
  expect(page.url()).toBe('app://bundle/index.html')
  expect(asked.filter((address) => !/^(app:\/\/bundle\/|blob:app:\/\/bundle\/|data:)/.test(address))).toEqual(
    [],
  )
  const seen = await page.evaluate(() => {
    const all = globalThis as unknown as Record<string, unknown>
    return {
      isolated: window.crossOriginIsolated,
      secure: window.isSecureContext,
      node: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => all[name] !== undefined),
      bridge: Object.keys(window.wiregrad ?? {}).sort(),
    }
  })
  expect(seen).toEqual({ isolated: true, secure: true, node: [], bridge: ['ask', 'listen'] })
  const sandboxed = await app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ type }) => type === 'Tab')
      .map(({ sandboxed }) => sandboxed),
  )
  if (process.platform !== 'linux') expect(sandboxed).toEqual([true])
})

test('the menu bar is the command table', async ({ start }) => {
  const { app, page } = await start.launch()
  const item = (id: string) =>
    app.evaluate(({ Menu }, which) => {
      const found = Menu.getApplicationMenu()?.getMenuItemById(which)
      return found === null || found === undefined ? null : { enabled: found.enabled, label: found.label }
    }, id)
  await expect.poll(() => item('undo')).toMatchObject({ enabled: false })
  await page.locator('.document-name input').fill('renamed')
  await page.keyboard.press('Enter')
  await expect.poll(() => item('undo')).toMatchObject({ enabled: true })
  await app.evaluate(({ Menu }) => void Menu.getApplicationMenu()?.getMenuItemById('undo')?.click())
  await expect(page.locator('.document-name input')).not.toHaveValue('renamed')
})

test('a document is saved where the dialog says, and a second start hands its document over', async ({
  start,
}) => {
  const { app, page } = await start.launch()
  const place = path.join(start.folder, 'kept.wiregrad')
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, place)
  await page.locator('.document-name input').fill('kept here')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ControlOrMeta+s')
  await expect.poll(() => readFile(place, 'utf8').catch(() => '')).toContain('kept here')

  const other = path.join(start.folder, 'other.wiregrad')
  const example = await readFile(path.join(root, 'examples/xor.wiregrad'), 'utf8')
  await writeFile(other, example.replace(/"name": "[^"]*"/, '"name": "handed over"'))
  // It ends at once, so no window of its own is waited for.
  await start.launch(other).catch(() => undefined)
  await expect(page.locator('.document-name input')).toHaveValue('handed over')
})

test('a page goes nowhere else and opens nothing', async ({ start }) => {
  const { app, page } = await start.launch()
  await page.evaluate(() => {
    window.open('https://example.org/')
    const link = document.createElement('a')
    link.href = 'https://example.org/'
    document.body.append(link)
    link.click()
  })
  await page.waitForTimeout(500)
  expect(page.url()).toBe('app://bundle/index.html')
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})
