/** One page with the engine's tests on WebGPU for all tests of a file: the browser's shaders are compiled once. */
import { test, type Page } from '@playwright/test'
import { noWebgpu } from '../support/webgpu'
import type { EngineTests } from './entry'
import { openBundle } from './open'

type Ask = <K extends keyof EngineTests>(
  name: K,
  ...given: Parameters<EngineTests[K]>
) => Promise<Awaited<ReturnType<EngineTests[K]>>>

/** Call once, at the top of a file; what it gives calls a test by its name, in the page. */
export function engineOnWebgpu(): Ask {
  test.describe.configure({ mode: 'serial', timeout: 180_000 })
  let page: Page
  test.beforeAll(async ({ browser }) => {
    test.skip(noWebgpu() !== '', noWebgpu())
    page = await browser.newPage()
    await openBundle(page, 'tests/e2e/engine/entry.ts')
  })
  test.afterAll(() => page?.close())
  return (name, ...given) =>
    page.evaluate(
      async ([called, args]) => {
        const tests = (globalThis as unknown as { engineTests: EngineTests }).engineTests
        return (await (tests[called] as (...all: unknown[]) => unknown)(...args)) as never
      },
      [name, given] as const,
    )
}
