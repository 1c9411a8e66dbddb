/**
 * One small batch through a graph, forwards and back, on the current backend, with nothing moved: what every node gives,
 * and the gradient of every weight. Two backends that compute the graph rightly say the same; where one does not, its
 * first wrong node is named. Software between us and a device is wrong more often than one would think, and in silence.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Plan } from '../analyse/plan'
import type { Compiled, Pass } from '../compile/compile'
import { inputsOf } from '../compile/step-inputs'
import { uploadData } from '../data/device-data'
import type { Column, LoadedData } from '../data/load-data'
import type { Path } from '../graph/document'
import { trainedWeights, trainingPass } from './step'

interface Heard {
  readonly path: Path
  /** Port or weight. */
  readonly name: string
  readonly values: Float32Array
}

export interface Sounding {
  /** In the order of the plan. */
  readonly outputs: readonly Heard[]
  readonly gradients: readonly Heard[]
}

/** Where two soundings part. */
export interface Fault {
  readonly path: Path
  readonly of: 'output' | 'gradient'
  /** Port or weight. */
  readonly name: string
  /** The largest difference, as a share of the largest number that was right; not finite where a number is missing. */
  readonly off: number
}

/** Kernels of the device round and add up in another order; a wrong one is off by far more. */
const tolerance = { outputs: 1e-3, gradients: 1e-2 } as const
/**
 * A gradient may be zero by mathematics (of a bias before a batch norm, of attention's key bias) and come out as the
 * rounding of sums: so it is held against a share of the largest one of its node, and of all.
 */
const floors = { ofNode: 1e-2, ofAll: 1e-4 } as const
/** No more numbers are read than these. */
const mostNumbers = 1 << 22

/** The first rows of the training split alone. */
export function firstSamples(loaded: LoadedData, count: number): LoadedData {
  const rows = loaded.rows.train.subarray(0, count)
  const pick = ({ shape, values }: Column): Column => {
    const width = shape.reduce((product, n) => product * n, 1)
    const picked = values.slice(0, rows.length * width)
    for (const [at, row] of rows.entries())
      picked.set(values.subarray(row * width, (row + 1) * width), at * width)
    return { shape, values: picked }
  }
  return {
    nodes: loaded.nodes.map(({ path, x, y }) => ({ path, x: pick(x), y: y === null ? null : pick(y) })),
    samples: rows.length,
    rows: {
      train: Int32Array.from(rows, (_, at) => at),
      validation: new Int32Array(),
      test: new Int32Array(),
    },
    shuffle: false,
  }
}

interface SoundingOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  /** A few samples; all of them are one batch. */
  readonly samples: LoadedData
  readonly seed: number
  /** Rejects when the device is gone, from which no number would ever come. */
  readonly gone: Promise<never>
}

function passOf(pass: Pass): Pass {
  return { ...pass, updateStatistics: () => false }
}

/** Sounds every training step of the plan. Leaves nothing on the device. */
export async function soundGraph(options: SoundingOptions): Promise<Sounding> {
  const { tf, compiled, samples, seed, gone } = options
  const { plan } = compiled
  const outputs = new Map<string, { path: Path; name: string; tensor: Tf.Tensor }>()
  const gradients: { path: Path; name: string; tensor: Tf.Tensor }[] = []
  const data = uploadData(tf, samples, samples.samples, seed)
  let room = mostNumbers
  const fits = ({ size }: Tf.Tensor) => size <= room && (room -= size) >= 0
  try {
    tf.tidy(() => {
      const inputs = inputsOf(tf, 1)
      const batch = data.trainBatch(inputs)
      for (const training of plan.training) {
        const keys = trainedWeights(compiled, training)
        if (training.losses.length === 0 || keys.length === 0) continue
        const forward = (): Tf.Scalar => {
          const pass = passOf(trainingPass({ compiled, training, seed }, inputs, batch.size, null))
          const results = compiled.run(training.losses, batch.feeds, pass)
          for (const [path, ports] of results)
            for (const [name, tensor] of Object.entries(ports)) {
              const key = `${path}:${name}`
              if (batch.feeds.has(path) || tensor.dtype !== 'float32' || outputs.has(key) || !fits(tensor))
                continue
              outputs.set(key, { path, name, tensor: tf.keep(tensor.clone()) })
            }
          const losses = training.losses.map((path) => results.get(path)?.['loss'] as Tf.Scalar)
          return losses.reduce((sum, loss) => tf.add(sum, loss))
        }
        const variables = keys.map((key) => compiled.variables.get(key) as Tf.Variable)
        const { grads } = tf.engine().gradients(forward, variables, undefined, true)
        for (const [index, key] of keys.entries()) {
          const gradient = grads[index]
          const [path = '', name = ''] = key.split(':')
          if (gradient !== undefined && fits(gradient))
            gradients.push({ path, name, tensor: tf.keep(gradient.clone()) })
        }
      }
    })
    const read = async (of: { path: Path; name: string; tensor: Tf.Tensor }): Promise<Heard> => ({
      path: of.path,
      name: of.name,
      values: new Float32Array(await of.tensor.data<'float32'>()),
    })
    const heard = (all: Iterable<Parameters<typeof read>[0]>) =>
      Promise.race([Promise.all([...all].map(read)), gone])
    return { outputs: await heard(outputs.values()), gradients: await heard(gradients) }
  } finally {
    tf.dispose([...outputs.values(), ...gradients].map(({ tensor }) => tensor))
    data.dispose()
  }
}

function largestOf(values: Float32Array): number {
  let largest = 0
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value))
  return largest
}

/** The largest difference beside `scale`; numbers that the reference has not either say nothing. */
function offOf(wanted: Float32Array, got: Float32Array | undefined, scale: number): number {
  if (got?.length !== wanted.length) return Infinity
  let worst = 0
  for (const [at, value] of wanted.entries()) {
    if (!Number.isFinite(value)) continue
    const off = Math.abs((got[at] ?? NaN) - value)
    if (!(off <= worst)) worst = off
  }
  return scale === 0 ? (worst === 0 ? 0 : Infinity) : worst / scale
}

/** The first fault going forwards, else the first going back from the losses; null where the two agree. */
export function compareSoundings(wanted: Sounding, got: Sounding): Fault | null {
  const among = (all: readonly Heard[], one: Heard) =>
    all.find(({ path, name }) => path === one.path && name === one.name)?.values
  for (const one of wanted.outputs) {
    const off = offOf(one.values, among(got.outputs, one), Math.max(largestOf(one.values), 1e-6))
    if (!(off <= tolerance.outputs)) return { path: one.path, of: 'output', name: one.name, off }
  }
  const largest = (of: readonly Heard[]) => Math.max(0, ...of.map(({ values }) => largestOf(values)))
  const ofAll = largest(wanted.gradients)
  for (const one of [...wanted.gradients].reverse()) {
    const ofNode = largest(wanted.gradients.filter(({ path }) => path === one.path))
    const scale = Math.max(largestOf(one.values), floors.ofNode * ofNode, floors.ofAll * ofAll)
    const off = offOf(one.values, among(got.gradients, one), scale)
    if (!(off <= tolerance.gradients)) return { path: one.path, of: 'gradient', name: one.name, off }
  }
  return null
}

/** The first node in the order of the plan that cannot even be run; null where all can, so that the way back is to blame. */
export function firstThatThrows({ tf, compiled, samples, seed }: Omit<SoundingOptions, 'gone'>): Path | null {
  const data = uploadData(tf, samples, samples.samples, seed)
  const pathsOf = (plan: Plan) => compiled.needs(plan.training.flatMap(({ losses }) => losses))
  try {
    for (const { path } of pathsOf(compiled.plan)) {
      try {
        tf.tidy(() => {
          const inputs = inputsOf(tf, 1)
          const batch = data.trainBatch(inputs)
          const pass = trainingPass({ compiled, training: null, seed }, inputs, batch.size, null)
          compiled.run([path], batch.feeds, passOf(pass))
        })
      } catch {
        return path
      }
    }
    return null
  } finally {
    data.dispose()
  }
}
