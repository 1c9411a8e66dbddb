/**
 * The fixture of every browser test: the built server with a workspace of its own, and a watch over the page. A test
 * fails when the page asked anything of another origin, broke the content security policy or threw.
 */
import { test as base, expect, type Page } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Served, ServeOptions } from '../../../app/serve/serve'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface Wiregrad {
  /** The address that `npm start` would print. */
  readonly url: string
  readonly port: number
  /** Where the window saves documents, and drafts and runs. */
  readonly workspace: string
  readonly data: string
  /** What the page did wrong so far. A test that provokes something takes it out. */
  readonly problems: string[]
}

/** Serves the built bundle from a folder of its own, as `npm start` does. */
export async function serveBundle(folder: string): Promise<Served & Pick<Wiregrad, 'workspace' | 'data'>> {
  const module = (await import(pathToFileURL(path.join(root, 'dist/serve/serve.mjs')).href)) as {
    serve: (options: ServeOptions) => Promise<Served>
  }
  const workspace = path.join(folder, 'workspace')
  const data = path.join(folder, 'data')
  const options = { root: path.join(root, 'dist/renderer'), workspace, data, version: '0.0.0', port: 0 }
  return { ...(await module.serve(options)), workspace, data }
}

/** What went wrong in a page, as it happens. */
function watch(page: Page, port: number): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`threw: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript/.test(message.text())) problems.push(message.text())
  })
  page.on('request', (request) => {
    const own = [`http://127.0.0.1:${port}/`, 'blob:', 'data:']
    if (!own.some((start) => request.url().startsWith(start))) problems.push(`asked ${request.url()}`)
  })
  return problems
}

export const test = base.extend<{ wiregrad: Wiregrad }>({
  wiregrad: async ({ page }, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-e2e-'))
    const served = await serveBundle(folder)
    const problems = watch(page, served.port)
    await use({ ...served, problems })
    await served.close()
    // A run that has just ended may still be on its way to the disk.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    expect(problems).toEqual([])
  },
})

export { expect }

/**
 * Opens the window; `query` is what a user would add to the address, e.g. `backend=cpu&open=examples/xor`. Where it
 * names a graph, the graph is on screen when this returns.
 */
export async function openWindow(page: Page, wiregrad: Wiregrad, query = ''): Promise<void> {
  // As somebody who has been here before; the start page has a test of its own.
  await page.addInitScript(() => {
    if (localStorage.getItem('wiregrad.settings') === null)
      localStorage.setItem('wiregrad.settings', '{"welcomed":true}')
  })
  await page.goto(query === '' ? wiregrad.url : `${wiregrad.url}&${query}`)
  if (query.includes('open=')) await expect(page.locator('.react-flow__node-card').first()).toBeVisible()
}

/** So many epochs that the training does not end by itself while a test looks on. Nothing may be selected. */
export async function trainLong(page: Page): Promise<void> {
  const epochs = page.getByLabel('Epochs', { exact: true })
  await epochs.fill('2000')
  await epochs.press('Enter')
  await epochs.blur()
}
