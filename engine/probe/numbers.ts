/**
 * What a tensor becomes in a probe: a few numbers, and what these say. Gradients vanish over more decades than a float32
 * squared can hold (1e-20 squared is 0), so a sum of squares travels as the largest value and the sum relative to it,
 * and is put together in double precision. Spread is measured around the mean: E[x²] − mean² would lose every digit of a
 * sigmoid layer whose outputs all lie near one half.
 */

/** What was made of a tensor: where its numbers stand in the pack, and of how many numbers they tell. */
export interface Measured {
  readonly at: number
  readonly size: number
}

/** Keeps a division by the largest value of zeros from giving NaN. */
export const tiny = 1e-37

/** Of a tensor's size: [r, Σ (x / r)²], where r is any number about as large as the tensor's, as its largest |x|. */
export const normWidth = 2

/** Of its values: [mean, r, Σ ((x − mean) / r)², share of zeros, share of what is not finite]. */
export const momentsWidth = 5

/** Of a node's units besides: [largest |x|, share of dead units, share of saturated numbers, spread / largest]. */
export const unitsWidth = 4

/** Where `tanh` and its like are flat: |y| > 0.97; for a sigmoid |y − 0.5| > 0.48. */
export const flatBeyond = { tanh: 0.97, sigmoid: 0.48 } as const

function squared(numbers: Float32Array, at: number): number {
  const largest = numbers[at] ?? NaN
  return largest === 0 ? 0 : largest ** 2 * (numbers[at + 1] ?? NaN)
}

/** Sum of squares of several tensors measured by their norm, and how many numbers they have. */
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

/** Of several tensors measured by their moments, taken as one. `sum` is that of the squares. */
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

export interface Units {
  readonly largest: number
  readonly dead: number
  readonly saturated: number
  readonly spread: number
}

/** Of an output measured with its units: what stands behind its moments. */
export function unitsOf(numbers: Float32Array, at: number): Units {
  const [largest = NaN, dead = NaN, saturated = NaN, spread = NaN] = numbers.subarray(
    at + momentsWidth,
    at + momentsWidth + unitsWidth,
  )
  return { largest, dead, saturated, spread: largest * spread }
}

/** Root mean square of the first tenth of the steps in time and of the last. */
export function timeOf(numbers: Float32Array, at: number): readonly [number, number] {
  const rms = (from: number) => (numbers[from] ?? NaN) * Math.sqrt(numbers[from + 1] ?? NaN)
  return [rms(at), rms(at + 2)]
}
