/** Steps recorded and replayed on the WebAssembly backend say the same as steps that are run, to the last bit. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { compile, type Compiled } from '../../../engine/compile/compile'
import { uploadData } from '../../../engine/data/device-data'
import { loadData } from '../../../engine/data/load-data'
import { countedLosses } from '../../../engine/evaluate/evaluate'
import type { Document, Optimiser } from '../../../engine/graph/document'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import type { Wish } from '../../../engine/session/look'
import { createStepper, type StepDone } from '../../../engine/train/stepper'
import { catalogue } from '../../../nodes/catalogue'
import { defineNode, type Catalogue } from '../../../nodes/kit/define'
import { refuse, tensor } from '../../../nodes/kit/spec'
import { adam, cnn, gpt, lstm, mlp, noisy, wideNets } from '../../e2e/engine/documents'
import { graph, step } from '../documents'
import { printed } from '../printed'
import { begin, readBundled, talk, type Talk } from '../running'
import { backends, tf } from '../support'

interface Wanted {
  readonly capture: boolean
  readonly steps: number
  readonly probed: (step: number) => boolean
  readonly nodes: Catalogue
  /** Done before each step. */
  readonly between: (step: number, compiled: Compiled) => Promise<void>
}

const usual: Omit<Wanted, 'capture'> = {
  steps: 100,
  probed: (at) => at % 10 === 3,
  nodes: catalogue,
  between: () => Promise.resolve(),
}

/** Every weight becomes half of what it is, before some of the steps. */
const halve: Wanted['between'] = async (at, compiled) => {
  if (at % 25 !== 7) return
  const halves = Object.entries(await compiled.weights()).map(
    ([key, { shape, values }]) => [key, { shape, values: values.map((value) => value / 2) }] as const,
  )
  compiled.assign(Object.fromEntries(halves))
}

async function example(name: string): Promise<Document> {
  const file = new URL(`../../../examples/${name}.wiregrad`, import.meta.url)
  return JSON.parse(await readFile(file, 'utf8')) as Document
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
async function trained(document: Document, { capture, steps, probed, nodes, between }: Wanted) {
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
    await between(at, compiled)
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
  const all = { ...usual, ...wanted }
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

const beta = { beta1: 0.9, beta2: 0.999 }
const optimisers: readonly Optimiser[] = [
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: true },
  { kind: 'rmsprop', learningRate: 0.01, rho: 0.9, epsilon: 1e-7 },
  { kind: 'adamw', learningRate: 0.01, ...beta, epsilon: 1e-7, weightDecay: 0.1 },
]

/** Two training steps, the second of them every third step: most steps tell its last loss again. */
const alternating = graph(
  {
    data: ['data', { dataset: { kind: 'recall', samples: 40, length: 16, symbols: 4 }, shape: [8, 8, 1] }],
    flat: ['flatten'],
    one: ['dense', { units: 4 }],
    other: ['dense', { units: 4 }],
    first: ['sparse-categorical-crossentropy'],
    second: ['sparse-categorical-crossentropy'],
  },
  [
    'data.x -> flat.x',
    'flat.y -> one.x',
    'flat.y -> other.x',
    'one.y -> first.prediction',
    'data.y -> first.target',
    'other.y -> second.prediction',
    'data.y -> second.target',
  ],
  {
    batchSize: 16,
    length: { steps: 100 },
    steps: [
      step(adam, { losses: ['first'], trains: ['one'] }),
      step(adam, { losses: ['second'], trains: ['other'], every: 3 }),
    ],
  },
)

/** Weights that tfjs's own kernels pack and remember: filters by channel, and slopes below zero. */
const packed = graph(
  {
    data: ['data', { dataset: { kind: 'recall', samples: 40, length: 16, symbols: 4 }, shape: [8, 8, 1] }],
    wide: ['conv2d', { filters: 4, kernelSize: [3, 3], activation: 'linear' }],
    each: ['depthwise-conv2d', { kernelSize: [3, 3], depthMultiplier: 2 }],
    bend: ['prelu'],
    flat: ['flatten'],
    net: ['dense', { units: 4 }],
    loss: ['sparse-categorical-crossentropy'],
  },
  [
    'data.x -> wide.x',
    'wide.y -> each.x',
    'each.y -> bend.x',
    'bend.y -> flat.x',
    'flat.y -> net.x',
    'net.y -> loss.prediction',
    'data.y -> loss.target',
  ],
  { batchSize: 16, length: { steps: 60 }, steps: [step(adam)] },
)

/** A node that reads numbers in the middle of a step, and one that counts its calls: neither can be replayed. */
function strange(run: 'waits' | 'reads' | 'counts'): readonly [Document, Catalogue] {
  let calls = 0
  const node = defineNode({
    role: 'function',
    type: 'strange',
    version: 1,
    title: 'Strange',
    family: 'core',
    doc: 'Only in tests.',
    synonyms: [],
    fields: {},
    inputs: { x: { doc: 'Numbers.' } },
    outputs: { y: { doc: 'Numbers.' } },
    summary: () => '',
    weights: () => ({}),
    infer: ({ x }) => ({ y: tensor(x.shape) }),
    run: ({ tf: here, inputs: { x } }) => {
      calls++
      if (run === 'waits') x.data().catch(() => undefined)
      const most = run === 'reads' ? Math.min(2, Math.abs(x.max().dataSync()[0] ?? 1)) : 1
      return { y: here.mul(x, run === 'counts' ? 1 + 1e-3 * calls : most) }
    },
    emit: {
      torch: () => ({ call: 'torch.abs', args: {}, tensors: [] }),
      onnx: (_g, { x }) => ({ y: x }),
      keras: () => refuse('Only in tests.'),
    },
    cases: [],
    migrations: [],
  })
  const plain = mlp()
  const document: Document = {
    ...plain,
    nodes: { ...plain.nodes, odd: { ...plain.nodes['net']!, type: 'strange', params: {} } },
    wires: {
      ...plain.wires,
      w5: { from: ['second', 'y'], to: ['odd', 'x'] },
      w99: { from: ['odd', 'y'], to: ['net', 'x'] },
    },
  }
  return [document, new Map([...catalogue, ['strange', node]])]
}

describe('a recorded step is the very step', () => {
  it.each(Object.entries({ mlp, cnn, lstm, gpt, noisy }))('of %s, over 100 steps', async (_, make) => {
    const { replayed, ...found } = await compare(make())
    expect(found).toEqual(same)
    expect(replayed).toBeGreaterThan(90)
  })

  it.each(Object.entries(wideNets))('of wide %s', async (_, make) => {
    expect(await compare(make(), { steps: 12 })).toMatchObject(same)
  })

  it.each(optimisers)('with $kind, a schedule and clipping', async (optimiser) => {
    const one = step(optimiser, {
      schedule: { kind: 'cosine', warmup: 5, final: 0.1 },
      clip: { norm: 0.3 },
    })
    expect(await compare(mlp({ steps: [one] }), { steps: 40 })).toMatchObject(same)
  })

  it('with weights that kernels pack and remember', async () => {
    expect(await compare(packed, { steps: 60 })).toMatchObject(same)
  })

  it('where training steps take turns', async () => {
    expect(await compare(alternating)).toMatchObject(same)
  })

  it('of two nets that play against each other', async () => {
    const gan = await example('ring-gan')
    expect(
      await compare({ ...gan, training: { ...gan.training, batchSize: 48 } }, { steps: 40 }),
    ).toMatchObject(same)
  })

  it('whatever is put into the weights on the way', async () => {
    expect(await compare(mlp(), { between: halve })).toMatchObject(same)
  })
})

describe('what cannot be replayed is trained all the same, and says why', () => {
  const anew = 'false Every step is run anew.'
  it.each([
    ['waits', `${anew} A node reads numbers in the middle of a step.`],
    ['reads', `${anew} A node reads numbers in the middle of a step.`],
    [
      'counts',
      `${anew} Two recordings of the step differ: a number that changes from step to step would stand still in a replay.`,
    ],
  ] as const)('a node that %s', async (run, said) => {
    const [document, nodes] = strange(run)
    const found = await trained(document, { ...usual, steps: 12, capture: true, nodes })
    expect(found).toMatchObject({ said: [said], replayed: 0, leak: 0 })
    // A node that counts its calls has been called more often where it was recorded in vain.
    if (run === 'counts') return
    const [again, others] = strange(run)
    const plain = await trained(again, { ...usual, steps: 12, capture: false, nodes: others })
    expect(found.numbers).toEqual(plain.numbers)
  })
})

/** The run as it is told: ticks, probes and epochs, and what was said about recording. */
async function told(capture: boolean, wanted: Partial<Wishes> = {}) {
  await backends.start('wasm')
  const before = tf.memory().numTensors
  const conversation = talk()
  const document = mlp({ length: { steps: 60 } })
  const { drive, inspect } = wanted
  await begin(conversation, document, {
    backend: 'wasm',
    capture,
    paused: drive !== undefined,
    ...(inspect === undefined ? {} : { inspect }),
  })
  await drive?.(conversation)
  const last = await conversation.until(({ kind }) => kind === 'ended' || kind === 'failed')
  if (last.kind === 'failed') throw new Error(last.message)
  const { events } = conversation
  return {
    lines: printed(events),
    said: events.flatMap((event) => (event.kind === 'capture' ? [event.message] : [])),
    looks: events.flatMap((event) => (event.kind === 'look' ? [event.look] : [])),
    leak: tf.memory().numTensors - before,
  }
}

interface Wishes {
  readonly drive: (conversation: Talk) => Promise<void>
  readonly inspect: Wish
}

describe('a run whose steps are replayed', () => {
  it('is not changed by single steps and pauses', async () => {
    const drive = async ({ client, until }: Talk) => {
      const ticked = (wanted: number) =>
        until((event) => event.kind === 'ticks' && (event.ticks.step.at(-1) ?? 0) >= wanted)
      for (let at = 1; at <= 9; at++) {
        await client.request({ kind: 'step', run: 'run' })
        await ticked(at)
      }
      await client.request({ kind: 'resume', run: 'run' })
      await ticked(15)
      await client.request({ kind: 'pause', run: 'run' })
      await until((event) => event.kind === 'paused' && event.step >= 15)
      await client.request({ kind: 'resume', run: 'run' })
    }
    const [plain, driven] = [await told(false), await told(true, { drive })]
    expect(driven.lines).toEqual(plain.lines)
    expect(driven.said).toEqual(['Steps are recorded once and replayed, with no work of tfjs in between.'])
    expect(driven.leak).toBe(0)
  })

  it('is not changed by who looks on, and shows what steps that are run show', async () => {
    const inspect: Wish = {
      path: 'second',
      histograms: ['output:y', 'weight:kernel', 'gradient:kernel'],
      pictures: [],
      sample: null,
    }
    const [alone, plain, looked] = [
      await told(true),
      await told(false, { inspect }),
      await told(true, { inspect }),
    ]
    expect(looked.lines).toEqual(alone.lines)
    expect(looked.lines).toEqual(plain.lines)
    const [first] = looked.looks
    expect(first).toEqual(plain.looks.find(({ step: at }) => at === first?.step))
  })

  it('says the same twice with one seed', async () => {
    const [first, second] = [await told(true), await told(true)]
    expect(second.lines).toEqual(first.lines)
  })
})
