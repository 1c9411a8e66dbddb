/**
 * The language may change at any time, so no module may keep a word from the time when it was loaded. Here every module
 * of the window is loaded, while whoever asks for the language is written down.
 */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { liveWords } from '../../../renderer/ui/live-words'

const asked = vi.hoisted(() => [] as string[])

vi.mock('../../../renderer/ui/language', async (original) => {
  const language = await original<typeof import('../../../renderer/ui/language')>()
  return {
    ...language,
    currentLanguage: () => {
      asked.push(new Error().stack ?? '')
      return language.currentLanguage()
    },
  }
})

const renderer = fileURLToPath(new URL('../../../renderer/', import.meta.url))
/** These do something as soon as they are loaded. */
const starting = ['main.tsx', 'platform/layout-worker.ts', 'platform/render-count.ts']

function modules(): readonly string[] {
  return readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => /(?<!\.d)\.tsx?$/.test(file) && !starting.includes(file))
}

/** The lines of a stack above the words themselves. */
function whoAsked(stack: string): string {
  return stack
    .split('\n')
    .filter(
      (line) =>
        line.includes('/renderer/') && !/\/ui\/(live-words|strings|language)\.ts|\/tests\//.test(line),
    )
    .slice(0, 2)
    .join('\n')
}

afterEach(() => vi.unstubAllGlobals())

describe('words of several languages', () => {
  it('answer in the language of the moment, whichever part was kept before', () => {
    let language: 'one' | 'other' = 'one'
    const tables = {
      one: { run: { step: 'Step', of: (n: number) => `of ${n}` }, ends: ['a', 'b'] },
      other: { run: { step: '步数', of: (n: number) => `/ ${n}` }, ends: ['甲', '乙'] },
    }
    const words = liveWords(tables.one, () => tables[language])
    const { run } = words
    expect([run.step, run.of(3), words.ends[1]]).toEqual(['Step', 'of 3', 'b'])
    language = 'other'
    expect([run.step, run.of(3), words.ends[1]]).toEqual(['步数', '/ 3', '乙'])
    expect(Object.entries({ ...run })[0]).toEqual(['step', '步数'])
  })

  it('are kept by no module', async () => {
    vi.stubGlobal('navigator', { userAgent: '' })
    const files = modules()
    expect(files.length).toBeGreaterThan(150)
    const keeping: string[] = []
    for (const file of files) {
      asked.length = 0
      await import(path.join(renderer, file))
      for (const stack of asked) keeping.push(`${file}\n${whoAsked(stack)}`)
    }
    expect(keeping).toEqual([])
  })
})
