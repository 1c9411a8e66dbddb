/**
 * What the built window loads at start: no tfjs, which comes with the worker; and no word of how it was built here.
 */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { buildStale } from '../../app/start/build.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const out = path.join(root, 'dist/renderer')

interface Chunk {
  readonly entry: boolean
  readonly imports: readonly string[]
  readonly modules: readonly string[]
}

let chunks: Readonly<Record<string, Chunk>> = {}
beforeAll(async () => {
  await buildStale(['renderer'], () => undefined)
  chunks = JSON.parse(readFileSync(path.join(out, '.vite/chunks.json'), 'utf8')) as typeof chunks
}, 120_000)

/** Modules of a file and of all that it imports before it runs. */
function modulesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const chunk = chunks[file]
  return chunk === undefined
    ? []
    : [...chunk.modules, ...chunk.imports.flatMap((other) => modulesOf(other, seen))]
}

const isTfjs = (module: string) => module.includes('node_modules/@tensorflow/')

test('the start-up chunk holds the window and no tfjs', () => {
  const html = readFileSync(path.join(out, 'index.html'), 'utf8')
  const entry = /<script type="module"[^>]* src="\.\/([^"]+)"/.exec(html)?.[1] ?? ''
  const modules = modulesOf(entry)
  expect(modules).toContain('renderer/main.tsx')
  expect(modules.filter(isTfjs)).toEqual([])
})

test('the worker is a file of its own and holds tfjs', () => {
  const worker = Object.keys(chunks).filter((file) =>
    chunks[file]?.modules.includes('engine/worker/entry.ts'),
  )
  expect(worker).toHaveLength(1)
  expect(modulesOf(worker[0] ?? '').some(isTfjs)).toBe(true)
})

test('the page has no inline script or style, and the bundle no path of the machine that built it', () => {
  const html = readFileSync(path.join(out, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/)
  const scripts = readdirSync(path.join(out, 'assets')).filter((name) => name.endsWith('.js'))
  const telling = scripts.filter((name) =>
    readFileSync(path.join(out, 'assets', name), 'utf8').includes(root),
  )
  expect(telling).toEqual([])
})

test('the examples lie beside the page', () => {
  const built = readdirSync(path.join(out, 'examples'), { recursive: true }).map(String).sort()
  const sources = readdirSync(path.join(root, 'examples'), { recursive: true }).map(String).sort()
  expect(built).toEqual(sources)
})
