/** Half precision on WebGPU: what is rounded and how, products beside those in floats, and loss scales in whole runs. */
import { tf } from '../../../engine/backend/tfjs'
import { attend, halfAttend } from '../../../engine/backend/webgpu/fused/attend'
import { convolve, halfConvolve } from '../../../engine/backend/webgpu/fused/convolve'
import { dense, halfDense } from '../../../engine/backend/webgpu/fused/dense'
import { stream } from '../../../engine/random/stream'
import { webgpuInside } from '../../../engine/backend/webgpu/inside'
import { inputsOf } from '../../../engine/compile/step-inputs'
import type { Document } from '../../../engine/graph/document'
import type { BackendName, WeightSet } from '../../../engine/session/protocol'
import { createFusedOptimiser } from '../../../engine/train/fused-optimiser'
import { graph, step } from '../../engine/documents'
import { adam, mlp } from './documents'
import { backends, different, train } from './page'

type Tensor = ReturnType<typeof tf.tensor>

/** The nearest binary16, from the definition alone: in double precision, where every step is exact. */
function nearestHalf(x: number): number {
  if (!Number.isFinite(x)) return x
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(x) || 1)))
  const unit = 2 ** (exponent - 10)
  const scaled = x / unit
  const below = Math.floor(scaled)
  const rest = scaled - below
  const whole = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below
  const rounded = whole * unit
  return Math.abs(rounded) >= 65536 ? Math.sign(x) * Infinity : rounded
}

export const rounded = (values: Float32Array): Float32Array => values.map(nearestHalf)

/** Numbers around every binary16, in the middle between neighbours, beside it, too large, too small and no numbers. */
function difficult(): Float32Array {
  const found: number[] = [0, 1e-8, 2 ** -25, 2 ** -24, 1e30, 3e38, Infinity, -Infinity, NaN, 65519.99, 65520]
  const bits = new Int32Array(1)
  const float = new Float32Array(bits.buffer)
  for (let half = 0; half < 0x7c00; half += 1) {
    const [exponent, fraction] = [half >> 10, half & 0x3ff]
    const value = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
    const unit = 2 ** (Math.max(1, exponent) - 25)
    float[0] = value + unit / 2
    const middle = bits[0] ?? 0
    for (const beside of [-1, 0, 1]) {
      bits[0] = middle + beside
      found.push(float[0])
    }
    found.push(value, -value)
  }
  return Float32Array.from(found)
}

/** How many of these the device rounds to another number than the nearest. */
export async function wrongHalves(): Promise<{ readonly tried: number; readonly wrong: readonly string[] }> {
  await backends.start('webgpu')
  const given = difficult()
  const y = tf.tidy(() =>
    halfDense(tf, tf.tensor(given, [given.length, 1]), tf.ones([1, 1]), undefined, 'linear'),
  )
  const numbers = await y.data()
  y.dispose()
  const wrong = [...given].flatMap((value, at) => {
    const [wanted, came] = [nearestHalf(value), numbers[at] ?? 0]
    return wanted === came || (Number.isNaN(wanted) && Number.isNaN(came))
      ? []
      : [`${value} became ${came}, not ${wanted}`]
  })
  return { tried: given.length, wrong: wrong.slice(0, 5) }
}

interface Case {
  /** All are rounded; otherwise the last one, a bias, is not. */
  readonly all?: true
  readonly shapes: readonly (readonly number[])[]
  readonly half: (x: Tensor, kernel: Tensor, bias: Tensor) => Tensor
  readonly full: (x: Tensor, kernel: Tensor, bias: Tensor) => Tensor
}

const alike = { strides: [2, 1], dilation: [1, 3], before: [1, 1], places: [4, 7] } as const
const looking = { heads: 4, groups: 2, walls: [], drop: (x: Tensor) => x }
const cases: Readonly<Record<string, Case>> = {
  dense: {
    shapes: [[6, 9], [9, 5], [5]],
    half: (x, kernel, bias) => halfDense(tf, x, kernel, bias, 'relu'),
    full: (x, kernel, bias) => dense(tf, x, kernel, bias, 'relu'),
  },
  // Columns by fours, and no function behind them.
  wide: {
    shapes: [[70, 40], [40, 36], [36]],
    half: (x, kernel, bias) => halfDense(tf, x, kernel, bias, 'linear'),
    full: (x, kernel, bias) => dense(tf, x, kernel, bias, 'linear'),
  },
  // What the second reads is what relu gave in the first, packed once.
  two: {
    shapes: [[7, 8], [8, 8], [8]],
    half: (x, kernel, bias) => halfDense(tf, halfDense(tf, x, kernel, bias, 'relu'), kernel, bias, 'relu'),
    full: (x, kernel, bias) => dense(tf, halved(dense(tf, x, kernel, bias, 'relu')), kernel, bias, 'relu'),
  },
  attention: {
    all: true,
    shapes: [
      [2, 5, 12],
      [2, 7, 6],
      [2, 7, 6],
    ],
    half: (query, key, value) => halfAttend(tf, query, key, value, looking).mixed,
    full: (query, key, value) => attend(tf, query, key, value, looking).mixed,
  },
  convolution: {
    shapes: [[2, 7, 8, 3], [3, 2, 3, 4], [4]],
    half: (x, kernel, bias) => halfConvolve(tf, { x, kernel, bias }, alike, 'relu'),
    full: (x, kernel, bias) => convolve(tf, { x, kernel, bias }, alike, 'relu'),
  },
}

/** The same numbers rounded, as what comes back is: a product with one. */
function halved(x: Tensor): Tensor {
  return tf.reshape(halfDense(tf, tf.reshape(x, [-1, 1]), tf.ones([1, 1]), undefined, 'linear'), x.shape)
}

/** The largest difference between results and gradients in half precision and those of floats that were rounded before. */
export async function halfDifferences(): Promise<Readonly<Record<string, number>>> {
  await backends.start('webgpu')
  const found: Record<string, number> = {}
  for (const [name, { shapes, half, full, all }] of Object.entries(cases)) {
    const numbers = shapes.map((shape, at) =>
      stream(7, `${name} ${at}`, 0).normals(shape.reduce((all, n) => all * n, 1)),
    )
    const ways = [
      { run: half, values: numbers, by: (values: Float32Array) => values },
      // The bias is added in floats.
      {
        run: full,
        values: numbers.map((values, at) => (at < 2 || all === true ? rounded(values) : values)),
        by: rounded,
      },
    ]
    const results = []
    for (const { run, values, by } of ways) {
      const tensors = () => values.map((one, at) => tf.tensor(one, [...(shapes[at] ?? [])]))
      const sum = (x: Tensor, kernel: Tensor, bias: Tensor) => {
        const y = run(x, kernel, bias)
        return tf.sum(tf.mul(y, tf.tensor(by(stream(7, `${name} rising`, 0).normals(y.size)), y.shape)))
      }
      const gradients = tf.tidy(() => tf.grads(sum)(tensors()))
      const y = tf.tidy(() => run(...(tensors() as [Tensor, Tensor, Tensor])))
      const read = []
      for (const tensor of [y, ...gradients]) read.push(await tensor.data<'float32'>())
      tf.dispose([y, ...gradients])
      results.push(read)
    }
    const [came = [], wanted = []] = results
    for (const [index, values] of wanted.entries()) {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const off = values.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - (came[index]?.[at] ?? NaN)) / largest),
        0,
      )
      found[`${name} ${['y', 'dx', 'dkernel', 'dbias'][index] ?? ''}`] = off
    }
  }
  return found
}

/** A net as PyTorch has trained it (tests/parity/mixed.py). */
export interface Golden {
  readonly x: readonly number[]
  readonly target: readonly number[]
  readonly begun: Readonly<Record<string, { readonly shape: number[]; readonly values: number[] }>>
  readonly losses: readonly number[]
  /** What the loss is scaled by after each step. */
  readonly scales: readonly number[]
  readonly trained: Golden['begun']
}

function weightsOf(given: Golden['begun']): WeightSet {
  return Object.fromEntries(
    Object.entries(given).map(([key, { shape, values }]) => [
      key,
      { shape, values: Float32Array.from(values) },
    ]),
  )
}

function goldenDocument(name: 'dense' | 'convolution', { x, target }: Golden, steps: number): Document {
  const width = x.length / target.length
  const rows = target.map((_, at) => x.slice(at * width, (at + 1) * width))
  const [layer, shape] = name === 'dense' ? (['dense', [width]] as const) : (['conv2d', [5, 5, 2]] as const)
  return graph(
    {
      data: [
        'data',
        {
          dataset: { kind: 'inline', x: rows, y: target.map((value) => [value]) },
          shape: [...shape],
          shuffle: false,
        },
      ],
      first: [
        layer,
        name === 'dense'
          ? { units: 12, activation: 'relu' }
          : { filters: 4, kernelSize: [3, 3], padding: 'valid', activation: 'relu' },
      ],
      flat: ['flatten'],
      net: ['dense', { units: 1 }],
      loss: ['mean-squared-error'],
    },
    [
      'data.x -> first.x',
      'first.y -> flat.x',
      'flat.y -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { batchSize: target.length, length: { steps }, steps: [step(adam)], precision: 'mixed' },
  )
}

/** Differences to PyTorch's run: the largest of the losses and of the weights, relative; and the scales of both. */
export async function mixedLikeTorch(name: 'dense' | 'convolution', golden: Golden) {
  const weights = weightsOf(golden.begun)
  const {
    losses,
    precision,
    weights: trained,
  } = await train(goldenDocument(name, golden, golden.losses.length), { capture: true, weights })
  const scales = golden.losses.map(
    (_, at) => precision.findLast((event) => event.step <= at + 1)?.scale ?? NaN,
  )
  const off = (wanted: ArrayLike<number>, came: ArrayLike<number> | undefined) =>
    Array.from(wanted).reduce(
      (most, value, at) =>
        Math.max(most, Math.abs(value - (came?.[at] ?? NaN)) / Math.max(1, Math.abs(value))),
      0,
    )
  return {
    losses: off(golden.losses, losses),
    weights: Math.max(
      ...Object.entries(golden.trained).map(([key, { values }]) => off(values, trained[key]?.values)),
    ),
    scales,
    said: precision.map(({ message }) => message),
  }
}

/** After so many steps: the weights that are not the very bits they were. */
export async function movedBy(steps: number, golden: Golden, capture: boolean): Promise<readonly string[]> {
  const weights = weightsOf(golden.begun)
  const { weights: after } = await train(goldenDocument('dense', golden, steps), { capture, weights })
  return different(weights, after)
}

/**
 * A loss scale that goes on from what was kept of it (the scale, good steps, two corrections, steps left out), after one
 * more step with this gradient: what is kept then, and the weight, which was 1.
 */
export async function scaleAfter(kept: readonly number[], gradient: number) {
  await backends.start('webgpu')
  const inside = webgpuInside(tf)
  if (inside === null) throw new Error('tfjs-backend-webgpu has changed inside.')
  const weight = tf.variable(tf.ones([2]))
  const variables = new Map([['net:kernel', weight]])
  const optimiser = createFusedOptimiser(tf, inside, { kind: 'sgd', learningRate: 1 }, variables, true)
  optimiser.restore(new Map([['loss-scale', { shape: [5], values: Float32Array.from(kept) }]]))
  tf.tidy(() => {
    const moved = [{ key: 'net:kernel', variable: weight, gradient: tf.fill([2], gradient) }]
    optimiser.move(inputsOf(tf, 1), () => ({ rate: 1, update: 1 }), moved, null)
  })
  const slots = await optimiser.read()
  const [first] = await weight.data()
  optimiser.dispose()
  weight.dispose()
  return { kept: [...(slots.get('loss-scale')?.values ?? [])], weight: first }
}

/** The last losses of a net trained in mixed precision and in float32, and what was said where it cannot be had. */
export async function mixedBeside(backend: BackendName) {
  const run = (precision?: 'mixed') =>
    train(mlp({ length: { steps: 120 }, ...(precision === undefined ? {} : { precision }) }), {
      capture: true,
      backend,
    })
  const [mixed, full] = [await run('mixed'), await run()]
  const last = (losses: readonly number[]) => losses.slice(-20).reduce((sum, loss) => sum + loss / 20, 0)
  /** Of the first probe, the norms of all gradients, which were measured while they were scaled. */
  const norms = (lines: readonly string[]) =>
    (lines.find((line) => line.startsWith('probe 1 ')) ?? '')
      .split(' | ')[0]
      ?.split(' ')
      .slice(3)
      .map(Number) ?? []
  const wanted = norms(full.lines)
  return {
    gradients: norms(mixed.lines).map((norm, at) => norm / (wanted[at] ?? NaN)),
    first: full.losses[0] ?? NaN,
    mixed: last(mixed.losses),
    full: last(full.losses),
    same: different(mixed.weights, full.weights).length === 0,
    said: mixed.precision.map(({ message }) => message),
    silent: full.precision.length === 0,
  }
}
