/** What is made from other files is as they say. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatedFiles } from './generated'

it.each([...generatedFiles()])('%s is fresh', (path, text) => {
  const file = new URL(`../../${path}`, import.meta.url)
  const found = existsSync(file) ? readFileSync(file, 'utf8') : ''
  expect(found === text, `Run npm run generate: ${path} is not what its sources say.`).toBe(true)
})
