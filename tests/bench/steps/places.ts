/**
 * Where the sides run: each in a page of its own on the browser's adapter, or each in a process of its own on Dawn's null
 * adapter, since ours changes the tfjs that it runs on. What is only compared with is no part of the installation
 * (`packages.ts`).
 */
import { chromium, type Browser } from '@playwright/test'
import { fork, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { installedBrowser } from '../../../app/start/browsers.mjs'
import { bundle, openBundle } from '../../e2e/engine/open'
import { browserArguments } from '../../e2e/support/browser'
import { fetchedPackage } from './packages'
import type { StepRunner } from './runner'

export interface Place {
  readonly runner: StepRunner
  /** What the adapter calls itself, where that can be asked. */
  adapter?(): Promise<unknown>
  close(): Promise<void>
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const entries = {
  ours: 'tests/bench/steps/ours.ts',
  theirs: 'tests/bench/steps/theirs.ts',
  jax: 'tests/bench/steps/jax.ts',
} as const
export type Side = keyof typeof entries

/** The same on WebAssembly in Node. */
const cpuEntries = {
  ours: 'tests/bench/steps/ours-cpu.ts',
  theirs: 'tests/bench/steps/theirs-cpu.ts',
} as const

const calls = [
  'start',
  'run',
  'count',
  'stop',
  'probes',
  'curve',
] as const satisfies readonly (keyof StepRunner)[]

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
  // After the bundle's own route, which answers for everything else.
  if (side === 'jax') {
    const folder = path.dirname(await fetchedPackage('jax'))
    await page.route(/\/jax\/[\w.-]+\.js$/, async (route) => {
      const file = path.join(folder, path.basename(new URL(route.request().url()).pathname))
      await route.fulfill({ contentType: 'text/javascript', body: await readFile(file) })
    })
  }
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

interface Answer {
  readonly result?: unknown
  readonly error?: string
}

/** A child process that answers `{ call, given }` with `{ result }`, once it has said that it is ready. */
async function openChild(
  script: string,
  given: readonly string[],
  close: () => Promise<void> = () => Promise.resolve(),
  env: Readonly<Record<string, string>> = {},
): Promise<Place> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), given, {
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const answer = () =>
    new Promise<unknown>((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`The process of a bench has ended (${code}).`))
      child.once('exit', gone)
      child.once('message', ({ result, error }: Answer) => {
        child.off('exit', gone)
        if (error === undefined) resolve(result)
        else reject(new Error(error))
      })
    })
  await answer()
  const ask = (call: string, args: readonly unknown[]) => {
    const answered = answer()
    child.send({ call, given: args })
    return answered
  }
  return {
    runner: runnerOf(ask),
    adapter: () => ask('adapter', []),
    async close() {
      child.kill()
      await close()
    },
  }
}

/** A process on the null adapter. */
export function openNull(side: Side): Promise<Place> {
  return openNode(side, 'null')
}

/** A process on the null adapter, or on the first one that the machine has. */
export async function openNode(side: Side, adapter: 'null' | 'hardware'): Promise<Place> {
  const program = await fetchedPackage('dawn')
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-bench-'))
  const file = path.join(folder, `${side}.mjs`)
  await writeFile(file, await bundle(entries[side]))
  return openChild('dawn.mjs', [program, file, adapter], () => rm(folder, { recursive: true, force: true }))
}

/** A process on WebAssembly, which computes with so many threads where it is ours. */
export function openCpu(side: keyof typeof cpuEntries, threads = 1): Promise<Place> {
  const env = { WIREGRAD_THREADS: String(threads) }
  return openChild('cpu.mjs', [path.join(root, cpuEntries[side])], undefined, env)
}

/** PyTorch with one thread, in the Python that WIREGRAD_PYTHON names; null where there is none. */
export async function openTorch(): Promise<(Place & { readonly version: string }) | null> {
  const python = process.env['WIREGRAD_PYTHON'] ?? 'python3'
  const child = spawn(python, [fileURLToPath(new URL('pytorch.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.on('error', () => child.stdout.destroy())
  child.stdin.on('error', () => undefined)
  const ask = async (call: string, given: readonly unknown[]): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify({ call, given })}\n`)
    const line = await lines.next()
    if (line.done === true) throw new Error(`PyTorch does not answer in ${python}.`)
    return (JSON.parse(line.value) as Answer).result
  }
  try {
    const version = (await ask('version', [])) as string
    return {
      version,
      runner: runnerOf(ask),
      close: () => {
        child.kill()
        return Promise.resolve()
      },
    }
  } catch {
    return null
  }
}
