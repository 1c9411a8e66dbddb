/** Control of a run through the protocol, and what happens when a device goes. */
import { describe, expect, it } from 'vitest'
import type { Backends } from '../../../engine/backend/start'
import type { Trouble } from '../../../engine/backend/watch'
import type { RunEvent, WeightSet } from '../../../engine/session/protocol'
import { graph, line, linear, sgd, step } from '../documents'
import { begin, talk, train, type Ended, type Talk } from '../running'
import { backends, tf } from '../support'

const long = linear({ batchSize: 2, length: { steps: 1_000_000 }, steps: [step(sgd(0.001))] })
const isEnd = ({ kind }: RunEvent) => kind === 'ended' || kind === 'failed'

async function stop(conversation: Talk): Promise<Ended> {
  await conversation.client.request({ kind: 'stop', run: 'run' })
  return (await conversation.until(isEnd)) as Ended
}

function ticksOf(events: readonly RunEvent[]): number[] {
  return events.flatMap((event) => (event.kind === 'ticks' ? [...event.ticks.step] : []))
}

describe('a run', () => {
  it('begins paused, takes single steps, goes on, pauses and stops; every step is told once, in order', async () => {
    const conversation = talk()
    const { client, events, until } = conversation
    await begin(conversation, long, { paused: true })
    await until(({ kind }) => kind === 'paused')
    expect(ticksOf(events)).toEqual([])
    for (const wanted of [1, 2]) {
      await client.request({ kind: 'step', run: 'run' })
      await until((event) => event.kind === 'paused' && event.step === wanted)
      expect(ticksOf(events)).toEqual(Array.from({ length: wanted }, (_, at) => at + 1))
    }
    await client.request({ kind: 'resume', run: 'run' })
    await until(({ kind }) => kind === 'resumed')
    await until((event) => event.kind === 'ticks' && event.ticks.step.at(-1)! > 50)
    const { step: at } = await client.request({ kind: 'pause', run: 'run' })
    await until((event) => event.kind === 'paused' && event.step === at)
    expect(ticksOf(events)).toEqual(Array.from({ length: at }, (_, index) => index + 1))
    const before = events.length
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(events.length).toBe(before)
    const ended = await stop(conversation)
    expect(ended).toMatchObject({ kind: 'ended', why: 'stopped', step: at, train: { samples: 6 } })
  })

  it('answers while it runs, within a slice', async () => {
    const conversation = talk()
    await begin(conversation, long)
    await conversation.until(({ kind }) => kind === 'ticks')
    const waits: number[] = []
    for (let i = 0; i < 5; i++) {
      const start = performance.now()
      await conversation.client.request({ kind: 'probe-every-step', run: 'run', on: i % 2 === 0 })
      waits.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(Math.min(...waits)).toBeLessThan(30)
    await stop(conversation)
  })

  it('probes every step when asked', async () => {
    const conversation = talk()
    const { client, events, until } = conversation
    await begin(conversation, long, { paused: true })
    await client.request({ kind: 'probe-every-step', run: 'run', on: true })
    await client.request({ kind: 'resume', run: 'run' })
    await until((event) => event.kind === 'probe' && event.probe.step > 30)
    await stop(conversation)
    const probed = events.flatMap((event) => (event.kind === 'probe' ? [event.probe.step] : []))
    expect(probed.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1))
    expect(events.findLast((event) => event.kind === 'probe')).toMatchObject({
      cost: expect.any(Number) as number,
    })
  })

  it('is the only one: a second is refused until it has ended', async () => {
    const conversation = talk()
    await begin(conversation, long, { paused: true })
    const again = {
      kind: 'train',
      run: 'other',
      revision: 0,
      document: long,
      backend: 'cpu',
      files: [],
      weights: null,
      paused: false,
    } as const
    expect(await conversation.client.request(again)).toMatchObject({
      accepted: false,
      message: expect.stringContaining('A run is going on') as string,
    })
    await stop(conversation)
    const short = { ...again, document: linear({ length: { steps: 1 } }) }
    expect(await conversation.client.request(short)).toEqual({ accepted: true })
    await conversation.until((event) => event.run === 'other' && isEnd(event))
    await expect(conversation.client.request({ kind: 'pause', run: 'run' })).rejects.toThrow(
      'There is no run run here',
    )
    await expect(conversation.client.request({ kind: 'pause', run: 'other' })).rejects.toThrow(
      'The run other has ended.',
    )
  })

  it('is refused with the problems of its graph, in sentences', async () => {
    const { client } = talk()
    const request = {
      kind: 'train',
      run: 'run',
      revision: 0,
      backend: 'cpu',
      files: [],
      weights: null,
      paused: false,
    } as const
    const noLoss = graph({ data: ['data', { dataset: line }], net: ['dense', { units: 1 }] }, [
      'data.x -> net.x',
    ])
    const reply = await client.request({ ...request, document: noLoss })
    expect(reply).toMatchObject({ accepted: false })
    const missing = graph(
      {
        data: [
          'data',
          {
            dataset: {
              kind: 'table',
              file: 'mine.csv',
              features: ['a'],
              target: 'b',
              task: 'value',
              classes: [],
              hash: '',
            },
          },
        ],
        net: ['dense', { units: 1 }],
        loss: ['mean-squared-error'],
      },
      ['data.x -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
    )
    expect(await client.request({ ...request, document: missing })).toMatchObject({
      accepted: false,
      message: expect.stringContaining('mine.csv, which was not given') as string,
    })
    const frozen = linear({})
    const cold = { ...frozen, nodes: { ...frozen.nodes, net: { ...frozen.nodes['net']!, frozen: true } } }
    expect(await client.request({ ...request, document: cold })).toMatchObject({
      accepted: false,
      message: expect.stringContaining('nothing to train') as string,
    })
    expect(
      await client
        .request({ ...request, document: frozen, backend: 'webgpu' })
        .catch((error: Error) => error.message),
    ).toContain('webgpu was asked for')
  })
})

describe('evaluate', () => {
  it('scores given weights on a split, and refuses weights of another graph', async () => {
    const document = linear({ batchSize: 2, length: { steps: 20 }, steps: [step(sgd(0.05))] }, { test: 0.34 })
    const { ended, weights } = await train(document)
    const { client } = talk()
    const ask = (given: WeightSet, split: 'train' | 'test' | 'validation') =>
      client.request({ kind: 'evaluate', document, weights: given, split, backend: 'cpu', files: [] })
    expect(await ask(weights, 'test')).toEqual({ accepted: true, scores: ended.test })
    expect(await ask(weights, 'train')).toEqual({ accepted: true, scores: ended.train })
    expect(await ask(weights, 'validation')).toMatchObject({
      accepted: false,
      message: expect.stringContaining('no samples') as string,
    })
    expect(await ask({ 'net:kernel': weights['net:kernel']! }, 'test')).toMatchObject({
      accepted: false,
      message: expect.stringContaining('net:bias') as string,
    })
  })

  it('counts every sample once, whatever the batches', async () => {
    // 6 samples in batches of 4 and 2; by hand with all weights 0: mean y^2 and mean |y|.
    const document = linear({ batchSize: 4, length: { steps: 1 } })
    const zero = {
      'net:kernel': { shape: [2, 1], values: new Float32Array(2) },
      'net:bias': { shape: [1], values: new Float32Array(1) },
    }
    const reply = await talk().client.request({
      kind: 'evaluate',
      document,
      weights: zero,
      split: 'train',
      backend: 'cpu',
      files: [],
    })
    expect(reply).toMatchObject({
      accepted: true,
      scores: {
        loss: expect.closeTo(15 / 6, 5) as number,
        metrics: { error: expect.closeTo(7 / 6, 5) as number },
        samples: 6,
      },
    })
  })
})

/** Backends whose device can be lost on demand. */
function losable(): Backends & { lose(trouble: Trouble): void; readonly discarded: string[] } {
  const listeners = new Set<(trouble: Trouble) => void>()
  const discarded: string[] = []
  return {
    ...backends,
    discarded,
    async start(choice) {
      const started = await backends.start(choice)
      return {
        ...started,
        watch(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      }
    },
    discard(name) {
      discarded.push(name)
      backends.discard(name)
    },
    lose(trouble) {
      for (const listener of [...listeners]) listener(trouble)
    },
  }
}

describe('a lost device', () => {
  const document = linear({
    batchSize: 2,
    length: { steps: 400 },
    steps: [step({ kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })],
  })

  it.each(['wasm', 'cpu'] as const)(
    'is replaced, and the run goes on from its last snapshot to the same end (%s)',
    async (backend) => {
      const undisturbed = await train(document, { backend })
      const shaky = losable()
      await shaky.start(backend)
      const before = tf.memory().numTensors
      const conversation = talk({ backends: shaky, snapshotEvery: 0 })
      await begin(conversation, document, { backend })
      await conversation.until((event) => event.kind === 'ticks' && event.ticks.step.at(-1)! >= 20)
      shaky.lose({ kind: 'lost', message: 'the plug was pulled' })
      const recovered = (await conversation.until(({ kind }) => kind === 'recovered')) as Extract<
        RunEvent,
        { kind: 'recovered' }
      >
      expect(recovered.step).toBeGreaterThanOrEqual(19)
      expect(recovered.message).toMatch(/device was lost \(the plug was pulled\).* from step \d+/)
      const ended = (await conversation.until(isEnd)) as Ended
      expect(ended).toMatchObject({ kind: 'ended', why: 'finished', step: 400 })
      expect(ended.train!.loss).toBe(undisturbed.ended.train!.loss)
      expect(await conversation.client.request({ kind: 'weights', run: 'run' })).toEqual(undisturbed.weights)
      expect(shaky.discarded).toEqual([backend])
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  it('is replaced while a training step rests, whose last loss is told on', async () => {
    const rests = linear({
      batchSize: 2,
      length: { steps: 400 },
      steps: [step({ kind: 'sgd', learningRate: 0.01 }, { every: 1000 })],
    })
    const shaky = losable()
    const conversation = talk({ backends: shaky, snapshotEvery: 0 })
    await begin(conversation, rests)
    await conversation.until((event) => event.kind === 'ticks' && event.ticks.step.at(-1)! >= 20)
    shaky.lose({ kind: 'lost', message: 'the plug was pulled' })
    expect(await conversation.until(isEnd)).toMatchObject({ kind: 'ended', why: 'finished', step: 400 })
    const losses = conversation.events.flatMap((event) =>
      event.kind === 'ticks' ? [...event.ticks.loss] : [],
    )
    expect(new Set(losses).size).toBe(1)
  })

  it('that reports an error fails the run in a sentence: its numbers may be wrong', async () => {
    const shaky = losable()
    const conversation = talk({ backends: shaky })
    await begin(conversation, long)
    await conversation.until(({ kind }) => kind === 'ticks')
    shaky.lose({ kind: 'error', message: 'shader did not compile.' })
    expect(await conversation.until(isEnd)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('cannot be trusted: shader did not compile.') as string,
    })
  })

  it('that goes again and again ends the run', async () => {
    const shaky = losable()
    const conversation = talk({ backends: shaky, snapshotEvery: 0 })
    await begin(conversation, long)
    for (let times = 1; times <= 4; times++) {
      await conversation.until(
        () => conversation.events.filter(({ kind }) => kind === 'recovered').length === times - 1,
      )
      await new Promise((resolve) => setTimeout(resolve, 20))
      shaky.lose({ kind: 'lost', message: `time ${times}` })
    }
    expect(await conversation.until(isEnd)).toMatchObject({ kind: 'failed', message: 'time 4' })
  })
})
