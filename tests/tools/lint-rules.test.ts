/**
 * The linter must fail where it should: one offence per rule, linted as if it stood in a file of that folder.
 */
import { ESLint } from 'eslint'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const eslint = new ESLint({ cwd: root })

async function rulesBroken(file: string, text: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(`${text}\n`, { filePath: path.join(root, file) })
  return results.flatMap((result) => result.messages.map((message) => message.ruleId))
}

const engine = 'engine/graph/document.ts'
const node = 'nodes/kit/spec.ts'
const here = 'tests/tools/lint-rules.test.ts'
const serve = 'app/serve/headers.ts'
const window = 'renderer/platform/download.ts'

const offences: readonly (readonly [string, string, string, string])[] = [
  ['chance in the engine', engine, 'export const x = Math.random()', 'no-restricted-syntax'],
  ['the clock in a node', node, 'export const x = Date.now()', 'no-restricted-syntax'],
  ['a date of now', engine, 'export const x = new Date()', 'no-restricted-syntax'],
  [
    'a blocking read',
    engine,
    'export const x = (t: { dataSync(): number[] }) => t.dataSync()',
    'no-restricted-syntax',
  ],
  ['model.fit', engine, 'export const x = (m: { fit(): number }) => m.fit()', 'no-restricted-syntax'],
  ['a default export', engine, 'export default 1', 'no-restricted-syntax'],
  ['a barrel', engine, "export * from './ids'", 'no-restricted-syntax'],
  ['any', serve, 'export const x = (y: any): unknown => y', '@typescript-eslint/no-explicit-any'],
  [
    'a focused test',
    here,
    "import { test } from 'vitest'\ntest.only('x', () => undefined)",
    'no-restricted-syntax',
  ],
  [
    'a skipped test without a reason',
    here,
    "import { test } from 'vitest'\ntest.skip('x', () => undefined)",
    'no-restricted-syntax',
  ],
  [
    'an unexplained suppression',
    serve,
    '// eslint-disable-next-line @typescript-eslint/no-explicit-any\nexport const x = (y: any): unknown => y',
    'wiregrad/explained-suppressions',
  ],
  [
    'the worker imported as a module',
    window,
    "import { x } from '../../engine/worker/host'\nexport const y = x",
    'no-restricted-imports',
  ],
]

test.each(offences)('%s is refused', async (_, file, text, rule) => {
  expect(await rulesBroken(file, text)).toContain(rule)
})

/** What oxlint says, with the rules that need types, of a text as the only file of a project. */
function typedRulesBroken(text: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'typed-rules-'))
  try {
    writeFileSync(path.join(folder, 'tsconfig.json'), '{"compilerOptions":{"strict":true}}')
    writeFileSync(path.join(folder, 'offence.ts'), text)
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint')
    const args = [oxlint, '-c', path.join(root, '.oxlintrc.json'), '--format', 'json', '.']
    // It looks for its type checker in the folder and along the path.
    const found = [path.join(root, 'node_modules/.bin'), process.env['PATH']].join(path.delimiter)
    const env = { ...process.env, PATH: found }
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env })
    const report = JSON.parse(stdout) as { diagnostics: { code: string }[] }
    return report.diagnostics.map(({ code }) => code)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.each([
  ['a floating promise', 'export function x() { Promise.resolve(1) }', 'no-floating-promises'],
  [
    'a switch that forgets a case',
    "export function x(y: 'a' | 'b') { switch (y) { case 'a': return 1 } return 2 }",
    'switch-exhaustiveness-check',
  ],
  ['a value of any type', 'export const x: number = JSON.parse("1")', 'no-unsafe-assignment'],
])('%s is refused', (_, text, rule) => {
  expect(typedRulesBroken(text)).toEqual([`typescript(${rule})`])
})

test('a clean file is let through by the rules that need types', () => {
  expect(typedRulesBroken('export const x = 1')).toEqual([])
})

test('a suppression that is not needed is refused', async () => {
  const text = '// eslint-disable-next-line no-var -- no reason at all\nexport const x = 1'
  expect(await rulesBroken(serve, text)).toEqual([null])
})

test('a clean file is let through', async () => {
  expect(await rulesBroken(serve, 'export const x = 1')).toEqual([])
})
