/**
 * A build is stale when a source was changed, added or removed, and not otherwise.
 */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprint } from '../../app/start/stale.mjs'

let root = ''
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-stale-'))
  mkdirSync(path.join(root, 'a/b'), { recursive: true })
  writeFileSync(path.join(root, 'a/b/x.ts'), 'x')
  writeFileSync(path.join(root, 'tool.json'), '{}')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const now = () => fingerprint(root, ['a', 'tool.json', 'missing'])

const changes: readonly (readonly [string, () => void])[] = [
  ['a change', () => writeFileSync(path.join(root, 'a/b/x.ts'), 'xy')],
  ['a later time', () => utimesSync(path.join(root, 'tool.json'), 1, 1)],
  ['a new file', () => writeFileSync(path.join(root, 'a/y.ts'), '')],
  ['a removed file', () => rmSync(path.join(root, 'a/b/x.ts'))],
]

test('nothing changed, nothing stale', () => {
  expect(now()).toBe(now())
})

test.each(changes)('%s shows', (_, change) => {
  const before = now()
  change()
  expect(now()).not.toBe(before)
})
