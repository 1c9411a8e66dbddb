/** What nodes are computed with on WebAssembly: operations and gradients against plain words in double precision. */
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { attend, reach } from '../../../engine/backend/wasm/fused/attend'
import { bend, type BendName } from '../../../engine/backend/wasm/fused/bend'
import { crossEntropy } from '../../../engine/backend/wasm/fused/cross-entropy'
import { dense } from '../../../engine/backend/wasm/fused/dense'
import { mean } from '../../../engine/backend/wasm/fused/mean'
import { normalise } from '../../../engine/backend/wasm/fused/normalise'
import { shift } from '../../../engine/backend/wasm/fused/shift'
import { walk } from '../../../engine/backend/wasm/fused/walk'
import { wasmInside } from '../../../engine/backend/wasm/inside'
import { deviceRandom } from '../../../engine/compile/device-random'
import { inputsOf } from '../../../engine/compile/step-inputs'
import type { Optimiser } from '../../../engine/graph/document'
import { stream } from '../../../engine/random/stream'
import { createHeapOptimiser } from '../../../engine/train/heap-optimiser'
import { createOptimiser, type RunningOptimiser } from '../../../engine/train/optimiser'
import { backends, numbers, tf } from '../support'
import { apart, count, drawn, expectLike, valuesOf } from './heap'

beforeAll(async () => {
  await backends.start('wasm')
})

/** Simpson's rule; past 6 it is 1 to the last digit. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  const parts = 400
  let sum = 0
  for (let n = 0; n <= parts; n++) {
    const weight = n === 0 || n === parts ? 1 : n % 2 === 1 ? 4 : 2
    sum += weight * Math.exp(-(((x * n) / parts) ** 2))
  }
  return ((2 / Math.sqrt(Math.PI)) * (sum * x)) / (3 * parts)
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const bends: { readonly [K in BendName]: (x: number) => number } = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  sigmoid,
  'hard-sigmoid': (x) => Math.min(1, Math.max(0, x / 6 + 0.5)),
  tanh: Math.tanh,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: (x) => x / (1 + Math.abs(x)),
  swish: (x) => x * sigmoid(x),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
}
const names = Object.keys(bends) as BendName[]

describe('activations', () => {
  it.each(names)('%s', async (name) => {
    for (const size of [1, 7, 64]) {
      // Off the kinks, near zero and far away.
      const values = Float32Array.from({ length: size }, (_, at) => ((at * 37) % size) / 4 - size / 8 + 0.013)
      await expectLike(
        (x) => bend(tf, x, name),
        ([x]) => Array.from(x ?? [], bends[name]),
        [{ shape: [size], values }],
      )
    }
  })

  it.each(names.filter((name) => name !== 'linear'))('%s of very large numbers and of none', async (name) => {
    const found = await valuesOf(() => bend(tf, tf.tensor1d([-1e4, 1e4, NaN, -90, 90]), name))
    const wanted = [-1e4, 1e4, NaN, -90, 90].map((x) =>
      name === 'gelu' ? (x > 0 ? x : x < 0 ? 0 : NaN) : bends[name](x),
    )
    expect(found[2]).toBeNaN()
    const finite = [0, 1, 3, 4]
    expect(
      apart(
        finite.map((at) => found[at] ?? NaN),
        finite.map((at) => wanted[at] ?? NaN),
      ),
    ).toBeLessThan(1e-6)
  })

  it('keep their digits near zero', async () => {
    const x = Float32Array.of(1e-6, -1e-6, 1e-3, -3e-3, 0.2)
    for (const name of ['tanh', 'elu', 'gelu', 'swish', 'softsign'] as const) {
      const found = await valuesOf(() => bend(tf, tf.tensor1d(x), name))
      for (const [at, value] of found.entries())
        expect(Math.abs(value / bends[name](x[at] ?? NaN) - 1)).toBeLessThan(1e-6)
    }
  })
})

type Doubles = readonly Float64Array[]

/** x [rows, k] W [k, n] + b. */
function plainDense(
  [x, kernel, bias]: Doubles,
  [rows, k, n]: readonly [number, number, number],
): Float64Array {
  return Float64Array.from({ length: rows * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n]
    let sum = bias?.[column] ?? 0
    for (let l = 0; l < k; l++) sum += (x?.[row * k + l] ?? 0) * (kernel?.[l * n + column] ?? 0)
    return sum
  })
}

describe('layers', () => {
  it.each([
    ['relu', 5, 3, 7],
    ['gelu', 1, 4, 9],
    ['linear', 8, 1, 1],
  ] as const)('a product with its bias, %s, %i x %i by %i', async (name, rows, k, n) => {
    await expectLike(
      (x, kernel, bias) => dense(tf, x, kernel, bias, name),
      (inputs) => plainDense(inputs, [rows, k, n]).map(bends[name]),
      [drawn([rows, k], 1), drawn([k, n], 2), drawn([n], 3)],
    )
    await expectLike(
      (x, kernel) => dense(tf, x, kernel, undefined, name),
      (inputs) => plainDense(inputs, [rows, k, n]).map(bends[name]),
      [drawn([rows, k], 1), drawn([k, n], 2)],
    )
  })

  it.each([true, false])('a bias along the last axis, bent: %s', async (bent) => {
    await expectLike(
      (x, bias) => shift(tf, x, bias, bent),
      ([x, bias]) =>
        Array.from(x ?? [], (value, at) => {
          const y = value + (bias?.[at % 5] ?? 0)
          return bent ? Math.max(0, y) : y
        }),
      [drawn([2, 3, 5], 1), drawn([5], 2)],
    )
  })

  it.each([
    ['layer', 1],
    ['layer', 6],
    ['layer', 19],
    ['rms', 8],
    ['rms', 5],
  ] as const)('%s norm over %i numbers', async (norm, width) => {
    const plain = ([x, gain, shifted]: Doubles) => {
      const rows = (x?.length ?? 0) / width
      return Array.from({ length: rows }, (_, row) => {
        const numbersOf = [...(x ?? []).slice(row * width, (row + 1) * width)]
        const level = norm === 'layer' ? numbersOf.reduce((a, b) => a + b) / width : 0
        const spread = numbersOf.reduce((sum, value) => sum + (value - level) ** 2, 0) / width
        return numbersOf.map(
          (value, at) =>
            ((value - level) / Math.sqrt(spread + 1e-3)) * (gain?.[at] ?? 1) + (shifted?.[at] ?? 0),
        )
      }).flat()
    }
    const o = { norm, epsilon: 1e-3 }
    const inputs = [drawn([2, 3, width], 1), drawn([width], 2)]
    await expectLike((x, gamma) => normalise(tf, x, { ...o, gamma, beta: undefined }), plain, inputs, 3e-5)
    await expectLike(
      (x, gamma, beta) => normalise(tf, x, { ...o, gamma, beta }),
      plain,
      [...inputs, drawn([width], 3)],
      3e-5,
    )
  })

  it.each([
    ['classes', 0],
    ['classes', 0.2],
    ['shares', 0],
    ['shares', 0.1],
  ] as const)('cross-entropy of %s, smoothed by %d', async (kind, smoothing) => {
    const [rows, width] = [5, 7]
    const classes = [0, 6, 3, 3, 1]
    const shares = numbers(rows * width, 9).map(Math.abs)
    await expectLike(
      (scores) =>
        crossEntropy(
          tf,
          scores,
          kind === 'classes' ? tf.tensor1d(classes, 'int32') : tf.tensor2d(shares, [rows, width]),
          smoothing,
        ),
      ([scores]) =>
        classes.map((wanted, row) => {
          const own = [...(scores ?? []).slice(row * width, (row + 1) * width)]
          const level = Math.log(own.reduce((sum, x) => sum + Math.exp(x), 0))
          return own.reduce((cost, x, at) => {
            const share = kind === 'classes' ? Number(at === wanted) : (shares[row * width + at] ?? 0)
            return cost + (share * (1 - smoothing) + smoothing / width) * (level - x)
          }, 0)
        }),
      [drawn([rows, width], 1)],
    )
  })

  it('cross-entropy asks nothing where a class is none, and stays a number far off', async () => {
    const found = await valuesOf(() =>
      crossEntropy(tf, tf.tensor2d([1000, -1000, 3, 4], [2, 2]), tf.tensor1d([1, -1], 'int32'), 0),
    )
    expect([...found]).toEqual([2000, 0])
  })

  it('cross-entropy of what is no number is none', async () => {
    const scores = [[0, 0, 0, 0, NaN, 0, 0, 0], Array<number>(8).fill(0), [0, 0, 0, 0, 0, 0, 0, Infinity]]
    const found = await valuesOf(() =>
      crossEntropy(tf, tf.tensor2d(scores), tf.tensor1d([0, 0, 0], 'int32'), 0),
    )
    expect([...found].map(Number.isFinite)).toEqual([false, true, false])
  })

  it('the mean, and softmax', async () => {
    await expectLike(
      (x) => mean(tf, x),
      ([x]) => [[...(x ?? [])].reduce((a, b) => a + b) / 7],
      [drawn([7], 1)],
    )
    for (const width of [1, 6, 9])
      await expectLike(
        (x) => tf.softmax(x),
        ([x]) =>
          Array.from(x ?? [], (value, at) => {
            const row = Math.floor(at / width) * width
            const all = [...(x ?? []).slice(row, row + width)]
            return Math.exp(value) / all.reduce((sum, other) => sum + Math.exp(other), 0)
          }),
        [drawn([3, width], 1)],
      )
  })
})

describe('attention', () => {
  it.each([
    [2, 2, 'causal'],
    [4, 2, 'masked'],
    [3, 1, 'open'],
  ] as const)('%i heads in %i groups, %s', async (heads, groups, kind) => {
    const [batch, from, to, size, width] = [2, 5, kind === 'causal' ? 5 : 6, 3, 2]
    const wall = Float32Array.from({ length: batch * to }, (_, at) => Number(at % 3 !== 1))
    const walls = () =>
      kind === 'open'
        ? []
        : [kind === 'causal' ? reach(tf, [from, to], true, 0) : tf.tensor(wall, [batch, 1, 1, to])].filter(
            (one) => one !== null,
          )
    const sees = (b: number, t: number, s: number) =>
      kind === 'open' || (kind === 'causal' ? s <= t : wall[b * to + s] === 1)
    await expectLike(
      (query, key, value) =>
        attend(tf, query, key, value, { heads, groups, walls: walls(), drop: (x) => x }).mixed,
      ([query, key, value]) => {
        const y: number[] = []
        for (let b = 0; b < batch; b++)
          for (let t = 0; t < from; t++)
            for (let h = 0; h < heads; h++) {
              const g = Math.floor(h / (heads / groups))
              const scores = Array.from({ length: to }, (_, s) => {
                let sum = 0
                for (let n = 0; n < size; n++)
                  sum +=
                    (query?.[((b * from + t) * heads + h) * size + n] ?? 0) *
                    (key?.[((b * to + s) * groups + g) * size + n] ?? 0)
                return sees(b, t, s) ? Math.exp(sum / Math.sqrt(size)) : 0
              })
              const total = scores.reduce((sum, score) => sum + score, 0)
              for (let n = 0; n < width; n++)
                y.push(
                  scores.reduce(
                    (sum, score, s) =>
                      sum + (score / total) * (value?.[((b * to + s) * groups + g) * width + n] ?? 0),
                    0,
                  ),
                )
            }
        return y
      },
      [
        drawn([batch, from, heads * size], 1),
        drawn([batch, to, groups * size], 2),
        drawn([batch, to, groups * width], 3),
      ],
    )
  })

  it('reaches no further than its window', async () => {
    const found = await valuesOf(() => reach(tf, [3, 4], false, 2) as Tf.Tensor)
    expect([...found]).toEqual([1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1])
  })
})

type Cell = 'lstm' | 'gru' | 'simple-rnn'
const gates = { lstm: 4, gru: 3, 'simple-rnn': 1 } as const

interface Walk {
  readonly cell: Cell
  readonly activation: BendName
  readonly gate: BendName
  readonly units: number
  readonly backwards: boolean
  readonly sequences: boolean
}

const [batch, time] = [3, 4]

/** A cell walked along its sums in doubles: outputs, then an LSTM's last memory. */
function plainWalk(o: Walk): (inputs: Doubles) => number[] {
  const { cell, units } = o
  const [f, g] = [bends[o.activation], bends[o.gate]]
  const width = gates[cell] * units
  return ([sums, recurrent, initial, bias]) => {
    const y = new Float64Array((o.sequences ? time : 1) * batch * units)
    const last = new Float64Array(batch * units)
    for (let b = 0; b < batch; b++) {
      let h = [...(initial ?? []).slice(b * units, (b + 1) * units)]
      let c = [...(initial ?? []).slice((batch + b) * units, (batch + b + 1) * units)]
      for (let step = 0; step < time; step++) {
        const t = o.backwards ? time - 1 - step : step
        const r = Array.from({ length: width }, (_, at) =>
          h.reduce((sum, before, n) => sum + before * (recurrent?.[n * width + at] ?? 0), bias?.[at] ?? 0),
        )
        const own = (gate: number, u: number) => sums?.[(b * time + t) * width + gate * units + u] ?? 0
        const part = (gate: number, u: number) => r[gate * units + u] ?? 0
        const z = (gate: number, u: number) => own(gate, u) + part(gate, u)
        if (cell === 'lstm') {
          c = c.map((old, u) => g(z(1, u)) * old + g(z(0, u)) * f(z(2, u)))
          h = c.map((memory, u) => g(z(3, u)) * f(memory))
        } else if (cell === 'gru') {
          h = h.map((old, u) => {
            const open = g(z(0, u))
            return open * old + (1 - open) * f(own(2, u) + g(z(1, u)) * part(2, u))
          })
        } else h = h.map((_, u) => f(z(0, u)))
        if (o.sequences) y.set(h, (b * time + step) * units)
      }
      if (!o.sequences) y.set(h, b * units)
      last.set(c, b * units)
    }
    return cell === 'lstm' ? [...y, ...last] : [...y]
  }
}

describe('recurrent walks', () => {
  const cases: readonly Walk[] = [
    { cell: 'lstm', activation: 'tanh', gate: 'sigmoid', units: 5, backwards: false, sequences: false },
    { cell: 'lstm', activation: 'gelu', gate: 'hard-sigmoid', units: 1, backwards: true, sequences: true },
    { cell: 'gru', activation: 'tanh', gate: 'sigmoid', units: 6, backwards: false, sequences: true },
    { cell: 'gru', activation: 'softsign', gate: 'swish', units: 3, backwards: true, sequences: false },
    { cell: 'simple-rnn', activation: 'tanh', gate: 'linear', units: 9, backwards: false, sequences: true },
    { cell: 'simple-rnn', activation: 'selu', gate: 'linear', units: 2, backwards: true, sequences: false },
  ]
  it.each(cases)('$cell, $activation and $gate, $units units, backwards: $backwards', async (o) => {
    const { cell, units } = o
    const width = gates[cell] * units
    const inputs = [
      drawn([batch, time, width], 1),
      drawn([units, width], 2),
      drawn([cell === 'lstm' ? 2 : 1, batch, units], 3),
      ...(cell === 'gru' ? [drawn([width], 4)] : []),
    ]
    await expectLike(
      (sums, recurrent, initial, bias) => {
        const { y, memory } = walk(
          tf,
          { sums, recurrent, initial, bias },
          { cell, activation: o.activation, gate: o.gate },
          { backwards: o.backwards, sequences: o.sequences },
        )
        const flat = tf.reshape(y, [-1])
        return memory === undefined ? flat : tf.concat([flat, tf.reshape(memory, [-1])])
      },
      plainWalk(o),
      inputs,
      3e-5,
    )
  })
})

const rules: readonly Optimiser[] = [
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'momentum', learningRate: 0.1, momentum: 0.9, nesterov: false },
  { kind: 'momentum', learningRate: 0.1, momentum: 0.9, nesterov: true },
  { kind: 'rmsprop', learningRate: 0.01, rho: 0.9, epsilon: 1e-7 },
  { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  { kind: 'adamw', learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-7, weightDecay: 0.1 },
]

describe('optimisers in place', () => {
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'a:kernel': [3, 7],
    'a:bias': [5],
    'b:kernel': [1, 1],
  }

  /** Six updates by made-up gradients, put off to another optimiser half way. */
  async function moved(
    make: (variables: ReadonlyMap<string, Tf.Variable>) => RunningOptimiser,
    clip: number | null,
  ): Promise<number[]> {
    const variables = new Map(
      Object.entries(shapes).map(([key, shape], at) => [
        key,
        tf.tidy(() => tf.variable(tf.tensor(numbers(count(shape), at + 1), [...shape]))),
      ]),
    )
    let optimiser = make(variables)
    for (let step = 1; step <= 6; step++) {
      tf.tidy(() =>
        optimiser.move(
          inputsOf(tf, step),
          (at) => ({ rate: 0.05 / at, update: at }),
          [...variables].map(([key, variable], at) => ({
            key,
            variable,
            gradient: tf.tensor(numbers(variable.size, 10 * step + at), variable.shape),
          })),
          clip,
        ),
      )
      if (step !== 3) continue
      const slots = await optimiser.read()
      optimiser.dispose()
      optimiser = make(variables)
      optimiser.restore(slots)
    }
    const values = await Promise.all([...variables.values()].map((variable) => variable.data<'float32'>()))
    optimiser.dispose()
    tf.dispose([...variables.values()])
    return values.flatMap((all) => [...all])
  }

  it.each(rules)('$kind', async (rule) => {
    const inside = wasmInside(tf)
    if (inside === null) throw new Error('Our functions did not start on the heap of tfjs.')
    for (const clip of [null, 0.7]) {
      const before = tf.memory().numTensors
      const found = await moved((all) => createHeapOptimiser(tf, inside, rule, all.values()), clip)
      const again = await moved((all) => createHeapOptimiser(tf, inside, rule, all.values()), clip)
      expect(found).toEqual(again)
      expect(tf.memory().numTensors).toBe(before)
      await backends.start('cpu')
      const wanted = await moved(() => createOptimiser(tf, rule), clip)
      await backends.start('wasm')
      expect(apart(found, wanted)).toBeLessThan(2e-6)
    }
  })

  it('leaves clones of a weight as they were', async () => {
    const inside = wasmInside(tf)
    if (inside === null) throw new Error('Our functions did not start on the heap of tfjs.')
    const start = tf.tensor1d([1, 2, 3])
    const weight = tf.variable(start)
    const optimiser = createHeapOptimiser(tf, inside, { kind: 'sgd', learningRate: 1 }, [weight])
    tf.tidy(() =>
      optimiser.move(
        inputsOf(tf, 1),
        () => ({ rate: 1, update: 1 }),
        [{ key: 'a:kernel', variable: weight, gradient: tf.ones([3]) }],
        null,
      ),
    )
    expect([...(await weight.data())]).toEqual([0, 1, 2])
    expect([...(await start.data())]).toEqual([1, 2, 3])
    optimiser.dispose()
    tf.dispose([start, weight])
  })
})

describe('weights that were moved in place', () => {
  it('are seen by tfjs too, which packs the filters of its depthwise convolution', async () => {
    const inside = wasmInside(tf)
    if (inside === null) throw new Error('Our functions did not start on the heap of tfjs.')
    const filter = tf.tidy(() => tf.variable(tf.ones<Tf.Rank.R4>([1, 1, 2, 1])))
    const optimiser = createHeapOptimiser(tf, inside, { kind: 'sgd', learningRate: 1 }, [filter])
    const forward = () =>
      valuesOf(() => tf.depthwiseConv2d(tf.ones<Tf.Rank.R4>([1, 2, 1, 2]), filter, 1, 'valid'))
    expect([...(await forward())]).toEqual([1, 1, 1, 1])
    tf.tidy(() =>
      optimiser.move(
        inputsOf(tf, 1),
        () => ({ rate: 1, update: 1 }),
        [{ key: 'a:kernel', variable: filter, gradient: tf.tensor4d([1, 3], [1, 1, 2, 1]) }],
        null,
      ),
    )
    expect([...(await forward())]).toEqual([0, -2, 0, -2])
    optimiser.dispose()
    filter.dispose()
  })
})

describe('random numbers', () => {
  it('are word for word those of the stream, one draw after another', async () => {
    const steps = [1, 2 ** 32 + 5]
    for (const step of steps) {
      const wanted = stream(4_000_000_000, 'path/of a node', step)
      const drawnHere = tf.tidy(() => {
        const random = deviceRandom(inputsOf(tf, step), 4_000_000_000, 'path/of a node')
        return [random.uniform([7]), random.uniform([2, 5])]
      })
      for (const tensor of drawnHere)
        expect([...(await tensor.data())]).toEqual([...wanted.uniforms(tensor.size)])
      tf.dispose(drawnHere)
    }
  })
})
