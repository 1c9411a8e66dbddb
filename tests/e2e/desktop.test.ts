/**
 * The desktop shell as far as a browser can show it: the built main and preload, a stand-in for Electron, and the real
 * window (tests/e2e/support/electron-shape.ts says what that proves, and what it does not).
 */
import { expect, test as base, type Page } from '@playwright/test'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { preventable } from '../support/electron-stand-in'
import { trainLong } from './support/app'
import { launchShape, type Shape, type ShapeOptions } from './support/electron-shape'

interface Start {
  readonly folder: string
  readonly workspace: string
  readonly data: string
  launch(options?: Partial<ShapeOptions>): Promise<Shape>
}

const test = base.extend<{ start: Start }>({
  start: async ({ browser }, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-shape-'))
    const places = { workspace: path.join(folder, 'workspace'), data: path.join(folder, 'data') }
    const shapes: Shape[] = []
    await use({
      folder,
      ...places,
      async launch(options = {}) {
        const shape = await launchShape(browser, { ...places, ...options })
        shapes.push(shape)
        return shape
      },
    })
    for (const shape of shapes) {
      await shape.close()
      expect(shape.problems).toEqual([])
    }
    // Main runs in this very process and may still be writing.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  },
})

/** Makes the open document another one. */
async function rename(page: Page, name: string): Promise<void> {
  const field = page.locator('.document-name input')
  await field.fill(name)
  await field.press('Enter')
}

/** What a host is told at the first moment it could know. */
async function reported(shape: Shape, edited: boolean): Promise<void> {
  await expect.poll(() => shape.windows[0]?.edited).toBe(edited)
}

async function notice(page: Page, words: RegExp | string): Promise<void> {
  await expect(page.getByText(words).first()).toBeVisible()
}

test('the whole window runs under app://bundle, isolated, and trains', async ({ start }) => {
  const shape = await start.launch()
  const { page } = shape
  expect(shape.printed).toContain('app-ready')
  expect(shape.windows[0]?.shown).toBe(true)
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true)
  // The list of backends is asked of the worker, whose script and programs came from the same place.
  await page.getByRole('button', { name: 'Where training runs' }).click()
  const wasm = page.getByRole('menuitemradio', { name: 'WebAssembly', exact: true })
  await expect(wasm).toBeEnabled({ timeout: 30_000 })
  await wasm.click()
  await trainLong(page)
  shape.menuItem('trainOrPause').click?.()
  await expect
    .poll(async () => Number((await page.locator('.strip-step b').innerText()).replace(/\D/g, '') || 0), {
      timeout: 60_000,
    })
    .toBeGreaterThan(5)
  shape.menuItem('stop').click?.()
  await expect(page.locator('.strip-status')).toHaveText(/Stopped/)
})

test('the menu bar is the command table, follows it, and knows text fields', async ({ start }) => {
  const shape = await start.launch()
  const { page } = shape
  await expect.poll(() => shape.record.menu.length).toBeGreaterThan(4)
  expect(shape.record.menu.at(-1)?.role).toBe('windowMenu')
  expect(shape.menuItem('undo')).toMatchObject({ enabled: false, registerAccelerator: false })
  await rename(page, 'changed')
  await expect.poll(() => shape.menuItem('undo').enabled).toBe(true)
  shape.menuItem('undo').click?.()
  await expect(page.locator('.document-name input')).not.toHaveValue('changed')

  // In a field the same item is the field's own.
  await page.locator('.document-name input').focus()
  shape.menuItem('paste').click?.()
  shape.menuItem('undo').click?.()
  await expect.poll(() => shape.windows[0]?.webContents.edits).toEqual(['paste', 'undo'])
})

test('documents are saved and opened by the system’s dialogs, by handles and never by paths', async ({
  start,
}) => {
  await mkdir(start.folder, { recursive: true })
  const place = path.join(start.folder, 'elsewhere.wiregrad')
  const shape = await start.launch({ answers: { save: [place], open: [place] } })
  const { page } = shape
  await rename(page, 'first')
  await reported(shape, true)
  await page.keyboard.press('ControlOrMeta+s')
  await reported(shape, false)
  expect(JSON.parse(await readFile(place, 'utf8'))).toMatchObject({ name: 'first' })

  await rename(page, 'second')
  await page.keyboard.press('ControlOrMeta+s')
  await expect
    .poll(async () => (JSON.parse(await readFile(place, 'utf8')) as { name: string }).name)
    .toBe('second')

  // Somebody else writes it: nothing is overwritten unasked.
  const theirs = (await readFile(place, 'utf8')).replace('second', 'theirs')
  await writeFile(place, theirs)
  await rename(page, 'third')
  await page.keyboard.press('ControlOrMeta+s')
  await notice(page, /changed/)
  expect(await readFile(place, 'utf8')).toBe(theirs)

  await page.keyboard.press('ControlOrMeta+o')
  await page.getByRole('button', { name: 'Another folder…' }).click()
  await expect(page.locator('.document-name input')).toHaveValue('theirs')
  expect(await page.evaluate(() => document.body.innerText)).not.toContain(start.folder)
})

test('a document that the system opens, at the start or later, is opened', async ({ start }) => {
  const example = await readFile('examples/xor.wiregrad', 'utf8')
  const named = (name: string) => path.join(start.folder, `${name}.wiregrad`)
  for (const name of ['one', 'two', 'three'])
    await writeFile(named(name), example.replace(/"name": "[^"]*"/, `"name": "${name}"`))
  const shape = await start.launch({ words: ['--some-switch', named('one')] })
  const field = shape.page.locator('.document-name input')
  await expect(field).toHaveValue('one')

  const event = preventable()
  shape.app.emit('open-file', event, named('two'))
  await expect(field).toHaveValue('two')
  expect(event.prevented).toBe(true)

  shape.app.emit('second-instance', {}, ['wiregrad', 'three.wiregrad'], start.folder)
  await expect(field).toHaveValue('three')
  expect(shape.windows[0]?.focused).toBe(1)
})

test('closing with unsaved work asks; staying, saving and leaving do what they say', async ({ start }) => {
  const place = path.join(start.folder, 'kept.wiregrad')
  const shape = await start.launch({ answers: { message: [2, 0, 0, 1], save: ['', place] } })
  const { page } = shape
  await rename(page, 'precious')
  await reported(shape, true)
  const close = () => shape.windows[0]?.close()

  close()
  await expect.poll(() => shape.record.questions.length).toBe(1)
  expect(shape.record.questions[0]?.message).toContain('"precious" has changes')
  expect(shape.windows).toHaveLength(1)

  // Save, but no place is chosen: the window stays.
  close()
  await expect.poll(() => shape.record.dialogs.length).toBe(1)
  await page.waitForTimeout(300)
  expect(shape.windows).toHaveLength(1)

  close()
  await expect.poll(() => shape.windows.length).toBe(0)
  expect(JSON.parse(await readFile(place, 'utf8'))).toMatchObject({ name: 'precious' })
  await expect.poll(() => shape.record.ended).toBe(true)
})

test('work that was left unsaved is offered back at the next start', async ({ start }) => {
  const first = await start.launch({ answers: { message: [1] } })
  await rename(first.page, 'left behind')
  await reported(first, true)
  await expect.poll(() => first.page.evaluate(askForDrafts), { timeout: 5000 }).toBe(1)
  first.app.quit()
  await expect.poll(() => first.windows.length).toBe(0)
  await expect.poll(() => first.record.ended).toBe(true)

  const second = await start.launch()
  await expect(second.page.locator('.document-name input')).toHaveValue('left behind')
})

async function askForDrafts(): Promise<number> {
  const bridge = window.wiregrad
  const answer = await bridge?.ask('autosave/list', {})
  return answer !== undefined && 'ok' in answer ? (answer.ok as unknown[]).length : -1
}

test('a graphics process that ends is said, and the switch for WebGPU is taken back', async ({ start }) => {
  await mkdir(start.data, { recursive: true })
  await writeFile(path.join(start.data, 'unsafe-webgpu'), '')
  const shape = await start.launch()
  expect([...shape.record.switches.keys()]).toContain('enable-unsafe-webgpu')
  await expect.poll(() => shape.record.menu.length).toBeGreaterThan(0)
  expect(shape.menuItem('webgpu').checked).toBe(true)
  shape.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed' })
  await notice(shape.page, /switched off again/)
  expect(shape.menuItem('webgpu').checked).toBe(false)

  const next = await start.launch()
  expect([...next.record.switches.keys()]).not.toContain('enable-unsafe-webgpu')
})

test('the bridge refuses foreign senders, foreign names and wrong arguments', async ({ start }) => {
  const shape = await start.launch()
  const { page } = shape
  const refusals = await page.evaluate(async () => {
    const bridge = window.wiregrad
    const outcome = (channel: string, arg: unknown, bytes?: Uint8Array<ArrayBuffer>) =>
      bridge?.ask(channel, arg, bytes).then(
        (answer) => ('error' in answer ? answer.error : 'ALLOWED'),
        (error: Error) => error.message,
      )
    return {
      keys: Object.keys(bridge ?? {}).sort(),
      unknown: await outcome('shell/open', {}),
      inherited: await outcome('constructor', {}),
      path: await outcome('document/read', { id: '../../etc/passwd' }),
      notGranted: await outcome('document/read', { id: 'doc-00000000-0000-4000-8000-000000000000' }),
      extra: await outcome('app/info', { more: 1 }),
      notBytes: await outcome('run/write', { run: 'r1', file: 'run.json' }),
      require: typeof (globalThis as { require?: unknown }).require,
      process: typeof (globalThis as { process?: unknown }).process,
    }
  })
  expect(refusals).toMatchObject({
    keys: ['ask', 'listen'],
    unknown: 'There is no such channel.',
    inherited: 'There is no such channel.',
    path: expect.stringContaining('document/read:'),
    notGranted: expect.stringContaining('opened by another start'),
    extra: expect.stringContaining('app/info:'),
    require: 'undefined',
    process: 'undefined',
  })
  for (const frame of [
    null,
    { url: 'https://evil.example/', parent: null },
    { url: 'app://other/index.html', parent: null },
    { url: 'file:///index.html', parent: null },
    { url: 'app://bundle/index.html', parent: {} },
    { url: 'not an address', parent: null },
  ]) {
    expect(await shape.ask(frame, 'app/info', {})).toEqual({ error: 'Only the window itself may ask.' })
  }
})
