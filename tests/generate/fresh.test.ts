/** What is made from other files is as they say. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatedFiles } from './generated'
import { kernelsFile, kernelsText } from './kernels'

function expectFresh(path: string, text: string): void {
  const file = new URL(`../../${path}`, import.meta.url)
  const found = existsSync(file) ? readFileSync(file, 'utf8') : ''
  expect(found === text, `Run npm run generate: ${path} is not what its sources say.`).toBe(true)
}

it.each([...generatedFiles()])('%s is fresh', expectFresh)

it('the WebAssembly kernels are the very bytes that their sources give', async () => {
  expectFresh(kernelsFile, await kernelsText())
})
