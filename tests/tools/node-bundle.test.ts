/**
 * A program bundled for Node, as the command line is, holds one tfjs, and its cpu and wasm backends compute, from any
 * folder and without node_modules.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'vite'
import { expect, test } from 'vitest'
import { nodeProgram, wasmFiles } from '../../app/start/vite.mjs'

test('tfjs works in a bundled program', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-bundle-'))
  try {
    await build(nodeProgram('tests/tools/fixtures/tfjs-program.ts', 'main.mjs', folder, wasmFiles))
    const { stdout } = spawnSync(process.execPath, ['main.mjs'], { cwd: folder, encoding: 'utf8' })
    expect(JSON.parse(stdout)).toEqual({ oneCore: true, cpu: [true, 11], wasm: [true, 11] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
