/**
 * Our own training steps in mixed precision beside those in float32, the nets of `steps/models.ts`: what is asked of the
 * device and its memory on Dawn's null adapter, the time on the clock on whatever adapter the browser has, and on the
 * first adapter that Dawn finds in Node, where it finds one (VK_ICD_FILENAMES names a Vulkan driver).
 * WIREGRAD_BENCH_MODELS names those that are measured. What a GPU makes of it is not known: there was none.
 */
import process from 'node:process'
import { afterAll, expect, test } from 'vitest'
import type { ModelName } from './steps/models'
import { openBrowser, openNode, openPage, type Place } from './steps/places'
import { inTurns, lengthOf } from './steps/turns'

const wanted = process.env['WIREGRAD_BENCH_MODELS']?.split(',') ?? null
const chosen = (models: readonly ModelName[]) => models.filter((name) => wanted?.includes(name) ?? true)
const lines: string[] = []
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toPrecision(3)

test('memory and dispatches', async () => {
  for (const model of chosen(['tiny-mlp', 'mlp', 'cnn', 'lstm', 'gpt', 'bigru', 'small-resnet'])) {
    const counts = []
    for (const way of ['loop', 'mixed'] as const) {
      let place: Place
      try {
        place = await openNode('ours', 'null')
      } catch (error) {
        lines.push(`No null adapter: ${String(error).slice(0, 200)}`)
        return
      }
      await place.runner.start(model, 0, way)
      counts.push(await place.runner.count())
      await place.close()
    }
    const [full, mixed] = counts
    if (full === undefined || mixed === undefined) throw new Error(`${model} was not counted.`)
    lines.push(
      `${model}: dispatches ${full.dispatches} -> ${mixed.dispatches}, peak ${megabytes(full.peakBytes)} -> ${megabytes(mixed.peakBytes)} MB (${(full.peakBytes / mixed.peakBytes).toFixed(2)} x)`,
    )
    expect(mixed.dispatches).toBeGreaterThan(full.dispatches)
  }
})

const small: readonly ModelName[] = ['mlp', 'small-cnn', 'small-lstm', 'small-gpt']

async function onTheClock(where: string, open: () => Promise<Place>): Promise<void> {
  const places = [await open(), await open()] as const
  const runners = places.map(({ runner }) => runner)
  for (const model of chosen(small)) {
    await places[0].runner.start(model, 0, 'mixed')
    await places[1].runner.start(model, 0, 'loop')
    const lengths = []
    for (const runner of runners) lengths.push(await lengthOf(runner, 'wall', 300, 1))
    const [found] = await inTurns(runners, 'wall', 5, lengths)
    if (found !== undefined)
      lines.push(
        `${model}, ${where}: mixed ${found.ours.toFixed(2)} ms, float32 ${found.peer.toFixed(2)} ms, float32 / mixed ${found.ratio.toFixed(2)} x`,
      )
    for (const runner of runners) await runner.stop()
  }
  for (const place of places) await place.close()
}

test('the clock in a browser', async () => {
  const browser = await openBrowser()
  if (browser === null) return void lines.push('No browser, so no figures on its clock.')
  try {
    await onTheClock("the browser's adapter", () => openPage(browser, 'ours'))
  } finally {
    await browser.close()
  }
})

test('the clock on an adapter that Dawn finds', async () => {
  try {
    const place = await openNode('ours', 'hardware')
    const name = await place.adapter?.()
    await place.close()
    if (typeof name !== 'string') return void lines.push('Dawn finds no adapter here.')
    await onTheClock(name, () => openNode('ours', 'hardware'))
  } catch (error) {
    lines.push(`No figures by Dawn: ${String(error).slice(0, 200)}`)
  }
})

afterAll(() => console.log(lines.join('\n')))
