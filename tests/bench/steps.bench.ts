/**
 * The training steps of `steps/models.ts`: ours, recorded and replayed, beside the best loop written by hand for stock
 * tfjs, in turns. On Dawn's null adapter, where nothing is carried out, the five models in full: commands, the host's
 * work with a probe on every tenth step, memory. In a browser, on whatever adapter it has, the time on the clock; of the
 * three models that take a software adapter minutes a small one, unless WIREGRAD_BENCH=full.
 */
import { appendFile } from 'node:fs/promises'
import process from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { leastBetween, mostProbeShare } from '../../engine/probe/schedule'
import { median } from './clock'
import type { ModelName } from './steps/models'
import { openBrowser, openNull, openPage, type Place } from './steps/places'
import type { Block } from './steps/runner'

interface Row {
  readonly model: ModelName
  readonly backend: string
  readonly what: 'dispatches' | 'host' | 'wall' | 'memory'
  readonly ours: number
  readonly peer: 'tfjs'
  readonly peerValue: number
  /** Of the peer to ours: above one, ours is the better. */
  readonly ratio: number
  readonly unit: '' | 'ms' | 'MB'
}

const rows: Row[] = []
const notes: string[] = []
const full = process.env['WIREGRAD_BENCH'] === 'full'
const every = 10

function row(
  model: ModelName,
  backend: string,
  what: Row['what'],
  [ours, theirs]: readonly [number, number],
  ratio = theirs / ours,
): void {
  const unit = what === 'dispatches' ? '' : what === 'memory' ? 'MB' : 'ms'
  rows.push({ model, backend, what, ours, peer: 'tfjs', peerValue: theirs, ratio, unit })
}

type Two = readonly [ours: Place, theirs: Place]

/** Blocks of each side in turns; the medians, and the median of the ratios within a round. */
async function inTurns(
  [ours, theirs]: Two,
  what: keyof Block,
  rounds: number,
  lengths: readonly [number, number],
): Promise<readonly [number, number, number]> {
  const times: [number, number][] = []
  for (let round = 0; round < rounds; round++) {
    // Neither always comes after the other.
    const order = round % 2 === 0 ? [0, 1] : [1, 0]
    const found: [number, number] = [NaN, NaN]
    for (const side of order)
      found[side] = (await (side === 0 ? ours : theirs).runner.run(lengths[side] ?? 1))[what]
    times.push(found)
  }
  return [
    median(times.map(([a]) => a)),
    median(times.map(([, b]) => b)),
    median(times.map(([a, b]) => b / a)),
  ]
}

/** So many steps as take about so long, in whole tens where a probe is on every tenth. */
async function lengthOf(
  { runner }: Place,
  what: keyof Block,
  milliseconds: number,
  of: number,
): Promise<number> {
  const one = await runner.run(of)
  return of * Math.max(1, Math.min(20, Math.round(milliseconds / Math.max(0.01, of * one[what]))))
}

const megabytes = (bytes: number): number => bytes / 2 ** 20

async function closeAll(places: readonly (Place | null)[]): Promise<void> {
  for (const place of places) await place?.close()
}

const nullModels: readonly ModelName[] = ['tiny-mlp', 'mlp', 'cnn', 'lstm', 'gpt']

test('steps on the null adapter', async () => {
  const shares: (readonly [ModelName, number])[] = []
  for (const model of nullModels) {
    // A place for each net: the adapter has half a gigabyte, and tfjs gives nothing back.
    let ours: Place | null = null
    let theirs: Place | null = null
    try {
      ;[ours, theirs] = [await openNull('ours'), await openNull('theirs')]
    } catch (error) {
      await closeAll([ours, theirs])
      notes.push(`No null adapter, so no figures of the host alone: ${String(error).slice(0, 200)}`)
      return
    }
    const two: Two = [ours, theirs]
    await ours.runner.start(model, 0)
    await theirs.runner.start(model, 0)
    const [mine, stock] = [await ours.runner.count(), await theirs.runner.count()]
    row(model, 'webgpu-null', 'dispatches', [mine.dispatches, stock.dispatches])
    row(model, 'webgpu-null', 'memory', [megabytes(mine.peakBytes), megabytes(stock.peakBytes)])
    await ours.runner.start(model, 1)
    const probed = await ours.runner.count()
    notes.push(`${model}: ${probed.dispatches} dispatches on a step with a probe`)
    shares.push([model, (probed.dispatches / mine.dispatches - 1) / leastBetween.replayed])
    await ours.runner.start(model, every)
    const lengths = [
      await lengthOf(ours, 'host', 100, every),
      await lengthOf(theirs, 'host', 100, 1),
    ] as const
    const [a, b, ratio] = await inTurns(two, 'host', full ? 9 : 3, lengths)
    row(model, 'webgpu-null', 'host', [a, b], ratio)
    await closeAll(two)
    expect(mine.dispatches, `${model}: dispatches`).toBeLessThan(stock.dispatches)
  }
  // Only now, so that every row is there.
  expect(shares.filter(([, more]) => more > mostProbeShare * 1.01)).toEqual([])
})

const browserModels: readonly ModelName[] = full
  ? ['tiny-mlp', 'mlp', 'small-cnn', 'small-lstm', 'small-gpt', 'lstm', 'cnn', 'gpt']
  : ['tiny-mlp', 'mlp', 'small-cnn', 'small-lstm', 'small-gpt']

test('steps in the browser', async () => {
  const browser = await openBrowser()
  if (browser === null) {
    notes.push('No browser, so no figures on the clock.')
    return
  }
  const two: Two = [await openPage(browser, 'ours'), await openPage(browser, 'theirs')]
  try {
    for (const model of browserModels) {
      await two[0].runner.start(model, 0)
      await two[1].runner.start(model, 0)
      const lengths = [
        await lengthOf(two[0], 'wall', 300, 1),
        await lengthOf(two[1], 'wall', 300, 1),
      ] as const
      const [a, b, ratio] = await inTurns(two, 'wall', full ? 7 : 3, lengths)
      row(model, 'webgpu-browser', 'wall', [a, b], ratio)
      for (const { runner } of two) await runner.stop()
    }
  } finally {
    await closeAll(two)
    await browser.close()
  }
})

test('what probes cost on the clock in the browser', async () => {
  const browser = await openBrowser()
  if (browser === null) return
  const two: Two = [await openPage(browser, 'ours'), await openPage(browser, 'ours')]
  try {
    for (const model of browserModels) {
      await two[0].runner.start(model, 0)
      await two[1].runner.start(model, 1)
      const lengths = [
        await lengthOf(two[0], 'wall', 300, 1),
        await lengthOf(two[1], 'wall', 300, 1),
      ] as const
      const [, , ratio] = await inTurns(two, 'wall', full ? 15 : 7, lengths)
      const cost = (ratio - 1) / leastBetween.replayed
      notes.push(
        `${model}: a step with a probe takes ${ratio.toFixed(2)} x; on every ${leastBetween.replayed}th, ${(100 * cost).toFixed(1)} % of the time`,
      )
      for (const { runner } of two) await runner.stop()
    }
  } finally {
    await closeAll(two)
    await browser.close()
  }
})

afterAll(async () => {
  const shown = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
  const cells = rows.map((one) => [
    one.model,
    one.backend,
    one.what,
    `${shown(one.ours)} ${one.unit}`.trim(),
    `${shown(one.peerValue)} ${one.unit}`.trim(),
    `${shown(one.ratio)} x`,
  ])
  const table = [['model', 'backend', 'what', 'ours', 'tfjs', 'tfjs / ours'], ...cells]
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((line) => (line[at] ?? '').length)))
  const lines = table.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  console.log(['', 'Training steps', ...lines, ...notes].join('\n'))
  const file = process.env['WIREGRAD_BENCH_JSON']
  if (file === undefined) return
  const printed = rows.map(({ model, backend, what, ours, peer, peerValue, ratio }) =>
    JSON.stringify({ model, backend, what, ours, peer, peerValue, ratio }),
  )
  await appendFile(file, printed.map((line) => `${line}\n`).join(''))
})
