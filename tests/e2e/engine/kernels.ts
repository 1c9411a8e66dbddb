/** Our own WebGPU kernels beside what they stand for. */
import { tf } from '../../../engine/backend/tfjs'
import { webgpuInside } from '../../../engine/backend/webgpu/inside'
import { deviceRandom } from '../../../engine/compile/device-random'
import { inputsOf } from '../../../engine/compile/step-inputs'
import type { Optimiser } from '../../../engine/graph/document'
import { stream } from '../../../engine/random/stream'
import { createFusedOptimiser } from '../../../engine/train/fused-optimiser'
import { createOptimiser, type RunningOptimiser } from '../../../engine/train/optimiser'
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
        tf.tensor(draw(name, step), shape).mul(10 ** (step - 5))
      const weights = [
        { key: 'net:kernel', variable: matrix, gradient: gradient('kernel', matrix.shape) },
        { key: 'net:bias', variable: bias, gradient: gradient('bias', bias.shape) },
      ]
      optimiser.move(inputsOf(tf, step), (at) => ({ rate: 0.01 / at, update: at }), weights, clip)
    })
  }
  const slots = [...(await optimiser.read()).entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  const numbers = [
    ...(await matrix.data()),
    ...(await bias.data()),
    ...slots.flatMap(([, { values }]) => [...values]),
  ]
  optimiser.dispose()
  tf.dispose([matrix, bias])
  return numbers
}

/** The largest difference between the fused kernel on WebGPU and tensor operations on the CPU, relative to max(1e-3, |x|). */
export async function optimiserDifference(settings: Optimiser, clip: number | null): Promise<number> {
  await backends.start('cpu')
  const slow = await moved(() => createOptimiser(tf, settings), clip)
  await backends.start('webgpu')
  const inside = webgpuInside(tf)
  if (inside === null) throw new Error('tfjs-backend-webgpu has changed inside.')
  const quick = await moved((variables) => createFusedOptimiser(tf, inside, settings, variables), clip)
  if (quick.length !== slow.length) return Infinity
  return slow.reduce(
    (most, value, at) =>
      Math.max(most, Math.abs((quick[at] ?? NaN) - value) / Math.max(1e-3, Math.abs(value))),
    0,
  )
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
