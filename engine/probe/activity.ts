/**
 * What a node gives over a batch, and how a gradient fades along a sequence, as a few numbers on the device. Values
 * travel relative to their largest one, so that neither 1e30 nor 1e-30 squared leaves what a float32 can hold.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'
import { activityWidth } from '../diagnose/watch'
import type { Flatness } from './layout'

/** Keeps a division by the largest value of zeros from giving NaN. */
const tiny = 1e-37

/** [largest, deviation, zero, dead, saturated, spread] of an output (units on the last axis); the deviations are relative to the largest. */
export function measureActivity(tf: typeof Tf, value: Tf.Tensor, flatness: Flatness): Tf.Tensor1D {
  return tf.tidy(() => {
    const units = value.shape.at(-1) ?? 1
    const rows = value.rank < 2 ? value.reshape([-1, 1]) : value.reshape([-1, units])
    const sizes = rows.abs()
    const largest = sizes.max().reshape<Tf.Tensor1D>([1])
    const relative = rows.div(largest.add(tiny))
    const share = (marks: Tf.Tensor) => marks.cast('float32').mean().reshape<Tf.Tensor1D>([1])
    const deviation = relative.sub(relative.mean()).square().mean().sqrt().reshape<Tf.Tensor1D>([1])
    const spread = relative
      .sub(relative.mean(0, true))
      .square()
      .mean(0)
      .sqrt()
      .mean()
      .reshape<Tf.Tensor1D>([1])
    const zero = share(sizes.equal(0))
    const dead = share(sizes.max(0).equal(0))
    const saturated =
      flatness === null
        ? tf.tensor1d([0])
        : flatness === 'tanh'
          ? share(sizes.greater(0.97))
          : share(rows.sub(0.5).abs().greater(0.48))
    return tf.concat1d([largest, deviation, zero, dead, saturated, spread])
  })
}

/** [largest, mean square] of the first tenth of the steps in time and of the last: of a gradient B × T × …. */
export function measureTime(tf: typeof Tf, gradient: Tf.Tensor): Tf.Tensor1D {
  return tf.tidy(() => {
    const [batch = 1, steps = 1] = gradient.shape
    const tenth = Math.max(1, Math.floor(steps / 10))
    const flat = gradient.reshape([batch, steps, -1])
    const part = (from: number) => {
      const some = flat.slice([0, from, 0], [-1, tenth, -1])
      const largest = some.abs().max().reshape<Tf.Tensor1D>([1])
      return tf.concat1d([largest, some.div(largest.add(tiny)).square().mean().reshape<Tf.Tensor1D>([1])])
    }
    return tf.concat1d([part(0), part(steps - tenth)])
  })
}

export function unpackActivity(
  paths: readonly Path[],
  places: ReadonlyMap<Path, number>,
  numbers: Float32Array,
  offset: number,
): Float32Array<ArrayBuffer> {
  const activity = new Float32Array(paths.length * activityWidth).fill(-1)
  for (const [index, path] of paths.entries()) {
    const at = places.get(path)
    if (at === undefined) continue
    const [largest = NaN, deviation = NaN, zero = NaN, dead = NaN, saturated = NaN, spread = NaN] =
      numbers.subarray(offset + at, offset + at + activityWidth)
    activity.set(
      [largest * deviation, largest, zero, dead, saturated, largest * spread],
      index * activityWidth,
    )
  }
  return activity
}

export function unpackTime(
  wires: readonly WirePath[],
  places: ReadonlyMap<WirePath, number>,
  numbers: Float32Array,
  offset: number,
): Float32Array<ArrayBuffer> {
  const time = new Float32Array(2 * wires.length).fill(-1)
  for (const [index, wire] of wires.entries()) {
    const at = places.get(wire)
    if (at === undefined) continue
    const rms = (from: number) => (numbers[from] ?? NaN) * Math.sqrt(numbers[from + 1] ?? NaN)
    time.set([rms(offset + at), rms(offset + at + 2)], 2 * index)
  }
  return time
}
