/**
 * The training steps of `steps/models.ts`: ours, recorded and replayed, beside the best loop written by hand for stock
 * tfjs, tfjs's own `fit`, and jax-js, in turns. On Dawn's null adapter, where nothing is carried
 * out, the models in full: commands, the host's work with a probe on every tenth step, memory. In a browser, on whatever
 * adapter it has, the time on the clock; of the models that take a software adapter minutes a small one, unless
 * WIREGRAD_BENCH=full. WIREGRAD_BENCH_MODELS names those that are measured. PyTorch beside: `gpu.ts` on a GPU.
 */
import { appendFile } from 'node:fs/promises'
import process from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { leastBetween, mostProbeShare } from '../../engine/probe/schedule'
import { curveTolerance, distance } from '../parity/closeness'
import { curveGiven } from '../parity/curve-jobs'
import { curveNames, curveSteps } from '../parity/curves'
import { readCurves } from '../parity/golden-files'
import type { ModelName } from './steps/models'
import { openBrowser, openNull, openPage, type Place } from './steps/places'
import { printRows, rowLines, type Row } from './steps/rows'
import { hasLayers, inTurns, lengthOf, tooLongForJax, type Peer } from './steps/turns'

const rows: Row[] = []
const notes: string[] = []
const full = process.env['WIREGRAD_BENCH'] === 'full'
const every = 10

const wanted = process.env['WIREGRAD_BENCH_MODELS']?.split(',') ?? null
const chosen = (models: readonly ModelName[]) => models.filter((name) => wanted?.includes(name) ?? true)

const megabytes = (bytes: number): number => bytes / 2 ** 20

async function closeAll(places: readonly (Place | null)[]): Promise<void> {
  for (const place of places) await place?.close()
}

const nullModels = chosen(['tiny-mlp', 'mlp', 'cnn', 'lstm', 'gpt', 'bigru', 'small-resnet', 'resnet18-of-4'])
/** tfjs asks for more memory than the null adapter has: no figure of what its host would do with it. */
const tooLargeForStock: readonly ModelName[] = ['resnet18-of-4']

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
    const row = (what: Row['what'], values: readonly [number, number], ratio = values[1] / values[0]) =>
      rows.push({
        model,
        backend: 'webgpu-null',
        what,
        ours: values[0],
        peer: 'tfjs',
        peerValue: values[1],
        ratio,
      })
    await ours.runner.start(model, 0)
    await theirs.runner.start(model, 0)
    const [mine, stock] = [await ours.runner.count(), await theirs.runner.count()]
    row('dispatches', [mine.dispatches, stock.dispatches])
    row('memory', [megabytes(mine.peakBytes), megabytes(stock.peakBytes)])
    await ours.runner.start(model, 1)
    const probed = await ours.runner.count()
    notes.push(`${model}: ${probed.dispatches} dispatches on a step with a probe`)
    shares.push([model, (probed.dispatches / mine.dispatches - 1) / leastBetween.device])
    await ours.runner.start(model, every)
    if (tooLargeForStock.includes(model)) {
      const { host } = await ours.runner.run(10 * every)
      notes.push(`${model}: ${host.toPrecision(3)} ms of our host; tfjs does not fit on the null adapter`)
      await closeAll([ours, theirs])
      continue
    }
    const lengths = [
      await lengthOf(ours.runner, 'host', 100, every),
      await lengthOf(theirs.runner, 'host', 100, 1),
    ]
    const [mean] = await inTurns([ours.runner, theirs.runner], 'host', full ? 9 : 3, lengths)
    if (mean !== undefined) row('host', [mean.ours, mean.peer], mean.ratio)
    await closeAll([ours, theirs])
    expect(mine.dispatches, `${model}: dispatches`).toBeLessThan(stock.dispatches)
  }
  // Only now, so that every row is there.
  expect(shares.filter(([, more]) => more > mostProbeShare * 1.01)).toEqual([])
})

const small = [
  'tiny-mlp',
  'mlp',
  'small-cnn',
  'small-lstm',
  'small-gpt',
  'small-bigru',
  'small-resnet',
] as const
const browserModels = chosen(full ? [...small, 'lstm', 'bigru', 'cnn', 'gpt', 'resnet18'] : small)

test('the nets for jax-js take the curves that ours take', async () => {
  const browser = await openBrowser()
  if (browser === null) return
  try {
    let jax: Place
    try {
      jax = await openPage(browser, 'jax')
    } catch {
      // Said by the next test.
      return
    }
    const apart: string[] = []
    for (const name of curveNames.filter((one) => chosen([one]).length > 0)) {
      const losses = (await jax.runner.curve?.(name, curveSteps, await curveGiven(name))) ?? []
      const wanted = readCurves()?.curves.find((one) => one.name === name)?.losses ?? []
      const off = distance(losses, wanted)
      notes.push(`${name}: the curve of jax-js is off by ${off.toExponential(1)}`)
      if (!(off <= curveTolerance)) apart.push(`${name} ${off}`)
    }
    expect(apart).toEqual([])
  } finally {
    await browser.close()
  }
})

test('steps in the browser', async () => {
  const browser = await openBrowser()
  if (browser === null) {
    notes.push('No browser, so no figures on the clock.')
    return
  }
  const pages: Place[] = []
  const open = async (side: Parameters<typeof openPage>[1]): Promise<Place> => {
    const page = await openPage(browser, side)
    pages.push(page)
    return page
  }
  try {
    const [ours, loop, fit] = [await open('ours'), await open('theirs'), await open('theirs')]
    let jax: Place | null = null
    try {
      jax = await open('jax')
    } catch (error) {
      notes.push(`jax-js could not be had: ${String(error).slice(0, 200)}`)
    }
    for (const model of browserModels) {
      const peers: [Peer, Place][] = [['tfjs', loop]]
      if (hasLayers(model)) peers.push(['tfjs-fit', fit])
      if (jax !== null && !tooLongForJax.includes(model)) peers.push(['jax-js', jax])
      const sides = [ours, ...peers.map(([, place]) => place)].map(({ runner }) => runner)
      await ours.runner.start(model, 0)
      for (const [peer, { runner }] of peers)
        await runner.start(model, 0, peer === 'tfjs-fit' ? 'fit' : 'loop')
      const lengths: number[] = []
      for (const runner of sides) lengths.push(await lengthOf(runner, 'wall', 300, 1))
      const found = await inTurns(sides, 'wall', full ? 7 : 3, lengths)
      for (const [at, { ours: mine, peer: value, ratio }] of found.entries()) {
        const peer = peers[at]?.[0] ?? 'tfjs'
        rows.push({
          model,
          backend: 'webgpu-browser',
          what: 'wall',
          ours: mine,
          peer,
          peerValue: value,
          ratio,
        })
      }
      for (const runner of sides) await runner.stop()
    }
  } finally {
    await closeAll(pages)
    await browser.close()
  }
})

/** Long enough for a hundredth of it to lie below what probes are allowed to be apart. */
const stepsOfRun = 700

test('what probes cost on the clock in the browser', async () => {
  const costs: (readonly [ModelName, number])[] = []
  const browser = await openBrowser()
  if (browser === null) return
  const pages = [await openPage(browser, 'ours'), await openPage(browser, 'ours')] as const
  const [plain, probed] = [pages[0].runner, pages[1].runner]
  try {
    for (const model of browserModels) {
      await plain.start(model, 0)
      await probed.start(model, 1)
      const lengths = [await lengthOf(plain, 'wall', 300, 1), await lengthOf(probed, 'wall', 300, 1)]
      const [turns] = await inTurns([plain, probed], 'wall', full ? 15 : 7, lengths)
      const ratio = turns?.ratio ?? NaN
      for (const { runner } of pages) await runner.stop()
      const { between = NaN, share = NaN } = (await plain.probes?.(model, stepsOfRun)) ?? {}
      const cost = (ratio - 1) / between
      const shown = (part: number) => `${(100 * part).toFixed(1)} %`
      notes.push(
        `${model}: a step with a probe takes ${ratio.toFixed(2)} x; a run has one on every ${between}th, ${shown(cost)} of the time; with the first ones, the run says ${shown(share)}`,
      )
      costs.push([model, cost])
    }
  } finally {
    await closeAll(pages)
    await browser.close()
  }
  // The two ratios are of different moments of a machine that does other things too.
  expect(costs.filter(([, cost]) => cost > 1.3 * mostProbeShare)).toEqual([])
})

afterAll(async () => {
  console.log(['', 'Training steps', ...printRows(rows), ...notes].join('\n'))
  const file = process.env['WIREGRAD_BENCH_JSON']
  if (file !== undefined) await appendFile(file, rowLines(rows))
})
