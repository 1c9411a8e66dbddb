/**
 * The import checker must fail where it should: one broken import per rule, in a small tree of its own.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const checker = fileURLToPath(new URL('../../app/start/imports.mjs', import.meta.url))

let tree = ''
beforeEach(() => {
  tree = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-imports-'))
})
afterEach(() => rmSync(tree, { recursive: true, force: true }))

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(tree, name)), { recursive: true })
    writeFileSync(path.join(tree, name), text)
  }
}

function check(): { status: number | null; rules: string[]; summary: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [checker, tree], { encoding: 'utf8' })
  const rules = stderr.split('\n').filter((line) => line.includes(' -> '))
  return { status, rules: rules.sort(), summary: stdout.trim() }
}

const packageAt = (name: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
  [`node_modules/${name}/index.js`]: 'export const x = 1\n',
})

const good = {
  ...packageAt('@tensorflow/tfjs'),
  ...packageAt('@xyflow/react'),
  'nodes/kit/define.ts':
    "import type * as Tf from '@tensorflow/tfjs'\nexport const define = (tf: typeof Tf) => tf\n",
  'nodes/core/dense.ts': "import { define } from '../kit/define'\nexport const dense = define\n",
  'nodes/catalogue.ts': "import { dense } from './core/dense'\nexport const catalogue = [dense]\n",
  'engine/graph/document.ts': 'export type Document = string\n',
  'engine/worker/entry.ts': "import * as tf from '@tensorflow/tfjs'\nexport const engine = tf\n",
  'renderer/state/store.ts':
    "import { catalogue } from '../../nodes/catalogue'\nexport const state = catalogue\n",
  'renderer/platform/worker.ts':
    "import url from '../../engine/worker/entry?worker&url'\nexport const workerUrl = url\n",
  'renderer/canvas/canvas.ts': "import { x } from '@xyflow/react'\nexport const flow = x\n",
  'renderer/run/run.ts': 'export const run = 1\n',
}

test('a tree that keeps the table passes, and every module was seen', () => {
  write(good)
  expect(check()).toEqual({
    status: 0,
    rules: [],
    summary: 'import table: 11 modules seen, 0 violations, 0 unseen',
  })
})

test('each broken import is named with its rule', () => {
  write({
    ...good,
    'nodes/core/dense.ts': "import { conv } from '../conv/conv'\nexport const dense = conv\n",
    'nodes/conv/conv.ts': "import * as tf from '@tensorflow/tfjs'\nexport const conv = tf\n",
    'engine/graph/document.ts': "import { run } from '../../renderer/run/run'\nexport const document = run\n",
    'renderer/run/run.ts':
      "import { flow } from '../canvas/canvas'\nimport { x } from '@xyflow/react'\nexport const run = [flow, x]\n",
    'renderer/cloud/cloud.ts': "import { run } from '../run/run'\nexport const cloud = run\n",
  })
  const { status, rules } = check()
  expect(status).toBe(1)
  expect([...new Set(rules.map((line) => line.split(':')[0]))]).toEqual([
    'engine-graph',
    'every-folder-has-a-row',
    'nodes-load-without-tfjs',
    'nodes-one-file-each',
    'panels-know-no-siblings',
    'react-flow-in-canvas-only',
    'renderer-panel',
    'window-cannot-reach-tfjs',
  ])
})

test('the window cannot reach tfjs through others', () => {
  write({
    ...good,
    ...packageAt('@tensorflow/tfjs-core'),
    'engine/diagnose/signal.ts': "import * as tf from '@tensorflow/tfjs-core'\nexport const signal = tf\n",
    'renderer/state/store.ts':
      "import { signal } from '../../engine/diagnose/signal'\nexport const state = signal\n",
  })
  const { status, rules } = check()
  expect(status).toBe(1)
  expect(rules.filter((line) => line.startsWith('window-cannot-reach-tfjs: renderer/state/'))).toHaveLength(1)
})

test('a circle of imports fails', () => {
  write({
    ...good,
    'engine/graph/a.ts': "import { b } from './b'\nexport const a = () => b\n",
    'engine/graph/b.ts': "import { a } from './a'\nexport const b = () => a\n",
  })
  expect(check().rules).toContain('no-cycles: engine/graph/a.ts -> engine/graph/b.ts')
})

test('a tree without modules fails', () => {
  write({ 'engine/README.md': '' })
  expect(check()).toMatchObject({
    status: 1,
    summary: 'import table: 0 modules seen, 0 violations, 0 unseen',
  })
})
