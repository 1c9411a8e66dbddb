/** The comparison with PyTorch's numbers in a browser, on WebGPU and wasm: `npm run parity -- --only browser`. */
import { defineConfig } from '@playwright/test'
import { installedBrowser } from '../../../app/start/browsers.mjs'
import { browserArguments } from '../../e2e/support/browser'

const executablePath = installedBrowser() ?? undefined

export default defineConfig({
  testDir: '.',
  outputDir: '../../../test-results/parity',
  workers: 1,
  forbidOnly: true,
  timeout: 600_000,
  reporter: [['list']],
  use: {
    headless: true,
    launchOptions: {
      executablePath,
      args: browserArguments,
      ignoreDefaultArgs: ['--headless'],
      // Never for a user: only where a container's root could not start it otherwise.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
})
