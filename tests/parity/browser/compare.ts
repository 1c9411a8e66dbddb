/** PyTorch's committed numbers against our engine in a browser, as tests of Playwright. */
import { expect, test, type Page } from '@playwright/test'
import { openBundle } from '../../e2e/engine/open'
import { probeWebgpu } from '../../e2e/support/webgpu'
import type { Case } from '../case'
import { readGolden } from '../golden-files'
import type { Answer, Job } from '../job'
import { allCases } from '../jobs'
import type { ParityTests } from './entry'

function compare(page: Page, one: Case, job: Job, answer: Answer): Promise<readonly string[]> {
  return page.evaluate(
    async (given) => {
      try {
        const { parityTests } = globalThis as unknown as { parityTests: ParityTests }
        return await parityTests.compare(...(JSON.parse(given) as [Case, Job, Answer]))
      } catch (error) {
        return [`threw: ${error instanceof Error ? error.message : String(error)}`]
      }
    },
    JSON.stringify([one, job, answer]),
  )
}

/** A test for each file of numbers that is chosen. */
export function compareInBrowser(backend: 'webgpu' | 'wasm', chosen: (file: string) => boolean): void {
  // One page for all: the browser's shaders are compiled once.
  let page: Page

  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage()
    await openBundle(page, 'tests/parity/browser/entry.ts')
    const { available, detail } = await probeWebgpu(page)
    test.skip(backend === 'webgpu' && !available, detail)
    await page.evaluate(
      (name) => (globalThis as unknown as { parityTests: ParityTests }).parityTests.start(name),
      backend,
    )
  })

  test.afterAll(() => page?.close())

  for (const [file, cases] of allCases()) {
    if (!chosen(file)) continue
    test(file, async () => {
      const entries = new Map(readGolden(file)?.entries.map((entry) => [entry.job.name, entry]))
      const found: string[] = []
      for (const one of cases) {
        const entry = entries.get(one.name)
        if (entry === undefined) throw new Error('PyTorch was never asked: npm run parity -- --write')
        for (const sentence of await compare(page, one, entry.job, entry.answer))
          found.push(`${one.name}: ${sentence}`)
      }
      expect(found).toEqual([])
    })
  }
}
