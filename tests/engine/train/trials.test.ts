/** What is tried before a training: the learning-rate range test and the dry batches. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { hasDiverged, smoothRange, suggestRate, type RateRange } from '../../../engine/diagnose/rate-range'
import type { Document, Optimiser } from '../../../engine/graph/document'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { begin, talk, train, type Talk } from '../running'
import { backends, tf } from '../support'

async function example(name: string, optimiser?: Optimiser): Promise<Document> {
  const text = await readFile(new URL(`../../../examples/${name}.wiregrad`, import.meta.url), 'utf8')
  const read = readDocument(text)
  if (!read.ok) throw new Error(`${name} cannot be read`)
  return optimiser === undefined ? read.document : withOptimiser(read.document, optimiser)
}

function withOptimiser(document: Document, optimiser: Optimiser, most = Infinity): Document {
  const { training } = document
  const { length } = training
  return {
    ...document,
    // Long enough to tell a rate that trains from one that does not.
    training: {
      ...training,
      length: 'epochs' in length ? { epochs: Math.min(most, length.epochs) } : length,
      steps: training.steps.map((step) => ({ ...step, optimiser })),
    },
  }
}

const trial = { run: null, weights: null, backend: 'cpu', files: [] } as const
const quick = { ...trial, backend: 'wasm' } as const
const range = { trainingStep: 0, from: 1e-6, to: 10, steps: 140 }

async function rangeOf(
  document: Document,
  on: Talk = talk(),
  more: object = {},
): Promise<RateRange & { readonly over: string | null }> {
  const reply = await on.client.request({ kind: 'rate-test', document, ...trial, ...range, ...more })
  if (!reply.accepted) throw new Error(reply.message)
  const rates: number[] = []
  const losses: number[] = []
  for (;;) {
    const part = await on.client.request({ kind: 'rate-test-more', test: reply.test })
    rates.push(...part.rates)
    losses.push(...part.losses)
    if (part.over !== null) return { ...smoothRange(rates, losses), over: part.over }
  }
}

describe('the rate that a range test suggests lies in a sensible range, and trains', () => {
  test.each([
    ['xor', { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, 1e-3, 0.3, 0.2],
    ['iris', { kind: 'sgd', learningRate: 0.1 }, 1e-2, 3, 0.2],
    [
      'digits-mlp',
      { kind: 'adam', learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      5e-4,
      3e-2,
      0.1,
    ],
    ['digits-mlp', { kind: 'momentum', learningRate: 1, momentum: 0.9, nesterov: false }, 5e-3, 0.5, 0.2],
  ] as const)('%s with %o', async (name, optimiser, least, most, loss) => {
    const document = await example(name, optimiser)
    const found = await rangeOf(document, talk(), quick)
    const suggestion = suggestRate(found)
    expect(suggestion?.rate).toBeGreaterThanOrEqual(least)
    expect(suggestion?.rate).toBeLessThanOrEqual(most)
    const rate = suggestion?.rate ?? NaN
    const { ended } = await train(
      withOptimiser(document, { ...optimiser, learningRate: rate }, name === 'iris' ? 40 : 6),
      {
        backend: 'wasm',
      },
    )
    expect(ended.why).toBe('finished')
    expect(ended.train?.loss, `at ${rate}`).toBeLessThan(loss)
  })
})

test('a range test is repeatable, stops at divergence, leaves nothing behind and moves no weight', async () => {
  await backends.start('cpu')
  const document = await example('iris', { kind: 'sgd', learningRate: 0.1 })
  const on = talk()
  await begin(on, document)
  await on.until((event) => event.kind === 'ended')
  const before = await on.client.request({ kind: 'weights', run: 'run' })
  const tensors = tf.memory().numTensors
  const far = { to: 1000 }
  const first = await rangeOf(document, on, far)
  expect(await rangeOf(document, on, far)).toEqual(first)
  expect(first.over).toBe('diverged')
  expect(first.rates.length).toBeLessThan(range.steps)
  expect(tf.memory().numTensors).toBe(tensors)
  expect(await on.client.request({ kind: 'weights', run: 'run' })).toEqual(before)

  // Dropped on the way, it is gone; and so it is when a training begins.
  const reply = await on.client.request({ kind: 'rate-test', document, ...trial, ...range })
  if (!reply.accepted) throw new Error(reply.message)
  await on.client.request({ kind: 'rate-test-end', test: reply.test })
  expect(tf.memory().numTensors).toBe(tensors)
  await expect(on.client.request({ kind: 'rate-test-more', test: reply.test })).rejects.toThrow(/dropped/)
  // To drop one that has made way for another leaves the other alone.
  const other = await on.client.request({ kind: 'rate-test', document, ...trial, ...range })
  if (!other.accepted) throw new Error(other.message)
  await on.client.request({ kind: 'rate-test-end', test: reply.test })
  expect(
    (await on.client.request({ kind: 'rate-test-more', test: other.test })).rates.length,
  ).toBeGreaterThan(0)
  await begin(on, document, { run: 'again', paused: true })
  await expect(on.client.request({ kind: 'rate-test', document, ...trial, ...range })).rejects.toThrow(
    /Stop it/,
  )
  await on.client.request({ kind: 'stop', run: 'again' })
  await on.until((event) => event.kind === 'ended' && event.run === 'again')
  expect(tf.memory().numTensors).toBe(tensors)
})

describe('reading a range test', () => {
  const rates = Array.from({ length: 100 }, (_, k) => 1e-6 * 10 ** (k / 14))
  const curve = (loss: (decade: number) => number) =>
    smoothRange(
      rates,
      rates.map((rate) => loss(Math.log10(rate))),
    )
  test('takes the steepest fall, but never less than a decade below the lowest loss', () => {
    // Falls around 1e-3, is lowest from 1e-2 on, and blows up at 1.
    const fall = (x: number) => 2 - 1.8 / (1 + Math.exp(-4 * (x + 3))) + Math.exp(6 * x)
    const suggestion = suggestRate(curve(fall))
    expect(suggestion?.rate).toBeGreaterThan(4e-4)
    expect(suggestion?.rate).toBeLessThan(2.5e-3)
    const late = suggestRate(curve((x) => 2 + 0.5 * (x < -0.5 ? -Math.exp(x + 0.5) : x - 0.5 + Math.exp(x))))
    expect(late?.rule).toBe('decade-below')
  })
  test('suggests nothing where the loss falls at no rate', () => {
    expect(suggestRate(curve(() => 2))).toBeNull()
    expect(suggestRate(curve((x) => 2 + Math.exp(x)))).toBeNull()
  })
  test('sees a divergence, and none in one bad batch', () => {
    const flat = Array.from({ length: 30 }, () => 1)
    expect(hasDiverged([...flat, 9])).toBe(false)
    expect(hasDiverged([...flat, 9, 9, 9])).toBe(true)
    expect(hasDiverged([...flat, NaN])).toBe(true)
  })
})

describe('dry batches', () => {
  test.each(['digits-mlp', 'deep-residual'])('of %s tell memory and time and move nothing', async (name) => {
    await backends.start('cpu')
    const document = await example(name)
    const on = talk()
    const tensors = tf.memory().numTensors
    const reply = await on.client.request({ kind: 'preflight', document, ...trial })
    if (!reply.accepted) throw new Error(reply.message)
    const { peakBytes, batches, stepsPerEpoch, totalSteps, backend } = reply.measured
    expect(tf.memory().numTensors).toBe(tensors)
    expect(backend.name).toBe('cpu')
    expect(batches).toHaveLength(3)
    expect(Math.min(...batches)).toBeGreaterThan(0)
    const samples = Math.ceil((1797 * 0.65) / document.training.batchSize)
    expect(stepsPerEpoch).toBe(samples)
    expect(totalSteps).toBeGreaterThan(stepsPerEpoch)
    // The prediction is a lower bound: what the operations need on the way comes on top.
    const predicted = analyse(document, catalogue).plan.memory.training
    expect(peakBytes / predicted).toBeGreaterThan(0.8)
    expect(peakBytes / predicted).toBeLessThan(4)
  })
})
