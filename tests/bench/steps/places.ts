/**
 * Where the two sides run: each in a page of its own on the browser's adapter, or each in a process of its own on Dawn's
 * null adapter, since ours changes the tfjs that it runs on. Dawn's package for Node is 18 MB of programs and no part of
 * the installation: it is fetched when it is wanted, once, and checked.
 */
import { chromium, type Browser } from '@playwright/test'
import { execFile, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installedBrowser } from '../../../app/start/browsers.mjs'
import { bundle, openBundle } from '../../e2e/engine/open'
import { browserArguments } from '../../e2e/support/browser'
import type { StepRunner } from './runner'

export interface Place {
  readonly runner: StepRunner
  close(): Promise<void>
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const entries = { ours: 'tests/bench/steps/ours.ts', theirs: 'tests/bench/steps/theirs.ts' } as const
export type Side = keyof typeof entries

const calls = ['start', 'run', 'count', 'stop'] as const satisfies readonly (keyof StepRunner)[]

function runnerOf(ask: (call: string, given: readonly unknown[]) => Promise<unknown>): StepRunner {
  return Object.fromEntries(
    calls.map((call) => [call, (...given: readonly unknown[]) => ask(call, given)]),
  ) as unknown as StepRunner
}

/** A browser that has WebGPU, or null. */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = installedBrowser()
  if (executablePath === null) return null
  return chromium.launch({
    executablePath,
    args: browserArguments,
    ignoreDefaultArgs: ['--headless'],
    chromiumSandbox: process.getuid?.() !== 0,
  })
}

export async function openPage(browser: Browser, side: Side): Promise<Place> {
  const page = await browser.newPage()
  await openBundle(page, entries[side])
  const ask = (call: string, given: readonly unknown[]) =>
    page.evaluate(
      async ([name, args]) => {
        const { runner } = globalThis as unknown as {
          runner: Record<string, (...all: readonly unknown[]) => unknown>
        }
        return await runner[name]?.(...args)
      },
      [call, given] as const,
    )
  return { runner: runnerOf(ask), close: () => page.close() }
}

const dawnVersion = '0.3.8'
const dawnHash = 'g2YwfCvzHoQHwSEY3fS95sVKdo/JVLL9AnicJyRQBPwWm4j7zISHvk6P85HaWP0LhtBV+aopsShKIaDi4smECg=='

/** Dawn for Node, fetched where it is not there yet; throws where it cannot be had. */
async function dawn(): Promise<string> {
  const home = path.join(root, 'node_modules/.cache/wiregrad-dawn')
  const entry = path.join(home, dawnVersion, 'package/index.js')
  if (existsSync(entry)) return entry
  await mkdir(home, { recursive: true })
  const folder = await mkdtemp(path.join(home, 'new-'))
  try {
    const run = promisify(execFile)
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    await run(npm, ['pack', `webgpu@${dawnVersion}`, '--silent', '--pack-destination', folder], {
      timeout: 120_000,
      cwd: folder,
    })
    const archive = path.join(folder, `webgpu-${dawnVersion}.tgz`)
    const hash = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')
    if (hash !== dawnHash) throw new Error(`webgpu ${dawnVersion} came with another hash: ${hash}`)
    await run('tar', ['-xzf', archive, '-C', folder])
    await rm(archive)
    await rename(folder, path.join(home, dawnVersion))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return entry
}

interface Answer {
  readonly result?: unknown
  readonly error?: string
}

/** A process on the null adapter. */
export async function openNull(side: Side): Promise<Place> {
  const program = await dawn()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-bench-'))
  const file = path.join(folder, `${side}.mjs`)
  await writeFile(file, await bundle(entries[side]))
  const child = fork(fileURLToPath(new URL('dawn.mjs', import.meta.url)), [program, file], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const answer = () =>
    new Promise<unknown>((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`The process on Dawn has ended (${code}).`))
      child.once('exit', gone)
      child.once('message', ({ result, error }: Answer) => {
        child.off('exit', gone)
        if (error === undefined) resolve(result)
        else reject(new Error(error))
      })
    })
  await answer()
  const ask = (call: string, given: readonly unknown[]) => {
    const answered = answer()
    child.send({ call, given })
    return answered
  }
  return {
    runner: runnerOf(ask),
    async close() {
      child.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
