/**
 * Runs one batch forwards and backwards on its own layers and keeps everything: outputs, gradients on wires, gradients of
 * weights, and the weights as the optimiser would leave them. The pass is that of a training step, but moves nothing.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { PlanTrainingStep, Source, WirePath } from '../analyse/plan'
import type { Compiled, Ports } from '../compile/compile'
import { deviceRandom } from '../compile/device-random'
import { weightKey } from '../compile/names'
import { inputsOf } from '../compile/step-inputs'
import type { LoadedData } from '../data/load-data'
import type { Path } from '../graph/document'
import type { Split } from '../session/protocol'
import type { Trace, TracedTensor } from '../session/trace'
import { clipByGlobalNorm, createOptimiser, type SlotValues } from '../train/optimiser'
import { trainedWeights, turnsOf } from '../train/step'

export interface TraceOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly training: PlanTrainingStep
  readonly data: LoadedData
  readonly split: Split
  readonly first: number
  readonly count: number
  readonly seed: number
  /** The step that this would be, from 1, of a run of `total`. */
  readonly step: number
  readonly total: number
  /** What the optimiser remembers by now. */
  readonly slots: SlotValues
}

/** Larger tensors are told by shape, mean and range only. */
const mostNumbers = 1 << 18
/** All tensors together send no more numbers than these. */
const mostTogether = 1 << 24

type Feeds = Map<Path, Record<string, Tf.Tensor>>

function feedsOf({ tf, data, split, first, count }: TraceOptions): Feeds {
  const rows = data.rows[split].subarray(first, first + count)
  const pick = ({ shape, values }: LoadedData['nodes'][number]['x']): Tf.Tensor => {
    const width = shape.reduce((product, n) => product * n, 1)
    const picked =
      values.constructor === Int32Array
        ? new Int32Array(rows.length * width)
        : new Float32Array(rows.length * width)
    for (const [at, row] of rows.entries())
      picked.set(values.subarray(row * width, (row + 1) * width), at * width)
    return tf.tensor(picked, [rows.length, ...shape], picked instanceof Int32Array ? 'int32' : 'float32')
  }
  return new Map(
    data.nodes.map(({ path, x, y }) => [path, { x: pick(x), ...(y === null ? {} : { y: pick(y) }) }]),
  )
}

interface Kept {
  readonly outputs: Map<Path, Record<string, Tf.Tensor>>
  readonly wires: {
    readonly wire: WirePath
    readonly from: Path
    readonly port: string
    readonly gradient: Tf.Tensor
  }[]
  readonly weights: {
    readonly key: string
    readonly before: Tf.Tensor
    readonly gradient: Tf.Tensor | null
    readonly after: Tf.Tensor | null
  }[]
  readonly losses: Map<Path, Tf.Tensor>
  clipping: Tf.Tensor
}

/** Everything that the pass gives, kept on the device. */
function pass(options: TraceOptions, feeds: Feeds): Kept {
  const { tf, compiled, training, seed, step } = options
  const kept: Kept = { outputs: new Map(), wires: [], weights: [], losses: new Map(), clipping: tf.scalar(1) }
  const keep = (value: Tf.Tensor) => tf.keep(value.clone())
  const tap = (source: Source, value: Tf.Tensor): Tf.Tensor =>
    tf.customGrad((x) => ({
      value: (x as Tf.Tensor).clone(),
      gradFunc: (dy: Tf.Tensor) => {
        kept.wires.push({ wire: source.wire, from: source.path, port: source.port, gradient: keep(dy) })
        return dy.clone()
      },
    }))(value)
  const suffix = training.index === 0 ? '' : `#${training.index}`
  tf.tidy(() => {
    const inputs = inputsOf(tf, step)
    const keys = trainedWeights(compiled, training)
    const variables = keys.map((key) => compiled.variables.get(key) as Tf.Variable)
    const samples = [...feeds.values()].flatMap(({ x }) =>
      x !== undefined && x.dtype === 'float32' ? [x] : [],
    )
    const forward = (): Tf.Scalar => {
      const results: ReadonlyMap<Path, Ports> = compiled.run(training.losses, feeds, {
        training: true,
        updateStatistics: () => false,
        batchSize: options.count,
        random: (path) => deviceRandom(inputs, seed, `${path}${suffix}`),
        tap,
      })
      for (const [path, ports] of results)
        kept.outputs.set(
          path,
          Object.fromEntries(Object.entries(ports).map(([port, value]) => [port, keep(value)])),
        )
      const losses = training.losses.map((path) => results.get(path)?.['loss'] as Tf.Scalar)
      for (const [index, path] of training.losses.entries())
        kept.losses.set(path, keep(losses[index] as Tf.Scalar))
      return losses.reduce((sum, loss) => tf.add(sum, loss))
    }
    const { grads } = tf.engine().gradients(forward, [...variables, ...samples], undefined, true)
    const raw = keys.flatMap((key, index) => {
      const gradient = grads[index]
      return gradient === undefined ? [] : [{ key, gradient }]
    })
    const { clip } = training.settings
    const gradients = raw.map(({ gradient }) => gradient)
    const clipped = clip === null ? gradients : clipByGlobalNorm(tf, gradients, clip.norm)
    if (clip !== null && gradients.length > 0) {
      const size = (of: readonly Tf.Tensor[]) =>
        tf
          .concat(of.map((one) => one.square().sum().reshape([1])))
          .sum()
          .sqrt()
      kept.clipping.dispose()
      kept.clipping = tf.keep(size(clipped).div(size(gradients).add(1e-37)))
    }
    const optimiser = createOptimiser(tf, training.settings.optimiser)
    optimiser.restore(fitting(options))
    const { rate, update } = turnsOf(training, options.total)(step)
    const moved = new Map(
      raw.map(({ key, gradient }, index) => [key, { gradient, used: clipped[index] as Tf.Tensor }]),
    )
    for (const [key, variable] of compiled.variables) {
      if (!belongs(options, key)) continue
      const there = moved.get(key)
      kept.weights.push({
        key,
        before: keep(variable),
        gradient: there === undefined ? null : keep(there.gradient),
        after: there === undefined ? null : keep(optimiser.next(key, variable, there.used, rate, update)),
      })
    }
    optimiser.dispose()
  })
  return kept
}

/** What the optimiser remembers of weights that still have their shape. */
function fitting({ compiled, slots }: TraceOptions): SlotValues {
  return new Map(
    [...slots].filter(([name, { shape }]) => {
      const variable = compiled.variables.get(name.slice(name.indexOf(' ') + 1))
      return variable?.shape.join() === shape.join()
    }),
  )
}

/** Whether a weight is of a node that the losses need. */
function belongs({ compiled, training }: TraceOptions, key: string): boolean {
  return compiled
    .needs(training.losses)
    .some(({ path, sharesWeightsOf, weights }) =>
      Object.keys(weights).some((name) => weightKey(sharesWeightsOf ?? path, name) === key),
    )
}

async function read(tf: typeof Tf, tensor: Tf.Tensor, room: { left: number }): Promise<TracedTensor> {
  const { shape, size } = tensor
  if (size > mostNumbers || size > room.left) {
    const measured = tf.tidy(() =>
      tf.stack([tensor.mean(), tensor.min(), tensor.max()].map((one) => one.cast('float32'))),
    )
    const [mean = NaN, min = NaN, max = NaN] = await measured.data()
    measured.dispose()
    return { shape, values: null, mean, min, max }
  }
  room.left -= size
  const values = new Float32Array(await tensor.data())
  let sum = 0
  let min = Infinity
  let max = -Infinity
  for (const value of values) {
    sum += value
    // Not Math.min: one number that is not finite is to be seen.
    if (!(value >= min)) min = value
    if (!(value <= max)) max = value
  }
  return { shape, values, mean: sum / values.length, min, max }
}

/** Takes the batch apart. Leaves nothing on the device. */
export async function traceBatch(options: TraceOptions): Promise<Trace> {
  const { tf, compiled, training, data, split, first, count } = options
  const feeds = feedsOf(options)
  const kept = pass(options, feeds)
  const room = { left: mostTogether }
  const own: Tf.Tensor[] = []
  const take = (tensor: Tf.Tensor) => {
    own.push(tensor)
    return read(tf, tensor, room)
  }
  try {
    const nodes = []
    for (const step of compiled.needs(training.losses)) {
      const outputs: [string, TracedTensor][] = []
      for (const [port, tensor] of Object.entries(kept.outputs.get(step.path) ?? {}))
        outputs.push([port, await take(tensor)])
      nodes.push({ path: step.path, outputs: Object.fromEntries(outputs) })
    }
    const wires = []
    for (const { gradient, ...wire } of kept.wires) wires.push({ ...wire, gradient: await take(gradient) })
    const weights = []
    for (const { key, before, gradient, after } of kept.weights)
      weights.push({
        key,
        before: await take(before),
        gradient: gradient === null ? null : await take(gradient),
        after: after === null ? null : await take(after),
      })
    const losses: [Path, number][] = []
    for (const [path, tensor] of kept.losses) losses.push([path, (await take(tensor)).mean])
    own.push(kept.clipping)
    const [clipping = 1] = await kept.clipping.data()
    const { rate, update } = turnsOf(training, options.total)(options.step)
    return {
      step: options.step,
      trainingStep: training.index,
      samples: { first, count, of: data.rows[split].length },
      loss: losses.reduce((sum, [, loss]) => sum + loss, 0),
      losses: Object.fromEntries(losses),
      nodes,
      wires,
      weights,
      rate,
      clipping,
      update,
    }
  } finally {
    tf.dispose(own)
    tf.dispose([...feeds.values()].flatMap((ports) => Object.values(ports)))
  }
}
