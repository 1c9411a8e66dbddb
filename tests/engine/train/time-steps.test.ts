/** Steps are timed once they are steady, and what was made for it is freed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { compile, type Compiled } from '../../../engine/compile/compile'
import { uploadData } from '../../../engine/data/device-data'
import { loadData } from '../../../engine/data/load-data'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { timeSteps } from '../../../engine/train/time-steps'
import { catalogue } from '../../../nodes/catalogue'
import { linear, sgd, step } from '../documents'
import { backends, tf } from '../support'

let before = 0
beforeEach(() => (before = tf.engine().state.numTensors))
afterEach(() => expect(tf.engine().state.numTensors).toBe(before))

/** The time of a step where a pass that is not replayed takes what `cost` says of it, counted from 1. */
async function timed(cost: (pass: number) => number, gone: Promise<never> = new Promise(() => undefined)) {
  const document = linear({ batchSize: 4, steps: [step(sgd(0.01))] })
  const { plan } = analyse(document, catalogue)
  const loaded = await loadData(plan, [], () => Promise.reject(new Error('No files here.')))
  if ('refused' in loaded) throw new Error(loaded.refused)
  const own = (path: string) => createOwnLayers(tf, { seed: 1, path })
  const compiled = compile(plan, { tf, weights: null, own })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const data = uploadData(tf, loaded, 4, 1)
  let time = 0
  let passes = 0
  const run: Compiled['run'] = (...given) => {
    time += cost(++passes)
    return compiled.run(...given)
  }
  const { training } = document
  const now = () => time
  try {
    return await timeSteps({
      tf,
      compiled: { ...compiled, run },
      data,
      training,
      now,
      patience: 200,
      gone,
    })
  } finally {
    compiled.dispose()
    data.dispose()
  }
}

describe('the time of a step', () => {
  it('is not that of the first ones, however long these take', async () => {
    await backends.start('cpu')
    // Nor that of the first block alone: what the cold steps took is not taken from its time.
    expect(await timed((pass) => (pass <= 2 ? 1000 : pass === 3 ? 30 : 3))).toBe(3)
  })

  it('is that of a block even where one takes longer than there is patience', async () => {
    await backends.start('cpu')
    expect(await timed(() => 700)).toBe(700)
  })

  it('is that of replays where steps are recorded, whose recording takes longer', async () => {
    await backends.start('wasm')
    expect(await timed(() => 300)).toBe(0)
  })

  it('frees the numbers of its steps where one fails', async () => {
    await backends.start('cpu')
    const failing = timed((pass) => {
      if (pass === 4) throw new Error('out of steps')
      return 1
    })
    await expect(failing).rejects.toThrow('out of steps')
  })

  it('is not waited for on a device that is gone', async () => {
    await backends.start('cpu')
    await expect(timed(() => 1, Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  })
})
