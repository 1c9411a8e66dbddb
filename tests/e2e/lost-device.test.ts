/**
 * A lost GPU: the browser's GPU process is crashed in the middle of a training on WebGPU. The run must say so, go on from
 * its last snapshot and still learn.
 */
import { expect, openWindow, test, trainLong } from './support/app'
import { noWebgpu } from './support/webgpu'

test('a training survives the crash of the GPU process, and says so', async ({ page, browser, wiregrad }) => {
  test.skip(noWebgpu() !== '', noWebgpu())
  test.setTimeout(240_000)
  await openWindow(page, wiregrad, 'open=examples/iris&backend=webgpu')
  // A small graph trains within a second or two: a short training would be over before the crash.
  await trainLong(page)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const step = async () => Number((await page.locator('.strip-step b').innerText()).replace(/\D/g, '') || '0')
  await expect.poll(step, { timeout: 90_000 }).toBeGreaterThan(10)

  const devtools = await browser.newBrowserCDPSession()
  await devtools.send('Browser.crashGpuProcess')
  await expect(page.getByText(/device was lost/)).toBeVisible({ timeout: 60_000 })
  const resumed = await step()
  await expect.poll(step, { timeout: 90_000 }).toBeGreaterThan(resumed + 10)
  await expect(page.locator('.strip-status')).toHaveText(/Training|Finished/)
})
