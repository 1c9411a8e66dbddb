/**
 * What it costs to have a view of a node open: a step, and a step with a look before it. A run looks before its probes
 * only, at most every tenth step on the schedule, and holds all looks to a share of the time (engine/worker/inspect).
 */
import { beforeAll, expect, test } from 'vitest'
import { tf } from '../../engine/backend/tfjs'
import { repairWasm } from '../../engine/backend/wasm-repairs'
import { takeLook } from '../../engine/probe/look'
import type { TensorName, Wish } from '../../engine/session/look'
import { compareTimes, report } from './clock'
import { createStand, loadExample, startBackend } from './stand'

beforeAll(async () => {
  await startBackend('wasm')
  repairWasm(tf)
})

const views = ['weight', 'gradient', 'output'] as const

/** A look may take so many steps' time: forwards and backwards once, the counting, and room for a busy machine. */
const mostSteps = 2

test.each([
  { name: 'digits-mlp', path: 'hidden1', weight: 'kernel' },
  { name: 'digits-cnn', path: 'conv1', weight: 'kernel' },
  { name: 'tiny-transformer', path: 'encoder/0/attention', weight: 'query_kernel' },
])('a view of a node of $name', async ({ name, path, weight }) => {
  const stand = createStand(await loadExample(name))
  const wish = (kind: (typeof views)[number]): Wish => {
    const tensor: TensorName = `${kind}:${kind === 'output' ? 'y' : weight}`
    const sample = kind === 'output' ? ({ split: 'train', index: 0 } as const) : null
    return { path, histograms: [tensor], pictures: [tensor], sample }
  }
  let at = 0
  const looking = views.map((kind) => ({
    name: `${kind}s open`,
    work: async (times: number) => {
      for (let turn = 0; turn < times; turn++) {
        const look = await takeLook(stand.looked, wish(kind), { step: ++at, done: at })
        expect([look.histograms.length, look.pictures.length]).toEqual([1, 1])
        await stand.train(1)
      }
    },
  }))
  const alone = { name: 'no view', work: async (times: number) => void (await stand.train(times)) }
  const timings = await compareTimes([alone, ...looking], { block: 200 })
  const costs = timings.slice(1).map(({ name: view, ratio }) => ({ view, steps: ratio - 1 }))
  report(
    `A step of ${name} on wasm, with a look before it`,
    timings,
    costs.map(({ view, steps }) => `${view}: ${(10 * steps).toFixed(1)} % with a look at every tenth step`),
  )
  stand.dispose()
  for (const cost of costs) expect(cost.steps).toBeLessThan(mostSteps)
})
