/** Steps recorded and replayed on the WebAssembly backend say the same as steps that are run, to the last bit. */
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { compile } from '../../../engine/compile/compile'
import { uploadData } from '../../../engine/data/device-data'
import { loadData } from '../../../engine/data/load-data'
import { countedLosses } from '../../../engine/evaluate/evaluate'
import type { Document } from '../../../engine/graph/document'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { createStepper, type StepDone } from '../../../engine/train/stepper'
import { catalogue } from '../../../nodes/catalogue'
import type { Catalogue } from '../../../nodes/kit/define'
import { cnn, gpt, lstm, mlp, noisy, wideNets } from '../../e2e/engine/documents'
import { readBundled } from '../running'
import { backends, tf } from '../support'

interface Wanted {
  readonly capture: boolean
  readonly steps: number
  readonly probed: (step: number) => boolean
  readonly nodes: Catalogue
}

async function numbersOf({ numbers }: StepDone): Promise<Float32Array> {
  if ('values' in numbers) return numbers.values
  if ('slot' in numbers) throw new Error('There is no device here.')
  const values = await numbers.tensor.data<'float32'>()
  numbers.tensor.dispose()
  return values
}

const bitsOf = (values: Float32Array) => [...new Int32Array(values.slice().buffer)]

/** All that a training says: the numbers of every step, probes included, weights and what optimisers remember. */
async function trained(document: Document, { capture, steps, probed, nodes }: Wanted) {
  await backends.start('wasm')
  const before = tf.memory().numTensors
  const { plan, ok, problems } = analyse(document, nodes)
  if (!ok) throw new Error(JSON.stringify(problems))
  const loaded = await loadData(plan, [], readBundled)
  if ('refused' in loaded) throw new Error(loaded.refused)
  const { seed, batchSize } = document.training
  const compiled = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed, path }), weights: null })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const data = uploadData(tf, loaded, batchSize, seed)
  const said: string[] = []
  const stepper = createStepper({
    tf,
    compiled,
    data,
    training: document.training,
    total: steps,
    losses: countedLosses(plan),
    capture,
    report: ({ captured, message }) => said.push(`${captured} ${message}`),
    now: () => performance.now(),
    from: null,
  })
  const told: (readonly number[])[] = []
  let replayed = 0
  for (let at = 1; at <= steps; at++) {
    const done = await stepper.step(at, probed(at))
    if ('values' in done.numbers) replayed++
    told.push(bitsOf(await numbersOf(done)))
  }
  const weights = Object.entries(await compiled.weights()).map(([key, { values }]) => [key, bitsOf(values)])
  const slots = (await stepper.readSlots()).map((some) =>
    [...some].map(([key, { values }]) => [key, bitsOf(values)]),
  )
  stepper.dispose()
  data.dispose()
  compiled.dispose()
  return { numbers: { told, weights, slots }, said, replayed, leak: tf.memory().numTensors - before }
}

/** The first step whose numbers differ, weights that do, and the like. */
async function compare(document: Document, wanted: Partial<Wanted> = {}) {
  const all = { steps: 100, probed: (at: number) => at % 10 === 3, nodes: catalogue, ...wanted }
  const run = await trained(document, { ...all, capture: false })
  const played = await trained(document, { ...all, capture: true })
  const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)
  return {
    said: played.said,
    step: run.numbers.told.findIndex((told, at) => differs(told, played.numbers.told[at])) + 1,
    weights: run.numbers.weights
      .filter((one, at) => differs(one, played.numbers.weights[at]))
      .map(([key]) => key),
    slots: differs(run.numbers.slots, played.numbers.slots),
    leak: played.leak,
    replayed: played.replayed,
  }
}

const same = {
  said: ['true Steps are recorded once and replayed, with no work of tfjs in between.'],
  step: 0,
  weights: [],
  slots: false,
  leak: 0,
}

describe('a recorded step is the very step', () => {
  it.each(Object.entries({ mlp, cnn, lstm, gpt, noisy }))('%s', async (_, make) => {
    const { replayed, ...found } = await compare(make())
    expect(found).toEqual(same)
    expect(replayed).toBeGreaterThan(90)
  })

  it.each(Object.entries(wideNets))('%s', async (_, make) => {
    expect(await compare(make(), { steps: 12 })).toMatchObject(same)
  })
})
