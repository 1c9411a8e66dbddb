/**
 * Every example is trained by the real command and held to the result that was written down for it, on the first seed;
 * on all of them with WIREGRAD_SEEDS=all.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { example, linesOf, root, temporaryFolder, wiregrad } from '../app/cli/run'
import { measure, readRun } from './measure'

interface Expectation {
  readonly of: string
  readonly atLeast?: number
  readonly atMost?: number
  readonly baseline: number
  readonly baselineIs: string
}

const { seeds, examples } = JSON.parse(readFileSync(path.join(root, 'examples/expected.json'), 'utf8')) as {
  seeds: number[]
  examples: Record<string, Expectation[]>
}
const folder = temporaryFolder()
const chosenSeeds = process.env['WIREGRAD_SEEDS'] === 'all' ? seeds : seeds.slice(0, 1)

/** What holds for the first step is measured after one. */
const options: Readonly<Record<string, readonly string[]>> = { 'backprop-by-hand': ['--steps', '1'] }

/** Two runs at a time: as many as the smallest machine has cores. */
function limited(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}
const inTurn = limited(2)

// Those that wait for their turn are on the clock, too.
describe('the examples', { timeout: 1_500_000 }, () => {
  it('each have a result that was written down', () => {
    const saved = readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.wiregrad'))
    expect(saved.map((name) => name.replace('.wiregrad', '')).sort()).toEqual(Object.keys(examples).sort())
  })

  it.each(Object.entries(examples))('%s could not pass with its baseline', (_, expectations) => {
    for (const { baseline, atLeast = -Infinity, atMost = Infinity, of } of expectations) {
      // The one that must not learn ends where the baseline is; its second expectation tells the two apart.
      if (of === 'test accuracy' && atLeast === -Infinity) continue
      expect(baseline < atLeast || baseline > atMost).toBe(true)
    }
  })

  const runs = Object.entries(examples).flatMap(([name, expectations]) =>
    chosenSeeds.map((seed) => ({ name, seed, expectations })),
  )
  it.concurrent.each(runs)('$name does what it says with seed $seed', ({ name, seed, expectations }) =>
    inTurn(async () => {
      const out = path.join(folder, `${name}-${seed}`)
      const words = ['--seed', String(seed), '--out', out, '--json', ...(options[name] ?? [])]
      const { code, stdout, stderr } = await wiregrad('train', example(name), ...words)
      expect({ name, code, stderr: code === 0 ? '' : stderr }).toEqual({ name, code: 0, stderr: '' })
      expect(existsSync(path.join(out, 'run.json'))).toBe(true)
      const run = readRun(out, linesOf(stdout))
      for (const { of, atLeast = -Infinity, atMost = Infinity } of expectations) {
        const value = measure(of, run)
        if (process.env['WIREGRAD_SEEDS'] !== undefined) console.log(`${name} seed ${seed}: ${of} ${value}`)
        expect(value, of).toBeGreaterThanOrEqual(atLeast)
        expect(value, of).toBeLessThanOrEqual(atMost)
      }
    }),
  )
})
