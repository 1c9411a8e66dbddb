/**
 * The captured training step, on the browser's WebGPU: runs that are replayed say the same as runs that are not, to the
 * last bit, and what cannot be replayed says why.
 */
import { expect, test } from '@playwright/test'
import type { Optimiser } from '../../engine/graph/document'
import { engineOnWebgpu } from './engine/ask'

const replayed = ['true Steps are recorded once and replayed, each in one submission.']
const same = { said: replayed, differences: [], leak: 0 }

const call = engineOnWebgpu()

for (const name of ['mlp', 'cnn', 'lstm', 'gpt'] as const) {
  test(`a replayed ${name} learns the same as one whose every step is run`, async () => {
    const { lines, ...found } = await call('compareNet', name)
    expect(found).toEqual(same)
    expect(lines.filter((line) => line.startsWith('tick'))).toHaveLength(24)
  })
}

test('schedules, clipping and momentum work in a replay', async () => {
  const { lines, ...found } = await call('compareNet', 'mlp', {
    steps: [
      {
        losses: [],
        trains: 'all',
        optimiser: { kind: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: true },
        schedule: { kind: 'cosine', warmup: 5, final: 0.1 },
        clip: { norm: 0.3 },
        every: 1,
      },
    ],
  })
  expect(found).toEqual(same)
  expect(lines.at(-1)).toContain('finished')
})

test('normal noise is drawn anew in every replayed step', async () => {
  expect(await call('compareNet', 'noisy', { length: { steps: 12 } })).toMatchObject(same)
})

test('weights that are put elsewhere are recorded anew', async () => {
  // The first step of a kind, and the first after the weights have moved, are recorded.
  expect(await call('assignedMidway')).toEqual({ recorded: [1, 7], wrong: 0 })
})

test('a training step that rests tells its last loss in a replay too', async () => {
  expect(await call('compareAlternating')).toMatchObject(same)
})

test('single steps and pauses change nothing', async () => {
  expect(await call('compareDriven')).toMatchObject(same)
})

test('a run that goes on from weights is replayed as well', async () => {
  expect(await call('continued')).toMatchObject(same)
})

test('a replayed step drops other units than the one before, and the same ones by the same seed', async () => {
  const first = await call('stillLosses', 1)
  expect(first.said).toEqual(replayed)
  expect(new Set(first.losses).size).toBe(16)
  expect(await call('stillLosses', 1)).toEqual(first)
  expect(await call('stillLosses', 2)).not.toEqual(first)
})

test('what cannot be replayed says why, and is trained all the same', async () => {
  expect(await call('strange', 'waits')).toEqual({
    said: ['false Every step is run anew. A node waits for numbers from the device in the middle of a step.'],
    last: expect.stringContaining('end finished 24') as unknown,
  })
  expect(await call('strange', 'counts')).toEqual({
    said: [
      'false Every step is run anew. Two recordings of the step differ: a number that changes from step to step would stand still in a replay.',
    ],
    last: expect.stringContaining('end finished 24') as unknown,
  })
})

const beta = { beta1: 0.9, beta2: 0.999 }
const optimisers: readonly Optimiser[] = [
  { kind: 'sgd', learningRate: 1 },
  { kind: 'momentum', learningRate: 1, momentum: 0.9, nesterov: false },
  { kind: 'momentum', learningRate: 1, momentum: 0.9, nesterov: true },
  { kind: 'rmsprop', learningRate: 1, rho: 0.9, epsilon: 1e-7 },
  { kind: 'adam', learningRate: 1, ...beta, epsilon: 1e-7 },
  { kind: 'adamw', learningRate: 1, ...beta, epsilon: 1e-7, weightDecay: 0.1 },
]

test('the kernels of the optimisers move weights as their tensor operations do', async () => {
  for (const settings of optimisers) {
    const words = JSON.stringify(settings)
    expect(await call('optimiserDifference', settings, null), words).toBeLessThan(1e-6)
    expect(await call('optimiserDifference', settings, 3), `${words}, clipped`).toBeLessThan(1e-6)
    // Gradients come scaled, and updates are counted on the device.
    expect(await call('optimiserDifference', settings, 3, true), `${words}, scaled`).toBeLessThan(1e-6)
  }
})

test('kernels of our own compute what tensor operations do, beyond the width of a workgroup too', async () => {
  for (const name of ['convolutions', 'norms', 'attention', 'lstm', 'gru', 'rnn'] as const)
    expect(await call('netDifference', name), name).toBeLessThan(2e-5)
})

test('a product is the same however it is cut up, and in half precision', async () => {
  const found = await call('productDifferences')
  expect(Object.keys(found)).toHaveLength(8)
  expect(Math.max(...Object.values(found)), JSON.stringify(found)).toBeLessThan(2e-5)
})

test('gradients of products and convolutions are the slopes over small steps', async () => {
  const found = await call('slopeDifferences')
  expect(Object.keys(found)).toHaveLength(6)
  expect(Math.max(...Object.values(found)), JSON.stringify(found)).toBeLessThan(2e-3)
})

test('what a training will hold on the device is told before it begins', async () => {
  const { estimated, told, counted } = await call('memoryOf', 240)
  // What is estimated has no kernel's own room in it, and no room that is used twice.
  expect(told / estimated).toBeGreaterThan(0.5)
  expect(told / estimated).toBeLessThan(2)
  // Beside what is told there are pages for losses, and uniforms in the making.
  expect(counted / told).toBeGreaterThan(0.95)
  expect(counted / told).toBeLessThan(1.1)
})

test('a training that does not fit is not begun, and the batch that fits is named', async () => {
  // 40 numbers for each of 144 places are the most that a sample takes in one piece: 23,040 bytes.
  expect(await call('saidUnder', 1_500_000, 120)).toMatch(
    /^Beside weights and samples each step of this training needs \d.* at a batch size of 120, .* A batch size of 60 fits\.$/,
  )
  expect(await call('saidUnder', 1_500_000, 60)).toBeNull()
})

test('probes measured by kernels of our own say what loops on the CPU do', async () => {
  expect(await call('probeDifference')).toBeLessThan(2e-5)
})

test('the device draws the very numbers of engine/random', async () => {
  expect(await call('wrongUniforms')).toBe(0)
})

test('the gradient of an embedding is the same every time', async () => {
  const { repeats, difference } = await call('segmentSums')
  expect(repeats).toBe(true)
  expect(difference).toBeLessThan(1e-4)
})
