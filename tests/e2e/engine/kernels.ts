/** Our own WebGPU kernels beside what they stand for. */
import { analyse } from '../../../engine/analyse/analyse'
import { tf } from '../../../engine/backend/tfjs'
import { webgpuInside } from '../../../engine/backend/webgpu/inside'
import { compile } from '../../../engine/compile/compile'
import { deviceRandom } from '../../../engine/compile/device-random'
import { inputsOf } from '../../../engine/compile/step-inputs'
import { uploadData } from '../../../engine/data/device-data'
import { loadData } from '../../../engine/data/load-data'
import type { Document, Optimiser } from '../../../engine/graph/document'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { joined, squares, timeOf, unitsOf, type Measured } from '../../../engine/probe/numbers'
import { createPack } from '../../../engine/probe/pack'
import { stream } from '../../../engine/random/stream'
import { createFusedOptimiser } from '../../../engine/train/fused-optimiser'
import { createOptimiser, type RunningOptimiser } from '../../../engine/train/optimiser'
import { catalogue } from '../../../nodes/catalogue'
import { backends } from './page'

const size = 300

/** Moves a matrix and its bias ten times by gradients of very different sizes; the numbers afterwards, slots included. */
async function moved(
  start: (variables: ReadonlyMap<string, ReturnType<typeof tf.variable>>) => RunningOptimiser,
  clip: number | null,
): Promise<number[]> {
  const draw = (name: string, at: number) => stream(1, name, at).normals(size)
  const matrix = tf.tidy(() => tf.variable(tf.tensor(draw('kernel', 0), [size / 3, 3])))
  const bias = tf.tidy(() => tf.variable(tf.tensor(draw('bias', 0), [size])))
  const optimiser = start(
    new Map([
      ['net:kernel', matrix],
      ['net:bias', bias],
    ]),
  )
  for (let step = 1; step <= 10; step++) {
    tf.tidy(() => {
      const gradient = (name: string, shape: number[]) =>
        tf
          .tensor(draw(name, step), shape)
          .mul(10 ** (step - 5))
          .mul(optimiser.scaling?.scale ?? 1)
      const weights = [
        { key: 'net:kernel', variable: matrix, gradient: gradient('kernel', matrix.shape) },
        { key: 'net:bias', variable: bias, gradient: gradient('bias', bias.shape) },
      ]
      optimiser.move(inputsOf(tf, step), (at) => ({ rate: 0.01 / at, update: at }), weights, clip)
    })
  }
  const read = [...(await optimiser.read()).entries()].filter(([name]) => name !== 'loss-scale')
  const slots = read.sort(([a], [b]) => (a < b ? -1 : 1))
  const numbers = [
    ...(await matrix.data()),
    ...(await bias.data()),
    ...slots.flatMap(([, { values }]) => [...values]),
  ]
  optimiser.dispose()
  tf.dispose([matrix, bias])
  return numbers
}

/**
 * The largest difference between the fused kernel on WebGPU and tensor operations on the CPU, relative to max(1e-3, |x|).
 * Clipped, relative to max(1, |x|), which is how large weights are here: sums of squares are taken in another order, and a
 * scale that is one rounding off moves every weight by that.
 */
export async function optimiserDifference(
  settings: Optimiser,
  clip: number | null,
  mixed = false,
): Promise<number> {
  await backends.start('cpu')
  const slow = await moved(() => createOptimiser(tf, settings), clip)
  await backends.start('webgpu')
  const inside = webgpuInside(tf)
  if (inside === null) throw new Error('tfjs-backend-webgpu has changed inside.')
  const quick = await moved((variables) => createFusedOptimiser(tf, inside, settings, variables, mixed), clip)
  if (quick.length !== slow.length) return Infinity
  return slow.reduce(
    (most, value, at) =>
      Math.max(
        most,
        Math.abs((quick[at] ?? NaN) - value) / Math.max(clip === null ? 1e-3 : 1, Math.abs(value)),
      ),
    0,
  )
}

/**
 * The largest difference between a net's losses, gradients and moving averages by our kernels on WebGPU and by tensor operations
 * on the CPU, relative to the largest number of each tensor.
 */
export async function netDifference(document: Document): Promise<number> {
  const measured = async (backend: 'cpu' | 'webgpu') => {
    await backends.start(backend)
    const { plan, ok } = analyse(document, catalogue)
    if (!ok) throw new Error('The net has problems.')
    const loaded = await loadData(plan, [], () => Promise.reject(new Error('No files here.')))
    if ('refused' in loaded) throw new Error(loaded.refused)
    const { seed, batchSize } = document.training
    const net = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed, path }), weights: null })
    if ('refused' in net) throw new Error(net.refused)
    const data = uploadData(tf, loaded, batchSize, seed)
    const losses = plan.training[0]?.losses ?? []
    const found = tf.tidy(() => {
      const inputs = inputsOf(tf, 1)
      const batch = data.trainBatch(inputs)
      const forward = () => {
        const results = net.run(losses, batch.feeds, {
          training: true,
          updateStatistics: () => true,
          batchSize: batch.size,
          random: (path) => deviceRandom(inputs, seed, path),
        })
        const all = losses.map((path) => results.get(path)?.['loss'] as ReturnType<typeof tf.scalar>)
        return all.reduce((sum, loss) => tf.add(sum, loss))
      }
      const all = [...net.variables.values()]
      const learned = all.filter(({ trainable }) => trainable)
      const { value, grads } = tf.variableGrads(forward, learned)
      const averages = all.filter(({ trainable }) => !trainable).map((one) => tf.clone(one))
      return [value, ...Object.values(grads), ...averages]
    })
    const numbers = await Promise.all(found.map(async (tensor) => [...(await tensor.data())]))
    tf.dispose(found)
    data.dispose()
    net.dispose()
    return numbers
  }
  const [slow, quick] = [await measured('cpu'), await measured('webgpu')]
  if (slow.length !== quick.length) return Infinity
  const off = slow.map((wanted, at) => {
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6)
    return wanted.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (quick[at]?.[i] ?? NaN)) / largest),
      0,
    )
  })
  return off.some(Number.isNaN) ? Infinity : Math.max(...off)
}

/** The largest relative difference between a probe's numbers by our kernels and by loops on the CPU. */
export async function probeDifference(): Promise<number> {
  const measured = async (backend: 'cpu' | 'webgpu') => {
    await backends.start(backend)
    const draw = (size: number, at: number) => stream(1, 'probe', at).normals(size)
    let places: readonly Measured[] = []
    const numbers = tf.tidy(() => {
      const plain = tf.tensor(draw(70_000, 0), [700, 100]).mul(1e-20)
      const shifted = tf.tensor(draw(30, 1), [10, 3]).mul(1e-3).add(0.5)
      const dead = tf.tensor(draw(330, 2), [30, 11]).mul(tf.tensor([0, ...Array<number>(10).fill(1)]))
      const time = tf.tensor(draw(4 * 30 * 5, 3), [4, 30, 5])
      const pack = createPack(tf)
      places = [
        pack.norm(plain),
        pack.moments(plain),
        pack.moments(shifted),
        pack.output(dead, null),
        pack.output(shifted, 'sigmoid'),
        pack.output(dead, 'tanh'),
        ...pack.changes([dead, plain], false)([dead.mul(1.5), plain.mul(0.5)]),
        pack.time(time),
        pack.norm(tf.zeros([6])),
        pack.moments(tf.zeros([6])),
        pack.moments(tf.tensor([1, NaN, Infinity, 0])),
      ]
      return pack.finish()
    })
    const values = await numbers.data<'float32'>()
    numbers.dispose()
    const [norm, ...others] = places as [Measured, ...Measured[]]
    const told = (at: number) => others[at] as Measured
    const moments = [0, 1, 2, 3, 4].flatMap((at) => numbersIn(joined(values, 0, [told(at)])))
    const odd = joined(values, 0, [told(10)])
    return [
      ...moments,
      ...[norm, told(5), told(6), told(8)].flatMap((one) => numbersIn(squares(values, 0, [one]))),
      ...[2, 3, 4].flatMap((at) => numbersIn(unitsOf(values, told(at).at))),
      ...timeOf(values, told(7).at),
      ...numbersIn(joined(values, 0, [told(9)])),
      odd.zeroShare,
      odd.nonFinite,
      Number.isNaN(odd.mean) ? 1 : 0,
    ]
  }
  const [slow, quick] = [await measured('cpu'), await measured('webgpu')]
  if (slow.length !== quick.length || quick.some(Number.isNaN)) return Infinity
  return slow.reduce((most, value, at) => {
    const off = Math.abs((quick[at] ?? NaN) - value)
    return Math.max(most, off === 0 ? 0 : off / Math.abs(value))
  }, 0)
}

function numbersIn(of: object): number[] {
  return Object.values(of) as number[]
}

/** How many uniform numbers of the device are not those of engine/random, over several draws, steps and sizes. */
export async function wrongUniforms(): Promise<number> {
  await backends.start('webgpu')
  let wrong = 0
  for (const step of [1, 2, 2 ** 31 + 5, 2 ** 40 + 3]) {
    const shapes = [[7], [130, 3], [1]]
    const drawn = tf.tidy(() => {
      const random = deviceRandom(inputsOf(tf, step), 4294967295, 'a/dropout')
      return shapes.map((shape) => random.uniform(shape))
    })
    const wanted = stream(4294967295, 'a/dropout', step)
    for (const tensor of drawn) {
      const expected = wanted.uniforms(tensor.size)
      const numbers = await tensor.data()
      wrong += expected.filter((value, at) => value !== numbers[at]).length
    }
    tf.dispose(drawn)
  }
  return wrong
}

/** Sums of segments on WebGPU, twice, and on the CPU. */
export async function segmentSums(): Promise<{ readonly repeats: boolean; readonly difference: number }> {
  const rows = 2000
  const sum = async () => {
    const sums = tf.tidy(() => {
      const x = tf.tensor(stream(1, 'x', 0).normals(rows * 6), [rows, 2, 3])
      // Segment 5 stays empty, and the last one too.
      const ids = [...stream(1, 'ids', 0).integers(rows, 5)]
      return tf.unsortedSegmentSum(x, tf.tensor1d(ids, 'int32'), 7)
    })
    const numbers = [...(await sums.data())]
    sums.dispose()
    return numbers
  }
  await backends.start('cpu')
  const wanted = await sum()
  await backends.start('webgpu')
  const [first, second] = [await sum(), await sum()]
  return {
    repeats: first.every((value, at) => value === second[at]),
    difference: Math.max(...wanted.map((value, at) => Math.abs(value - (first[at] ?? NaN)))),
  }
}
