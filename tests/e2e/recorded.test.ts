/** Steps recorded and replayed on the browser's WebAssembly say the same as steps that are run, to the last bit. */
import { expect, test } from '@playwright/test'
import type { EngineTests } from './engine/entry'
import { openBundle } from './engine/open'

test('replays train as steps that are run do', async ({ page }) => {
  test.setTimeout(120_000)
  await openBundle(page, 'tests/e2e/engine/entry.ts')
  for (const name of ['mlp', 'lstm', 'gpt'] as const) {
    const { lines, ...found } = await page.evaluate((net) => {
      const { engineTests } = globalThis as unknown as { engineTests: EngineTests }
      return engineTests.compareOnWasm(net)
    }, name)
    expect(found, name).toEqual({
      said: ['true Steps are recorded once and replayed, with no work of tfjs in between.'],
      differences: [],
      leak: 0,
    })
    expect(lines.filter((line) => line.startsWith('tick'))).toHaveLength(24)
  }
})
