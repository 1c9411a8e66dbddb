/**
 * The training steps of `steps/models.ts` on machines without a GPU: ours on WebAssembly in Node, beside stock tfjs there
 * (where it can train at all) and PyTorch with one thread (where WIREGRAD_PYTHON, or python3, has it), in turns. Each in a
 * process of its own; processor time, so that what else the machine does counts little.
 */
import { appendFile } from 'node:fs/promises'
import os from 'node:os'
import process from 'node:process'
import { afterAll, test } from 'vitest'
import { median } from './clock'
import type { ModelName } from './steps/models'
import { openCpu, openTorch, type Place } from './steps/places'

type Peer = 'tfjs' | 'pytorch'

interface Row {
  readonly model: ModelName
  readonly backend: 'wasm'
  readonly what: 'wall'
  readonly ours: number
  readonly peer: Peer
  readonly peerValue: number
  readonly ratio: number
}

/** How many times PyTorch's time a step may take (issue 5), on the machine where that was written. */
const wanted: Readonly<Partial<Record<ModelName, number>>> = {
  'tiny-mlp': 2,
  mlp: 2,
  cnn: 3,
  lstm: 4,
  gpt: 3,
}

/** Stock tfjs has no gradients of convolutions or embeddings there; by hand the latter are products. */
const stockTrains: readonly ModelName[] = ['tiny-mlp', 'mlp', 'lstm']

const usual: readonly ModelName[] = ['tiny-mlp', 'mlp', 'cnn', 'lstm', 'gpt']
const models: readonly ModelName[] =
  process.env['WIREGRAD_BENCH'] === 'full' ? [...usual, 'bigru', 'resnet18'] : usual

const rounds = 7
const rows: Row[] = []
const notes: string[] = []

interface Side {
  readonly name: 'ours' | Peer
  readonly place: Place
  readonly steps: number
  readonly times: number[]
}

async function sideOf(name: Side['name'], place: Place, model: ModelName): Promise<Side> {
  await place.runner.start(model, 0)
  await place.runner.run(1)
  const { host } = await place.runner.run(2)
  return { name, place, steps: Math.max(2, Math.min(500, Math.round(300 / host))), times: [] }
}

async function measure(model: ModelName, places: ReadonlyMap<Side['name'], Place>): Promise<void> {
  const sides: Side[] = []
  for (const [name, place] of places)
    if (name !== 'tfjs' || stockTrains.includes(model)) sides.push(await sideOf(name, place, model))
  for (let round = 0; round <= rounds; round++)
    for (let turn = 0; turn < sides.length; turn++) {
      const side = sides[(turn + round) % sides.length] as Side
      const { host } = await side.place.runner.run(side.steps)
      // The first round is for warming up.
      if (round > 0) side.times.push(host)
    }
  const [ours, ...peers] = sides as [Side, ...Side[]]
  for (const { name, times } of peers) {
    const ratio = median(times.map((time, round) => time / (ours.times[round] ?? NaN)))
    const found = { ours: median(ours.times), peer: name as Peer, peerValue: median(times), ratio }
    rows.push({ model, backend: 'wasm', what: 'wall', ...found })
  }
  if (peers.length === 0) notes.push(`${model}: ours ${median(ours.times).toPrecision(3)} ms`)
}

test('steps on WebAssembly', async () => {
  const torch = await openTorch()
  notes.push(
    torch === null
      ? 'No PyTorch: set WIREGRAD_PYTHON to a Python that has it.'
      : `PyTorch ${torch.version}, one thread.`,
    `${os.cpus()[0]?.model ?? 'An unnamed processor'}, Node ${process.version}.`,
  )
  const places = new Map<Side['name'], Place>()
  try {
    places.set('ours', await openCpu('ours'))
    places.set('tfjs', await openCpu('theirs'))
    if (torch !== null) places.set('pytorch', torch)
    for (const model of models) await measure(model, places)
  } finally {
    for (const place of places.values()) await place.close()
  }
})

afterAll(async () => {
  const lines = rows.map(({ model, peer, ours, peerValue, ratio }) => {
    const most = wanted[model]
    const limit = peer === 'pytorch' && most !== undefined ? ` (wanted: within ${most})` : ''
    const times = `${ours.toPrecision(3)} ms, ${peer} ${peerValue.toPrecision(3)} ms`
    return `${model.padEnd(9)} ${times.padEnd(36)} ours takes ${(1 / ratio).toPrecision(3)} x as long${limit}`
  })
  console.log(['', 'Training steps on WebAssembly (processor time)', ...lines, ...notes].join('\n'))
  const file = process.env['WIREGRAD_BENCH_JSON']
  if (file !== undefined) await appendFile(file, rows.map((one) => `${JSON.stringify(one)}\n`).join(''))
})
