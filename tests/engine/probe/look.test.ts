/** What the inspector is told, against tfjs computing the same directly; on plain JavaScript and on wasm. */
import { describe, expect, it } from 'vitest'
import { countNumbers, countOnDevice, readHistogram } from '../../../engine/probe/histogram'
import {
  linearBin,
  linearBins,
  logBin,
  logBins,
  spanOf,
  type Look,
  type TensorName,
  type Wish,
} from '../../../engine/session/look'
import type { RunEvent, WeightSet } from '../../../engine/session/protocol'
import { graph, sgd, step } from '../documents'
import { begin, talk, train, type Talk } from '../running'
import { backends, numbers, tf } from '../support'

const both = ['cpu', 'wasm'] as const

const recall = { kind: 'recall', samples: 64, length: 16, symbols: 4 }
const cnn = (more: Parameters<typeof graph>[2] = {}) =>
  graph(
    {
      data: ['data', { dataset: recall, shape: [8, 8, 1], validation: 0.25 }],
      conv: ['conv2d', { filters: 4, kernelSize: [3, 3], padding: 'same', activation: 'relu' }],
      norm: ['batch-norm', { momentum: 0.9 }],
      drop: ['dropout', { rate: 0.5 }],
      pool: ['max-pool2d'],
      flat: ['flatten'],
      net: ['dense', { units: 4 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> conv.x',
      'conv.y -> norm.x',
      'norm.y -> drop.x',
      'drop.y -> pool.x',
      'pool.y -> flat.x',
      'flat.y -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { batchSize: 16, length: { steps: 5 }, steps: [step(sgd(0.1))], ...more },
  )

const wish = (
  path: string,
  histograms: readonly TensorName[],
  pictures: readonly TensorName[] = [],
): Wish => ({
  path,
  histograms,
  pictures,
  sample: pictures.some((name) => name.startsWith('output')) ? { split: 'validation', index: 3 } : null,
})

function looksOf(events: readonly RunEvent[]): readonly Look[] {
  return events.flatMap((event) => (event.kind === 'look' ? [event.look] : []))
}

/** Waits for a look that comes after those known by now. */
async function nextLook(conversation: Talk, ask: () => Promise<unknown>): Promise<Look> {
  const known = new Set(conversation.events)
  await ask()
  const event = await conversation.until((one) => one.kind === 'look' && !known.has(one))
  return (event as Extract<RunEvent, { kind: 'look' }>).look
}

const ways = both.flatMap((backend) => [
  { backend, way: 'in memory', count: countNumbers },
  { backend, way: 'by operations of tfjs', count: countOnDevice },
])

describe.each(ways)('a histogram on $backend, $way', ({ backend, count }) => {
  it('counts every number once, in the bin of its value', async () => {
    await backends.start(backend)
    const drawn = [...numbers(5000)].map((value, at) => Math.fround(value ** 3 * 10 ** -(at % 9)))
    const values = [...drawn, 0, 0, 0, NaN, Infinity, -Infinity, 1e-30, -1e-30, 0.1, -10, 1e9]
    const before = tf.memory().numTensors
    const packed = count(tf, tf.tensor1d(values))
    const found = readHistogram(
      'weight:w',
      values.length,
      new Float32Array(await packed.data<'float32'>()),
      0,
    )
    packed.dispose()
    expect(tf.memory().numTensors).toBe(before + 1)

    const finite = values.map(Math.fround).filter(Number.isFinite)
    const [low, high] = [Math.min(...finite), Math.max(...finite)]
    const linear = new Array<number>(linearBins).fill(0)
    const log = new Array<number>(2 * logBins).fill(0)
    for (const value of finite) {
      linear[linearBin(value, spanOf({ low, high }))]!++
      if (value !== 0) log[logBin(value)]!++
    }
    expect([...found.linear]).toEqual(linear)
    expect([...found.log]).toEqual(log)
    expect(found).toMatchObject({ size: 5011, counted: 5011, zeros: 3, nonFinite: 3, low, high })
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length
    expect(found.mean / mean).toBeCloseTo(1, 4)
    const variance = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / finite.length
    expect(found.std / Math.sqrt(variance)).toBeCloseTo(1, 4)
  })

  it('says that all is zero, and sees what no square of a float32 can hold', async () => {
    await backends.start(backend)
    const of = async (values: number[]) =>
      readHistogram(
        'weight:w',
        3,
        new Float32Array(await tf.tidy(() => count(tf, tf.tensor1d(values))).data<'float32'>()),
        0,
      )
    const zero = await of([0, 0, 0])
    expect(zero).toMatchObject({ low: 0, high: 0, mean: 0, std: 0, zeros: 3 })
    expect(zero.log.every((bin) => bin === 0)).toBe(true)
    const small = await of([1e-22, -1e-22, 3e-22])
    expect(small.std / 1.633e-22).toBeCloseTo(1, 3)
    expect(small.log[logBin(-1e-22)]).toBe(1)
  })
})

describe.each(both)('a look on %s', (backend) => {
  it('tells the same of a step as its probe does', async () => {
    const asked = wish('conv', ['output:y', 'weight:kernel', 'gradient:kernel', 'backward:y'])
    const { events, probes, started } = await train(cnn(), { backend, inspect: asked }, { lookShare: 100 })
    const looks = looksOf(events).filter(({ step: at, done }) => at === done + 1)
    // A step that begins while the numbers of a look are still under way is passed over.
    expect(looks[0]?.step).toBe(1)
    expect(looks.length).toBeGreaterThan(1)
    const { layers, outputs, wires } = started.layout
    const [layer, output, wire] = [layers.indexOf('conv'), outputs.indexOf('conv'), wires.indexOf('w2')]
    for (const look of looks) {
      const probe = probes.find(({ step: at }) => at === look.step)!
      const [given, weight, gradient, back] = look.histograms
      expect(look.histograms.map(({ tensor }) => tensor)).toEqual(asked.histograms)
      expect(given!.size).toBe(16 * 8 * 8 * 4)
      expect(given!.linear.reduce((sum, count) => sum + count, 0)).toBe(given!.size)
      expect(given!.mean).toBeCloseTo(probe.outputMean[output]!, 5)
      expect(given!.std).toBeCloseTo(probe.outputStd[output]!, 5)
      expect(given!.zeros / given!.size).toBeCloseTo(probe.outputZeroShare[output]!, 6)
      expect(Math.hypot(weight!.std, weight!.mean) * 6).toBeCloseTo(probe.weightNorm[layer]!, 4)
      expect(gradient!.mean).toBeCloseTo(probe.gradMean[layer]!, 6)
      expect(gradient!.std).toBeCloseTo(probe.gradStd[layer]!, 6)
      // Through the very dropout of the step.
      expect(Math.hypot(back!.std, back!.mean) / probe.wireRms[wire]!).toBeCloseTo(1, 4)
    }
  })

  it('does not change what is trained', async () => {
    const asked = wish('conv', ['output:y', 'gradient:kernel'], ['weight:kernel', 'output:y'])
    const [alone, looked] = [await train(cnn(), { backend }), await train(cnn(), { backend, inspect: asked })]
    expect(looked.losses).toEqual(alone.losses)
    expect(looked.weights).toEqual(alone.weights)
  })

  it('shows the feature maps and the kernels that tfjs computes, of the sample that was chosen', async () => {
    const asked = wish('conv', [], ['output:y', 'weight:kernel'])
    const conversation = talk()
    await begin(conversation, cnn(), { backend, paused: true })
    await conversation.until((event) => event.kind === 'paused')
    await conversation.client.request({ kind: 'step', run: 'run' })
    await conversation.until((event) => event.kind === 'ticks')
    const look = await nextLook(conversation, () =>
      conversation.client.request({ kind: 'inspect', run: 'run', wish: asked }),
    )
    expect(look).toMatchObject({ step: 2, done: 1 })
    const { 'conv:kernel': kernel, 'conv:bias': bias } = await conversation.client.request({
      kind: 'weights',
      run: 'run',
    })
    const [shown, maps] = look.pictures
    expect(shown).toEqual({
      tensor: 'weight:kernel',
      shape: [3, 3, 1, 4],
      shown: [3, 3, 1, 4],
      values: kernel!.values,
    })
    const sample = look.sample!
    expect(sample.chosen).toEqual({ split: 'validation', index: 3 })
    expect(sample.inputs[0]!.shape).toEqual([8, 8, 1])
    const direct = tf.tidy(() => {
      const x = tf.tensor4d(sample.inputs[0]!.values, [1, 8, 8, 1])
      const filters = tf.tensor4d(kernel!.values, [3, 3, 1, 4])
      return tf.relu(tf.add(tf.conv2d(x, filters, 1, 'same'), tf.tensor1d(bias!.values)))
    })
    const wanted = await direct.data()
    direct.dispose()
    expect(maps).toMatchObject({ tensor: 'output:y', shape: [8, 8, 4], shown: [8, 8, 4] })
    for (const [at, value] of wanted.entries()) expect(maps!.values[at]).toBeCloseTo(value, 5)
    expect(sample.prediction!.shape).toEqual([4])
    expect([...sample.target!.values]).toHaveLength(1)
    await conversation.client.request({ kind: 'stop', run: 'run' })
    await conversation.until((event) => event.kind === 'ended')
  })

  it('shows who looks where: every row adds up to one, as the weights say', async () => {
    const conversation = talk()
    await begin(conversation, attention, {
      backend,
      paused: true,
      inspect: wish('look', [], ['output:attention']),
    })
    const event = await conversation.until((one) => one.kind === 'look')
    const { look } = event as Extract<RunEvent, { kind: 'look' }>
    const map = look.pictures[0]!
    expect(map.shape).toEqual([2, 6, 6])
    const weights = await conversation.client.request({ kind: 'weights', run: 'run' })
    const wanted = await attentionOf(weights, look.sample!.inputs[0]!.values)
    for (const [at, value] of wanted.entries()) expect(map.values[at]).toBeCloseTo(value, 5)
    for (let row = 0; row < 12; row++)
      expect(map.values.subarray(6 * row, 6 * row + 6).reduce((sum, value) => sum + value, 0)).toBeCloseTo(
        1,
        5,
      )
    await conversation.client.request({ kind: 'stop', run: 'run' })
    await conversation.until((one) => one.kind === 'ended')
  })
})

const attention = graph(
  {
    data: ['data', { dataset: { kind: 'reverse', samples: 64, length: 6, symbols: 5 }, validation: 0.2 }],
    embed: ['embedding', { vocabulary: 5, units: 8 }],
    look: ['multi-head-attention', { heads: 2, keySize: 4, valueSize: 4, causal: true }],
    net: ['dense', { units: 5 }],
    loss: ['sparse-categorical-crossentropy'],
  },
  [
    'data.x -> embed.x',
    'embed.y -> look.query',
    'look.y -> net.x',
    'net.y -> loss.prediction',
    'data.y -> loss.target',
  ],
  { batchSize: 16, length: { steps: 5 }, steps: [step(sgd(0.1))] },
)

/** softmax(q kᵀ / √size) with a causal wall, head by head, straight from the weights. */
async function attentionOf(weights: WeightSet, tokens: Float32Array): Promise<Float32Array> {
  const map = tf.tidy(() => {
    const of = (name: string) => tf.tensor(weights[name]!.values, [...weights[name]!.shape])
    const x = tf.gather(of('embed:embeddings'), tf.tensor1d([...tokens], 'int32'))
    const heads = [0, 1].map((head) => {
      const side = (name: string) =>
        x
          .matMul(of(`look:${name}_kernel`).slice([0, head, 0], [8, 1, 4]).reshape([8, 4]))
          .add(of(`look:${name}_bias`).slice([head, 0], [1, 4]))
      const scores = side('query').matMul(side('key'), false, true).div(2)
      const wall = tf.linalg.bandPart(tf.ones([6, 6]), -1, 0)
      return tf.softmax(scores.add(wall.sub(1).mul(1e9)))
    })
    return tf.stack(heads)
  })
  const values = await map.data<'float32'>()
  map.dispose()
  return values
}

describe('an inspected run', () => {
  it('gives looking no more than its share of the time, once the first looks are taken', async () => {
    const asked = wish('conv', ['output:y', 'gradient:kernel'])
    const document = cnn({ length: { steps: 200 } })
    const counts = []
    for (const lookShare of [0.0001, 100]) {
      const conversation = talk({ lookShare })
      await begin(conversation, document, { backend: 'wasm', inspect: asked })
      await conversation.client.request({ kind: 'probe-every-step', run: 'run', on: true })
      await conversation.until((event) => event.kind === 'ended')
      counts.push(looksOf(conversation.events).length)
    }
    // At the very first step, and on what the run left; or at every step that begins when the last look has come.
    expect(counts[0]).toBeLessThanOrEqual(2)
    expect(counts[1]).toBeGreaterThan(20)
  })

  it('is looked at when it pauses, when it is stepped and when it has ended', async () => {
    const asked = wish('conv', ['weight:kernel'])
    const conversation = talk()
    const { client } = conversation
    const before = tf.memory().numTensors
    await begin(conversation, cnn({ length: { steps: 1000 } }), { inspect: asked, paused: true })
    const first = await conversation.until((event) => event.kind === 'look')
    expect(first).toMatchObject({ look: { step: 1, done: 0 } })
    const stepped = await nextLook(conversation, () => client.request({ kind: 'step', run: 'run' }))
    expect(stepped.step).toBe(1)
    const after = await nextLook(conversation, () => Promise.resolve())
    expect(after).toMatchObject({ step: 2, done: 1 })
    await client.request({ kind: 'inspect', run: 'run', wish: null })
    const count = looksOf(conversation.events).length
    for (const kind of ['step', 'step', 'stop'] as const) await client.request({ kind, run: 'run' })
    const ended = await conversation.until((event) => event.kind === 'ended')
    expect(looksOf(conversation.events)).toHaveLength(count)
    expect(tf.memory().numTensors).toBe(before)

    // Another node, of the net that has been thrown away since.
    const late = await nextLook(conversation, () =>
      client.request({
        kind: 'inspect',
        run: 'run',
        wish: wish('net', ['weight:kernel', 'gradient:kernel'], ['weight:kernel']),
      }),
    )
    expect(late).toMatchObject({ path: 'net', done: (ended as Extract<RunEvent, { kind: 'ended' }>).step })
    const weights = await client.request({ kind: 'weights', run: 'run' })
    expect([...late.pictures[0]!.values]).toEqual([...weights['net:kernel']!.values])
    expect(late.histograms.map(({ tensor }) => tensor)).toEqual(['weight:kernel', 'gradient:kernel'])
    expect(tf.memory().numTensors).toBeGreaterThan(before)
    await client.request({ kind: 'inspect', run: 'run', wish: null })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has no gradient for what is frozen, and says when a node is not its own', async () => {
    const document = cnn()
    const frozen = {
      ...document,
      nodes: { ...document.nodes, conv: { ...document.nodes['conv']!, frozen: true } },
    }
    const conversation = talk()
    await begin(conversation, frozen, { paused: true })
    const look = await nextLook(conversation, () =>
      conversation.client.request({
        kind: 'inspect',
        run: 'run',
        wish: wish('conv', ['weight:kernel', 'gradient:kernel', 'backward:y']),
      }),
    )
    expect(look.histograms.map(({ tensor }) => tensor)).toEqual(['weight:kernel', 'backward:y'])
    expect(look.absent).toEqual(['gradient:kernel'])
    await expect(
      conversation.client.request({ kind: 'inspect', run: 'run', wish: wish('added', ['output:y']) }),
    ).rejects.toThrow('The run has no node added')
    await conversation.client.request({ kind: 'stop', run: 'run' })
  })
})
