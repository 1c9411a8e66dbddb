/**
 * Steps on WebAssembly in Node, recorded and replayed, beside the same steps run by tfjs one after another: what the tape,
 * the tensor objects and the way to each kernel cost. In turns, in processor time; and what recording itself takes.
 */
import { appendFile } from 'node:fs/promises'
import process from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { analyse } from '../../engine/analyse/analyse'
import { noHardware } from '../../engine/backend/adapters'
import { createBackends } from '../../engine/backend/start'
import { tf } from '../../engine/backend/tfjs'
import { loadData } from '../../engine/data/load-data'
import { catalogue } from '../../nodes/catalogue'
import { compareTimes } from './clock'
import { startBackend } from './stand'
import { createStepping } from './stepping'
import { documentOf, sizes, type ModelName } from './steps/models'

interface Row {
  readonly model: ModelName
  readonly eager: number
  readonly recorded: number
  readonly ratio: number
  readonly recording: number
}
const rows: Row[] = []

/** A net on its way; every tenth step has a probe. */
async function begin(name: ModelName, capture: boolean) {
  const document = documentOf(name)
  const { plan, ok } = analyse(document, catalogue)
  const loaded = await loadData(plan, [], () => Promise.reject(new Error('No files here.')))
  if (!ok || 'refused' in loaded) throw new Error(`The net ${name} has problems.`)
  const { classes } = sizes[name]
  const nodes = loaded.nodes.map((node) =>
    node.y === null ? node : { ...node, y: { ...node.y, values: node.y.values.map((y) => y % classes) } },
  )
  const { train, dispose } = createStepping({ document, plan, loaded: { ...loaded, nodes } }, capture)
  return { train: (steps: number) => train(steps, 10), dispose }
}

test.each(['tiny-mlp', 'mlp', 'cnn', 'lstm', 'gpt'] as const)('%s', async (model) => {
  await startBackend('wasm')
  await createBackends(tf, noHardware).start('wasm')
  const [eager, recorded] = [await begin(model, false), await begin(model, true)]
  await recorded.train(1)
  const { user, system } = process.cpuUsage()
  await recorded.train(1)
  const used = process.cpuUsage({ user, system })
  // Both kinds are recorded before the clock runs: those with a probe and those without.
  await recorded.train(28)
  const [first, second] = await compareTimes([
    { name: 'eager', work: eager.train },
    { name: 'recorded', work: recorded.train },
  ])
  eager.dispose()
  recorded.dispose()
  if (first === undefined || second === undefined) throw new Error('Nothing was measured.')
  rows.push({
    model,
    eager: first.milliseconds,
    recorded: second.milliseconds,
    ratio: 1 / second.ratio,
    recording: (used.user + used.system) / 1000,
  })
  // Where kernels take nearly all of the time there is nothing to gain, but nothing may be lost either.
  expect(1 / second.ratio).toBeGreaterThan(model === 'tiny-mlp' ? 2 : 0.9)
})

afterAll(async () => {
  const shown = (value: number) => `${value.toPrecision(3)} ms`
  const lines = rows.map(({ model, eager, recorded, ratio, recording }) =>
    [
      model.padEnd(9),
      `eager ${shown(eager)}`.padEnd(18),
      `recorded ${shown(recorded)}`.padEnd(20),
      `${ratio.toFixed(2)} x as fast`.padEnd(18),
      `(the step that is recorded: ${shown(recording)})`,
    ].join('  '),
  )
  console.log(['', 'Training steps on WebAssembly (processor time)', ...lines].join('\n'))
  const file = process.env['WIREGRAD_BENCH_JSON']
  if (file === undefined) return
  const printed = rows.map(({ model, eager, recorded, ratio }) =>
    JSON.stringify({
      model,
      backend: 'wasm',
      what: 'host',
      ours: recorded,
      peer: 'eager',
      peerValue: eager,
      ratio,
    }),
  )
  await appendFile(file, printed.map((line) => `${line}\n`).join(''))
})
