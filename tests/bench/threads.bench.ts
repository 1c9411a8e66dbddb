/**
 * What more threads bring to training steps on WebAssembly in Node: the nets of `steps/models.ts` with one thread and with
 * as many as there are processors (`WIREGRAD_BENCH_THREADS` says how many), each in a process of its own, step by step in
 * turns, on the clock. Where other programs want the processors the least times say what there is to gain, and the medians
 * what is gained beside them.
 */
import os from 'node:os'
import process from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { threadsFor } from '../../engine/backend/wasm/threads/host'
import { median } from './clock'
import type { ModelName } from './steps/models'
import { openCpu, type Place } from './steps/places'

const count = Number(
  process.env['WIREGRAD_BENCH_THREADS'] ?? Math.max(2, threadsFor(os.availableParallelism(), 0)),
)
const models = (process.env['WIREGRAD_BENCH_MODELS'] ?? 'tiny-mlp,mlp,cnn,lstm,gpt').split(',') as ModelName[]
const milliseconds = Number(process.env['WIREGRAD_BENCH_TIME'] ?? 6000)
const lines: string[] = []

test('steps with one thread and with several', async () => {
  const places: readonly Place[] = [await openCpu('ours', 1), await openCpu('ours', count)]
  try {
    for (const model of models) {
      for (const { runner } of places) {
        await runner.start(model, 0)
        await runner.run(3)
      }
      const times: readonly [number[], number[]] = [[], []]
      const begun = performance.now()
      for (let round = 0; round < 20 || performance.now() - begun < milliseconds; round++)
        for (const turn of [0, 1] as const) {
          const at = ((turn + round) % 2) as 0 | 1
          const { wall } = (await places[at]?.runner.run(1)) ?? { wall: NaN }
          times[at].push(wall)
        }
      for (const { runner } of places) await runner.stop()
      const [one, several] = times.map((all) => ({ least: Math.min(...all), usual: median(all) })) as [
        { least: number; usual: number },
        { least: number; usual: number },
      ]
      expect(several.least).toBeGreaterThan(0)
      const shown = ({ least, usual }: typeof one) => `${least.toPrecision(3)} (${usual.toPrecision(3)}) ms`
      lines.push(
        `${model.padEnd(9)} one ${shown(one).padEnd(22)} ${count} threads ${shown(several).padEnd(22)} ` +
          `${(one.least / several.least).toFixed(2)} (${(one.usual / several.usual).toFixed(2)}) x as fast`,
      )
    }
  } finally {
    for (const place of places) await place.close()
  }
})

afterAll(() => {
  console.log(['', 'Training steps on WebAssembly, by the clock: least (median)', ...lines].join('\n'))
})
