/**
 * A tensor becomes a few numbers on the device, and these become signals here. Gradients vanish over more decades than
 * a float32 squared can hold (1e-20 squared is 0), so a sum of squares travels as the largest value and the sum relative
 * to it, and is put together in double precision. Spread is measured around the mean: E[x²] − mean² would lose every
 * digit of a sigmoid layer whose outputs all lie near one half.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Limit } from './layout'

/** What was made of a tensor: where its numbers stand in the pack, and of how many numbers they tell. */
export interface Measured {
  readonly at: number
  readonly size: number
}

/** Largest size and the sum of squares relative to it: [2]. */
export function norm(value: Tf.Tensor): Tf.Tensor1D[] {
  const flat = value.reshape([-1])
  const largest = flat.abs().max<Tf.Tensor1D>(0, true)
  return [largest, flat.div(largest.add(1e-37)).square().sum<Tf.Tensor1D>(0, true)]
}

/** Mean, norm of the deviations from it, share of zeros and of what is not finite: [5]. */
export function moments(value: Tf.Tensor): Tf.Tensor1D[] {
  const flat = value.reshape([-1])
  const mean = flat.mean<Tf.Tensor1D>(0, true)
  // A number times zero is zero, unless it is not finite.
  const nonFinite = share(flat.mul(0).notEqual(0))
  return [mean, ...norm(flat.sub(mean)), share(flat.equal(0)), nonFinite]
}

function share(holds: Tf.Tensor): Tf.Tensor1D {
  return holds.cast('float32').mean().reshape([1])
}

/** Share of dead units or of saturated numbers of an output: [1], or nothing. */
export function limited(value: Tf.Tensor, limit: Limit): Tf.Tensor1D[] {
  switch (limit) {
    case 'relu': {
      const units = value
        .reshape([-1, value.shape.at(-1) ?? 1])
        .abs()
        .max(0)
      return [share(units.equal(0))]
    }
    case 'tanh':
      return [share(value.abs().greater(0.97))]
    case 'sigmoid':
      return [share(value.sub(0.5).abs().greater(0.48))]
    case null:
      return []
  }
}

function squared(numbers: Float32Array, at: number): number {
  const largest = numbers[at] ?? NaN
  return largest === 0 ? 0 : largest ** 2 * (numbers[at + 1] ?? NaN)
}

/** Sum of squares of several tensors measured by `norm`, and how many numbers they have. */
export function squares(
  numbers: Float32Array,
  offset: number,
  parts: readonly Measured[],
): { readonly sum: number; readonly count: number } {
  const sum = parts.reduce((total, { at }) => total + squared(numbers, offset + at), 0)
  return { sum, count: parts.reduce((total, { size }) => total + size, 0) }
}

export interface Moments {
  readonly count: number
  readonly mean: number
  readonly std: number
  readonly rms: number
  readonly sum: number
  readonly zeroShare: number
  readonly nonFinite: number
}

/** Of several tensors measured by `moments`, taken as one. `sum` is that of the squares. */
export function joined(numbers: Float32Array, offset: number, parts: readonly Measured[]): Moments {
  const count = parts.reduce((total, { size }) => total + size, 0)
  const weighted = (of: (at: number) => number) =>
    parts.reduce((total, { at, size }) => total + (size / count) * of(offset + at), 0)
  const read = (at: number) => numbers[at] ?? NaN
  const mean = weighted(read)
  const deviations = parts.reduce(
    (total, { at, size }) =>
      total + squared(numbers, offset + at + 1) + size * (read(offset + at) - mean) ** 2,
    0,
  )
  const sum = deviations + count * mean ** 2
  return {
    count,
    mean,
    sum,
    std: Math.sqrt(deviations / count),
    rms: Math.sqrt(sum / count),
    zeroShare: weighted((at) => read(at + 3)),
    nonFinite: weighted((at) => read(at + 4)),
  }
}
