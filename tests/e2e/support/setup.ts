/**
 * Before the browser tests: asks the browser for a WebGPU adapter on a page under the real headers, and writes down
 * the answer for whoever prints the summary.
 */
import { chromium, type FullConfig } from '@playwright/test'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { serveBundle } from './app'
import { announce, probeWebgpu } from './webgpu'

/** Called by Playwright, which wants a default export. */
async function setup(config: FullConfig): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-e2e-'))
  const served = await serveBundle(folder)
  const browser = await chromium.launch(config.projects[0]?.use.launchOptions)
  try {
    const page = await browser.newPage()
    await page.goto(served.url)
    const probe = await probeWebgpu(page)
    announce(probe)
    await mkdir('test-results', { recursive: true })
    await writeFile('test-results/webgpu.json', JSON.stringify(probe))
  } finally {
    await browser.close()
    await served.close()
    await rm(folder, { recursive: true, force: true })
  }
}

// eslint-disable-next-line no-restricted-syntax -- Playwright takes its global setup as a default export
export default setup
