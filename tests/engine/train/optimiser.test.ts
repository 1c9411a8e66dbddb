/**
 * Update rules against PyTorch 1.13 (float64): five steps of the same small regression, learning rates and settings as
 * written below, and the published formulas by hand where PyTorch has no figure.
 */
import type * as Tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Optimiser, Schedule } from '../../../engine/graph/document'
import { clipByGlobalNorm, createOptimiser } from '../../../engine/train/optimiser'
import { scheduleFactor } from '../../../engine/train/schedule'
import { backends, tf } from '../support'

let before = 0
beforeAll(async () => {
  await backends.start('cpu')
  before = tf.memory().numTensors
})
afterAll(() => expect(tf.memory().numTensors).toBe(before))

interface Settings {
  readonly schedule?: Schedule
  readonly clip?: number
  readonly readBackAfter?: number
}

/** mean((tanh(x_t w + b) - target)^2), x_t = (t + 1) x. */
async function regression(
  settings: Optimiser,
  { schedule, clip, readBackAfter }: Settings = {},
): Promise<number[]> {
  const w = tf.tidy(() =>
    tf.variable(
      tf.tensor2d([
        [0.5, -1],
        [2, 0.25],
      ]),
    ),
  )
  const b = tf.tidy(() => tf.variable(tf.tensor1d([0.1, -0.3])))
  let optimiser = createOptimiser(tf, settings)
  for (let t = 0; t < 5; t++) {
    tf.tidy(() => {
      const x = tf
        .tensor2d([
          [1, 2],
          [-1, 0.5],
        ])
        .mul<Tf.Tensor2D>(t + 1)
      const { grads } = tf.variableGrads(
        () =>
          tf
            .tanh(x.matMul(w as unknown as Tf.Tensor2D).add(b))
            .sub(
              tf.tensor2d([
                [0.2, -0.4],
                [0.6, 0.1],
              ]),
            )
            .square()
            .mean(),
        [w, b],
      )
      const raw = [grads[w.name]!, grads[b.name]!]
      const gradients = clip === undefined ? raw : clipByGlobalNorm(tf, raw, clip)
      const rate = settings.learningRate * (schedule === undefined ? 1 : scheduleFactor(schedule, t, 5))
      for (const [i, variable] of [w, b].entries()) {
        variable.assign(optimiser.next(String(i), variable, gradients[i]!, rate, t + 1) as never)
      }
    })
    if (readBackAfter === t) {
      const slots = await optimiser.read()
      optimiser.dispose()
      optimiser = createOptimiser(tf, settings)
      optimiser.restore(slots)
    }
  }
  const result = [...(await w.data()), ...(await b.data())]
  optimiser.dispose()
  tf.dispose([w, b])
  return result
}

function expectClose(values: readonly number[], wanted: readonly number[]): void {
  expect(values.length).toBe(wanted.length)
  for (const [i, value] of values.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(2e-6)
}

const adam = { learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 }
const adamNumbers = [0.588857, -0.807862, 1.910476, 0.4220748, 0.0638475, -0.3508622]

describe('optimisers give the numbers of PyTorch', () => {
  it.each<[string, Optimiser, Settings, number[]]>([
    [
      'SGD',
      { kind: 'sgd', learningRate: 0.1 },
      {},
      [0.5199023, -0.906226, 1.9900084, 0.3762582, 0.094391, -0.2936169],
    ],
    [
      'momentum',
      { kind: 'momentum', learningRate: 0.1, momentum: 0.9, nesterov: false },
      {},
      [0.5480475, -0.8686572, 1.9758108, 0.2780999, 0.087076, -0.3248728],
    ],
    [
      'Nesterov momentum',
      { kind: 'momentum', learningRate: 0.1, momentum: 0.9, nesterov: true },
      {},
      [0.5670287, -0.7325594, 1.9662963, 0.5029804, 0.0818223, -0.3102885],
    ],
    [
      'RMSProp',
      { kind: 'rmsprop', learningRate: 0.01, rho: 0.9, epsilon: 1e-3 },
      {},
      [0.5495586, -0.8914805, 1.9495624, 0.3833478, 0.0725116, -0.2692821],
    ],
    ['Adam', { kind: 'adam', ...adam }, {}, adamNumbers],
    [
      'AdamW, decay on matrices only',
      { kind: 'adamw', ...adam, weightDecay: 0.1 },
      {},
      [0.5777168, -0.7870386, 1.8597634, 0.4124505, 0.0622033, -0.3532052],
    ],
    [
      'SGD clipped by the global norm',
      { kind: 'sgd', learningRate: 0.1 },
      { clip: 0.05 },
      [0.5055001, -0.9857641, 1.9972421, 0.2671213, 0.0985833, -0.2996491],
    ],
    [
      'momentum with a cosine schedule',
      { kind: 'momentum', learningRate: 0.1, momentum: 0.9, nesterov: false },
      { schedule: { kind: 'cosine', warmup: 0, final: 0 } },
      [0.5172467, -0.8722933, 1.9912692, 0.363742, 0.0961519, -0.3092937],
    ],
  ])('%s', async (_, settings, options, wanted) => {
    expectClose(await regression(settings, options), wanted)
  })

  it('AdamW leaves biases alone, whatever their rank', async () => {
    const optimiser = createOptimiser(tf, { kind: 'adamw', ...adam, weightDecay: 0.1 })
    const moved = tf.tidy(() => {
      const value = tf.fill([1, 2], 4)
      return ['node:query_kernel', 'node:query_bias'].map((key) =>
        optimiser.next(key, value, tf.zerosLike(value), adam.learningRate, 1),
      )
    })
    const [kernel, bias] = await Promise.all(moved.map(async (value) => [...(await value.data())]))
    tf.dispose(moved)
    optimiser.dispose()
    expectClose(kernel!, [3.98, 3.98])
    expect(bias).toEqual([4, 4])
  })

  it('goes on exactly where it was after its memory was read and put back', async () => {
    expectClose(await regression({ kind: 'adam', ...adam }, { readBackAfter: 2 }), adamNumbers)
  })
})

describe('clipping', () => {
  it('leaves gradients alone that are short enough, and shortens all by one factor otherwise', async () => {
    const clipped = async (norm: number) => {
      const result = tf.tidy(() =>
        tf.concat(clipByGlobalNorm(tf, [tf.tensor1d([3, 0]), tf.tensor1d([4])], norm)),
      )
      const values = [...(await result.data())]
      result.dispose()
      return values
    }
    expect(await clipped(10)).toEqual([3, 0, 4])
    expectClose(await clipped(1), [0.6, 0, 0.8])
  })
})

describe('schedules', () => {
  const at = (schedule: Schedule, total: number) =>
    Array.from({ length: total }, (_, t) => Number(scheduleFactor(schedule, t, total).toFixed(6)))
  it.each<[string, Schedule, number[]]>([
    ['constant', { kind: 'constant', warmup: 0 }, [1, 1, 1, 1, 1, 1]],
    ['constant after a warm-up of 3', { kind: 'constant', warmup: 3 }, [0.333333, 0.666667, 1, 1, 1, 1]],
    ['step', { kind: 'step', warmup: 0, every: 2, factor: 0.5 }, [1, 1, 0.5, 0.5, 0.25, 0.25]],
    [
      'step after a warm-up of 2',
      { kind: 'step', warmup: 2, every: 2, factor: 0.5 },
      [0.5, 1, 1, 1, 0.5, 0.5],
    ],
    ['cosine', { kind: 'cosine', warmup: 0, final: 0 }, [1, 0.933013, 0.75, 0.5, 0.25, 0.066987]],
    [
      'cosine to a tenth after a warm-up of 2',
      { kind: 'cosine', warmup: 2, final: 0.1 },
      [0.5, 1, 1, 0.868198, 0.55, 0.231802],
    ],
  ])('%s', (_, schedule, wanted) => {
    expect(at(schedule, 6)).toEqual(wanted)
  })
})
