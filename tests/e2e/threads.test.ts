/** WebAssembly computes on several threads in the window: their scripts load under the page's policy, and they last. */
import { expect, openWindow, test, trainLong } from './support/app'

test('threads help to train in the window, run after run', async ({ page, wiregrad }) => {
  test.setTimeout(150_000)
  const scripts: string[] = []
  page.on('response', (response) => {
    if (/\/helper-[\w-]+\.js$/.test(response.url())) scripts.push(`${response.status()}`)
  })
  await openWindow(page, wiregrad, 'open=examples/digits-cnn&backend=wasm&threads=3')
  await trainLong(page)
  for (const name of ['Train', 'Continue']) {
    await page.getByRole('button', { name, exact: true }).click()
    const step = page.locator('.strip-step b')
    await expect
      .poll(async () => Number(((await step.textContent()) ?? '').replace(/\D/g, '')), { timeout: 60_000 })
      .toBeGreaterThan(30)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(page.locator('.strip-status')).toHaveText(/Stopped/)
  }
  expect(scripts).toEqual(['200', '200'])
  await page.getByRole('button', { name: 'Where training runs' }).click()
  // What the second start says: it would know of a thread that has failed.
  await expect(page.getByText('It computes with up to 3 threads.')).toBeVisible()
})
