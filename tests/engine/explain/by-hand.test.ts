/**
 * A batch taken apart and worked out by hand: the textbook's example to the textbook's digits, everything else to what
 * the engine computed.
 */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { knownAt, phases, stopsOf } from '../../../engine/explain/stops'
import { workOut, type Worked } from '../../../engine/explain/work-out'
import { listed } from '../../../engine/explain/write'
import type { Document } from '../../../engine/graph/document'
import { readDocument } from '../../../engine/graph/read'
import type { TraceRequest } from '../../../engine/session/trace'
import { catalogue } from '../../../nodes/catalogue'
import { activations } from '../../../nodes/kit/activations'
import { graph, sgd, step } from '../documents'
import { begin, talk, type Talk } from '../running'
import { backends, tf } from '../support'

async function example(name: string): Promise<Document> {
  const text = await readFile(new URL(`../../../examples/${name}.wiregrad`, import.meta.url), 'utf8')
  const read = readDocument(text)
  if (!read.ok) throw new Error(`${name} cannot be read`)
  return read.document
}

async function work(
  document: Document,
  more: Partial<TraceRequest> = {},
  on: Talk = talk(),
): Promise<Worked> {
  const reply = await on.client.request({
    kind: 'trace',
    document,
    run: null,
    weights: null,
    files: [],
    split: 'train',
    first: 0,
    count: 4,
    trainingStep: 0,
    ...more,
  })
  if (!reply.accepted) throw new Error(reply.message)
  return workOut(analyse(document, catalogue).plan, reply.trace)
}

const here = { sample: 0, unit: 0 }
const line = (lines: readonly { readonly left: string; readonly value: number }[], left: string) =>
  lines.find((one) => one.left === left)?.value ?? NaN

test('a list that is cut says how long it is', () => {
  const lineOf = (index: number) => ({ left: String(index), symbols: '', numbers: '', value: index })
  expect(listed(8, lineOf).map(({ cut }) => cut)).toEqual(Array(8).fill(undefined))
  const long = listed(512, lineOf)
  expect(long).toHaveLength(8)
  expect(long.at(-1)).toMatchObject({ left: '7', cut: { shown: 8, of: 512 } })
})

test('backprop-by-hand reads like its textbook page (Mazur 2015)', async () => {
  const worked = await work(await example('backprop-by-hand'))
  const near = (value: number, wanted: number) => expect(value).toBeCloseTo(wanted, 9)
  // Forwards.
  near(line(worked.forward('hidden', here), 'net₁'), 0.3775)
  near(line(worked.forward('hidden', here), 'y₁'), 0.593269992)
  near(line(worked.forward('hidden', { sample: 0, unit: 1 }), 'y₂'), 0.596884378)
  near(line(worked.forward('output', here), 'net₁'), 1.105905967)
  near(line(worked.forward('output', here), 'y₁'), 0.75136507)
  near(line(worked.forward('output', { sample: 0, unit: 1 }), 'y₂'), 0.772928465)
  near(line(worked.forward('loss', here), 'L'), 0.298371109)
  near(worked.loss, 0.298371109)
  // Backwards.
  near(line(worked.backward('loss', here), '∂L/∂y₁'), 0.74136507)
  const output = worked.backward('output', here)
  near(line(output, '∂y/∂net'), 0.186815602)
  near(line(output, '∂L/∂net₁'), 0.138498562)
  near(line(output, '∂L/∂w₁,₁'), 0.082167041)
  const hidden = worked.backward('hidden', here)
  near(line(hidden, '∂L/∂y₁'), 0.036350306)
  near(line(hidden, '∂y/∂net'), 0.241300709)
  near(line(hidden, '∂L/∂w₁,₁'), 0.000438568)
  // The update: w5 to w8, then w1 to w4.
  const after = (path: string) => [...(worked.weights(path)[0]?.after?.grid?.values ?? [])]
  const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(9)))
  expect(rounded(after('output'))).toEqual([0.35891648, 0.51130127, 0.408666186, 0.561370121])
  expect(rounded(after('hidden'))).toEqual([0.149780716, 0.249751144, 0.199561432, 0.299502287])
  // As it is written.
  expect(worked.forward('hidden', here)[0]?.numbers).toBe('0.15·0.05 + 0.2·0.1 + 0.35')
  expect(worked.forward('loss', here)[0]?.numbers).toBe('((0.75136507 − 0.01)² + (0.772928465 − 0.99)²) / 2')
  expect(worked.apart).toBeLessThan(1e-6)
  expect(stopsOf(worked).map(({ phase, path }) => `${phase} ${path}`)).toEqual([
    'forward data',
    'forward hidden',
    'forward output',
    'loss loss',
    'backward loss',
    'backward output',
    'backward hidden',
    'update hidden',
    'update output',
  ])
})

describe('examples are worked out, and what is written agrees with the engine', () => {
  test.each([
    ['xor', 0],
    ['iris', 0],
    ['digits-mlp', 0],
    ['deep-residual', 0],
    ['digits-cnn', 0],
  ])('%s', async (name, without) => {
    const worked = await work(await example(name))
    const missing = worked.trace.nodes.filter(({ path }) => !worked.explained(path)).map(({ path }) => path)
    expect(missing.length, missing.join()).toBe(without)
    expect(worked.apart).toBeLessThan(1e-4)
    for (const { phase, path } of stopsOf(worked))
      if (
        worked.explained(path) &&
        phase === 'forward' &&
        worked.plan.byPath.get(path)?.definition.role !== 'data'
      )
        expect(worked.forward(path, here).length, path).toBeGreaterThan(0)
  })
})

describe('whatever trains can be taken apart', () => {
  test.each([
    ['sequence-lstm', 0],
    ['tiny-transformer', 0],
    ['deep-sigmoid', 0],
    ['ring-gan', 0],
    ['ring-gan', 1],
  ])('%s, training step %i', async (name, trainingStep) => {
    const document = await example(name)
    const worked = await work(document, { trainingStep, count: 2 })
    const { trace, plan } = worked
    expect(Number.isFinite(trace.loss)).toBe(true)
    const trains = plan.training[trainingStep]?.trains ?? []
    const moved = new Set(
      trace.weights.flatMap(({ key, gradient }) => (gradient === null ? [] : [key.split(':')[0]])),
    )
    expect([...moved].sort()).toEqual([...trains].sort())
    const stops = stopsOf(worked)
    for (const phase of phases)
      expect(stops.filter((stop) => stop.phase === phase).length, phase).toBeGreaterThan(0)
    // At the last stop everything is known, of every wire over which anything flows.
    const known = knownAt(worked, stops, stops.length - 1)
    expect(
      known.every(({ forward, backward, wire }) => forward && backward === (wire.gradient !== null)),
    ).toBe(true)
    // Every gradient of a node is what its wires bring back.
    for (const { path } of stops.filter((stop) => stop.phase === 'backward'))
      expect(worked.gradient(path) ?? plan.byPath.get(path)?.definition.role, path).not.toBeNull()
    expect(worked.apart).toBeLessThan(1e-4)
  })
})

test.each(activations)('a dense layer with %s, forwards and backwards', async (activation) => {
  const values = Array.from({ length: 8 }, (_, k) => [Math.sin(k), Math.cos(3 * k), 0.3 * k - 1])
  const document = graph(
    {
      data: [
        'data',
        {
          dataset: { kind: 'inline', x: values, y: values.map(([a = 0]) => [a, 1 - a]) },
          shuffle: false,
          validation: 0,
          test: 0,
        },
      ],
      a: ['dense', { units: 4, activation }],
      b: ['activation', { function: activation }],
      c: ['dense', { units: 2, activation: 'tanh' }],
      loss: ['mean-squared-error'],
    },
    ['data.x -> a.x', 'a.y -> b.x', 'b.y -> c.x', 'c.y -> loss.prediction', 'data.y -> loss.target'],
    { batchSize: 4, steps: [step(sgd(0.1), { clip: { norm: 0.01 } })] },
  )
  const worked = await work(document)
  for (const path of ['a', 'b', 'c', 'loss']) expect(worked.explained(path), path).toBe(true)
  expect(worked.trace.clipping).toBeLessThan(1)
  expect(worked.apart).toBeLessThan(1e-5)
  // The gradients were worked out, too, not taken from the engine: all digits of a double are there.
  const gradients = [...(worked.weights('a')[0]?.gradient?.grid?.values ?? [])]
  expect(gradients.some((gradient) => gradient !== Math.fround(gradient))).toBe(true)
})

test.each([
  { kernelSize: [2, 3], strides: [1, 1], padding: 'same', activation: 'sigmoid' },
  { kernelSize: [3, 2], strides: [2, 1], padding: 'same', activation: 'relu' },
  { kernelSize: [2, 2], strides: [1, 2], padding: 'valid', activation: 'linear', useBias: false },
  { kernelSize: [3, 3], dilation: [2, 1], padding: 'same', activation: 'tanh' },
  { kernelSize: [1, 2], padding: 'valid', activation: 'softmax' },
])('a convolution and a pool with %o', async (params) => {
  const values = Array.from({ length: 6 }, (_, row) =>
    Array.from({ length: 50 }, (__, k) => Math.sin(row * 7 + k * k)),
  )
  const document = graph(
    {
      data: [
        'data',
        {
          dataset: { kind: 'inline', x: values, y: values.map(([a = 0]) => [a]) },
          shape: [5, 5, 2],
          shuffle: false,
          validation: 0,
          test: 0,
        },
      ],
      conv: ['conv2d', { filters: 3, ...params }],
      pool: ['max-pool2d', { poolSize: [2, 2], strides: [1, 2], padding: 'same' }],
      flat: ['flatten'],
      out: ['dense', { units: 1 }],
      loss: ['mean-squared-error'],
    },
    [
      'data.x -> conv.x',
      'conv.y -> pool.x',
      'pool.y -> flat.x',
      'flat.y -> out.x',
      'out.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { batchSize: 4, steps: [step(sgd(0.1))] },
  )
  const worked = await work(document)
  for (const path of ['conv', 'pool', 'flat', 'out']) expect(worked.explained(path), path).toBe(true)
  const weight = worked.weights('conv')[0]
  // Worked out, not taken from the engine.
  expect(weight?.gradient?.grid?.values.some((value) => value !== Math.fround(value))).toBe(true)
  const place = { sample: 1, unit: 4 }
  const lines = worked.backward('conv', place)
  for (const { left, value } of lines) expect(Number.isFinite(value), left).toBe(true)
  expect(line(lines, '∂L/∂w₁,₁,₁')).toBeCloseTo(weight?.gradient?.grid?.values[1] ?? NaN, 12)
  expect(worked.forward('pool', place)[0]?.numbers).toMatch(/^max\(/)
})

/** Rows of numbers without a pattern, or of tokens. */
const waves = (rows: number, columns: number, tokens = 0) =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, k) =>
      tokens > 0 ? (3 * row + k * k) % tokens : Math.sin(row * 7 + k * k + 1),
    ),
  )

/** A layer between data and loss: explained, all of its gradients worked out, and what is written equal to them. */
async function byHand(
  type: string,
  params: Record<string, unknown>,
  data: Record<string, unknown>,
  before: Readonly<Record<string, readonly [string, Record<string, unknown>?]>> = {},
): Promise<Worked> {
  const chain = [...Object.keys(before), 'layer', 'flat', 'out']
  const wires = chain.map((id, at) => `${at === 0 ? 'data.x' : `${chain[at - 1] ?? ''}.y`} -> ${id}.x`)
  const document = graph(
    {
      data: ['data', { shuffle: false, validation: 0, test: 0, ...data }],
      ...before,
      layer: [type, params],
      flat: ['flatten'],
      out: ['dense', { units: 1 }],
      loss: ['mean-squared-error'],
    },
    [...wires, 'out.y -> loss.prediction', 'data.y -> loss.target'],
    { batchSize: 4, steps: [step(sgd(0.1))] },
  )
  const worked = await work(document)
  expect(worked.explained('layer')).toBe(true)
  expect(worked.apart).toBeLessThan(2e-5)
  for (const { name, gradient } of worked.weights('layer'))
    if (!name.startsWith('moving'))
      expect(
        gradient?.grid?.values.some((value) => value !== Math.fround(value)),
        name,
      ).toBe(true)
  for (const unit of [0, 1])
    for (const lines of [
      worked.forward('layer', { sample: 1, unit }),
      worked.backward('layer', { sample: 1, unit }),
    ]) {
      expect(lines.length).toBeGreaterThan(0)
      for (const { left, value } of lines) expect(Number.isFinite(value), left).toBe(true)
    }
  return worked
}

const numbers = (columns: number, shape: readonly number[]) => ({
  dataset: { kind: 'inline', x: waves(6, columns), y: waves(6, 1) },
  shape,
})
const place = { sample: 1, unit: 1 }
const gradientOf = (worked: Worked, name: string) =>
  worked.weights('layer').find((weight) => weight.name === name)?.gradient?.grid?.values ?? []

test.each(['layer-norm', 'batch-norm'])('%s', async (type) => {
  const initialisers = {
    gammaInitialiser: { kind: 'uniform', min: 0.5, max: 1.5 },
    betaInitialiser: { kind: 'uniform', min: -1, max: 1 },
  }
  const worked = await byHand(type, initialisers, numbers(12, [4, 3]))
  const forward = worked.forward('layer', place)
  expect(forward.map(({ left }) => left)).toEqual(['μ', 'σ²', 'x̂₂', 'y₂'])
  expect(line(forward, 'y₂')).toBeCloseTo(worked.output('layer')?.grid?.values[12 + 1] ?? NaN, 12)
  const backward = worked.backward('layer', place)
  expect(line(backward, '∂L/∂γ₂')).toBeCloseTo(gradientOf(worked, 'gamma')[1] ?? NaN, 12)
  expect(line(backward, '∂L/∂β₂')).toBeCloseTo(gradientOf(worked, 'beta')[1] ?? NaN, 12)
})

test('batch-norm with its moving averages, which do not follow the batch', async () => {
  const document = graph(
    {
      data: ['data', { ...numbers(3, []), shuffle: false, validation: 0.5, test: 0 }],
      layer: ['batch-norm'],
      out: ['dense', { units: 1 }],
      loss: ['mean-squared-error'],
    },
    ['data.x -> layer.x', 'layer.y -> out.x', 'out.y -> loss.prediction', 'data.y -> loss.target'],
    { batchSize: 3, steps: [step(sgd(0.1))] },
  )
  const worked = await work(document, { split: 'validation', count: 3 })
  expect(worked.explained('layer')).toBe(true)
  expect(worked.apart).toBeLessThan(1e-5)
})

test('embedding', async () => {
  const data = { dataset: { kind: 'reverse', samples: 12, length: 3, symbols: 5 } }
  const document = graph(
    {
      data: ['data', { ...data, shuffle: false, validation: 0, test: 0 }],
      layer: ['embedding', { vocabulary: 6, units: 3 }],
      out: ['dense', { units: 5 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    ['data.x -> layer.x', 'layer.y -> out.x', 'out.y -> loss.prediction', 'data.y -> loss.target'],
    { batchSize: 4, steps: [step(sgd(0.1))] },
  )
  const worked = await work(document)
  expect(worked.explained('layer')).toBe(true)
  expect(worked.apart).toBeLessThan(1e-5)
  const token = line(worked.forward('layer', place), 'token')
  const row = line(worked.backward('layer', place), `∂L/∂E[${token}]₂`)
  expect(row).toBeCloseTo(gradientOf(worked, 'embeddings')[token * 3 + 1] ?? NaN, 12)
})

test.each([-1, 1])('concatenate along axis %i', async (axis) => {
  const document = graph(
    {
      data: ['data', { ...numbers(6, [2, 3]), shuffle: false, validation: 0, test: 0 }],
      a: ['dense', { units: 3 }],
      b: ['dense', { units: 3, activation: 'tanh' }],
      layer: ['concatenate', { axis }],
      flat: ['flatten'],
      out: ['dense', { units: 1 }],
      loss: ['mean-squared-error'],
    },
    [
      'data.x -> a.x',
      'data.x -> b.x',
      'a.y -> layer.xs',
      'b.y -> layer.xs',
      'layer.y -> flat.x',
      'flat.y -> out.x',
      'out.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { batchSize: 4, steps: [step(sgd(0.1))] },
  )
  const worked = await work(document)
  for (const path of ['a', 'b', 'layer']) expect(worked.explained(path), path).toBe(true)
  expect(worked.apart).toBeLessThan(1e-5)
  expect(worked.forward('layer', { sample: 1, unit: 11 })[0]?.symbols).toBe('x⁽2⁾')
  expect(worked.forward('layer', { sample: 1, unit: 2 })[0]?.symbols).toBe('x⁽1⁾')
  const gradient = worked.weights('b')[0]?.gradient?.grid?.values ?? []
  expect(gradient.some((value) => value !== Math.fround(value))).toBe(true)
})

test.each([
  ['simple-rnn', {}],
  ['simple-rnn', { returnSequences: true, activation: 'relu', useBias: false }],
  ['simple-rnn', { goBackwards: true }],
  ['lstm', {}],
  ['lstm', { returnSequences: true, goBackwards: true }],
  ['lstm', { useBias: false, activation: 'softsign', recurrentActivation: 'tanh' }],
])('%s with %o', async (type, params) => {
  const worked = await byHand(type, { units: 3, ...params }, numbers(8, [4, 2]))
  const y = worked.output('layer')
  const perRow = (y?.grid?.values.length ?? 0) / 4
  const forward = worked.forward('layer', place)
  expect(forward.at(-1)).toMatchObject({ left: 'h₂' })
  expect(forward.at(-1)?.value).toBeCloseTo(y?.grid?.values[perRow + 1] ?? NaN, 12)
  if (type === 'lstm')
    expect(forward.map(({ left }) => left)).toEqual(
      expect.arrayContaining(['net(i)', 'i', 'f', 'g', 'o', 'c₂', 'h₂']),
    )
})

test('a traced batch leaves nothing behind, moves nothing, and follows the run', async () => {
  await backends.start('cpu')
  const document = await example('backprop-by-hand')
  const on = talk()
  const fresh = await work(document, {}, on)
  const before = tf.memory().numTensors
  await work(document, {}, on)
  expect(tf.memory().numTensors).toBe(before)

  await begin(on, document, { paused: true })
  await on.until((event) => event.kind === 'paused')
  await on.client.request({ kind: 'step', run: 'run' })
  await on.until((event) => event.kind === 'paused' && event.step === 1)
  const tensors = tf.memory().numTensors
  const paused = await work(document, { run: 'run' }, on)
  expect(tf.memory().numTensors).toBe(tensors)
  expect(paused.trace.step).toBe(2)
  // The run made the very step that was shown.
  const shown = fresh.weights('output')[0]?.after?.grid?.values ?? []
  const reached = paused.weights('output')[0]?.before.grid?.values ?? []
  for (const [k, value] of shown.entries()) expect(Math.abs(value - (reached[k] ?? NaN))).toBeLessThan(1e-7)

  await on.client.request({ kind: 'step', run: 'run' })
  await on.until((event) => event.kind === 'paused' && event.step === 2)
  const later = await work(document, { run: 'run' }, on)
  expect(later.loss).toBeLessThan(paused.loss)
  await on.client.request({ kind: 'resume', run: 'run' })
  await expect(work(document, { run: 'run' }, on)).rejects.toThrow(/Pause it/)
  await on.client.request({ kind: 'stop', run: 'run' })
  await on.until((event) => event.kind === 'ended')
  const ended = await work(document, { run: 'run' }, on)
  expect(ended.loss).toBeLessThan(later.loss + 1e-9)
})

test('Adam shows what its memory makes of the next step', async () => {
  const document = await example('xor')
  const on = talk()
  await begin(on, document, { paused: true })
  await on.until((event) => event.kind === 'paused')
  for (const at of [1, 2, 3]) {
    await on.client.request({ kind: 'step', run: 'run' })
    await on.until((event) => event.kind === 'paused' && event.step === at)
  }
  const { batchSize } = document.training
  const worked = await work(document, { run: 'run', count: batchSize }, on)
  await on.client.request({ kind: 'step', run: 'run' })
  await on.until((event) => event.kind === 'paused' && event.step === 4)
  const next = await work(document, { run: 'run', count: batchSize }, on)
  const key = worked.trace.weights[0]?.key ?? ''
  const after = worked.trace.weights[0]?.after?.values ?? []
  const reached = next.trace.weights.find((weight) => weight.key === key)?.before.values ?? []
  expect(reached.length).toBeGreaterThan(0)
  for (const [k, value] of after.entries()) expect(Math.abs(value - (reached[k] ?? NaN))).toBeLessThan(1e-6)
  await on.client.request({ kind: 'stop', run: 'run' })
  await on.until((event) => event.kind === 'ended')
})
