/**
 * The built bundle under the local server's headers, in a real browser: isolated, and with the software WebGPU adapter.
 */
import { expect, openWindow, test } from './support/app'
import { noWebgpu, probeWebgpu } from './support/webgpu'

test('the page is isolated, and strict about scripts', async ({ page, wiregrad }) => {
  await openWindow(page, wiregrad)
  await expect(page).toHaveTitle(/Wiregrad/)
  const state = await page.evaluate(() => ({
    isolated: window.crossOriginIsolated,
    secure: window.isSecureContext,
    // A string that is no TrustedScriptURL must not become a worker.
    worker: (() => {
      try {
        new Worker('assets/anything.js')
        return 'started'
      } catch (error) {
        return error instanceof TypeError ? 'refused' : String(error)
      }
    })(),
  }))
  expect(state).toEqual({ isolated: true, secure: true, worker: 'refused' })
  expect(wiregrad.problems.splice(0).join()).toContain("requires 'TrustedScriptURL' assignment")
})

test('the page under the policy gets a WebGPU adapter', async ({ page, wiregrad }) => {
  test.skip(noWebgpu() !== '', noWebgpu())
  await openWindow(page, wiregrad)
  expect(await probeWebgpu(page)).toMatchObject({ available: true })
})
