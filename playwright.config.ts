/**
 * Browser tests: the built window, served by the built server, in a full Chromium (its headless shell has no WebGPU).
 */
import { defineConfig } from '@playwright/test'
import { installedBrowser } from './app/start/browsers.mjs'
import { browserArguments } from './tests/e2e/support/browser'

const executablePath = installedBrowser() ?? undefined

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  globalSetup: './tests/e2e/support/setup.ts',
  // One more than the cores of a small machine: tests wait for frames and timers much of their time.
  workers: 3,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    headless: true,
    viewport: { width: 1440, height: 900 },
    // A film of every frame would cost a third of the time on a software adapter.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      args: browserArguments,
      ignoreDefaultArgs: ['--headless'],
      // Never for a user: only where a container's root could not start it otherwise.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
})
