/**
 * Counts of a tensor's numbers. On a device a bin's number is cut into two digits, each digit becomes rows of ones and
 * zeros, and one matrix product of the two counts every pair of digits; sums of ones are exact up to 2^24, so a count is
 * a count. Where tensors lie in this process's own memory a plain loop is many times faster.
 */
import type * as Tf from '@tensorflow/tfjs'
import {
  edgeShift,
  linearBin,
  linearBins,
  logBin,
  logBins,
  lowestLog,
  mostCounted,
  spanOf,
  type Histogram,
  type TensorName,
} from '../session/look'
import { isInOwnMemory, memoryReader } from './own-memory'

/** Numbers counted at once: beyond, the rows of ones and zeros would take much memory. */
const chunk = 2 ** 17

/** Largest size, smallest, largest, mean and deviation relative to the largest size, zeros, what is not finite. */
const facts = 7

const digits = 8
/** Keeps a division by the largest of zeros from giving NaN. */
const tiny = 1e-37

/** How many of `bins` hold each number of `place` [n] (whole, from 0; what is negative is not counted). */
function count(tf: typeof Tf, place: Tf.Tensor, bins: number): Tf.Tensor1D {
  const tens = place.div(digits).floor()
  const ones = place.sub(tens.mul(digits))
  const high = tens.reshape([1, -1]).equal(tf.range(0, bins / digits).reshape([-1, 1])) // (bins / 8, n)
  const low = ones.reshape([-1, 1]).equal(tf.range(0, digits).reshape([1, -1])) // (n, 8)
  return tf.matMul(high.cast('float32'), low.cast('float32')).reshape([bins])
}

/** Where each number stands on the logarithmic axis; -1 for zeros and what `counted` leaves out. */
function logPlaces(tf: typeof Tf, flat: Tf.Tensor, counted: Tf.Tensor): Tf.Tensor {
  const half = flat
    .abs()
    .maximum(tiny)
    .log()
    .mul(2 / Math.LN10)
    .add(edgeShift)
    .floor()
    .sub(lowestLog)
    .clipByValue(0, logBins - 1)
  // Negative ones run backwards from the middle: -1 - half there, half here.
  const side = flat.less(0).cast('float32')
  const place = half.sub(side.mul(half.mul(2).add(1))).add(logBins)
  const keep = counted.mul(flat.notEqual(0).cast('float32'))
  return place.add(1).mul(keep).sub(1)
}

function linearPlaces(relative: Tf.Tensor, counted: Tf.Tensor, low: Tf.Tensor, high: Tf.Tensor): Tf.Tensor {
  // As `spanOf` says, relative to the largest: its ends are -1, 0 or 1.
  const from = low.less(0).cast('float32').neg()
  const to = high.greater(0).cast('float32')
  const width = to.sub(from)
  const place = relative
    .sub(from)
    .div(width.add(width.equal(0).cast('float32')))
    .mul(linearBins)
    .add(edgeShift)
    .floor()
    .clipByValue(0, linearBins - 1)
  return place.add(1).mul(counted).sub(1)
}

/** As `countNumbers`, with operations of tfjs. */
export function countOnDevice(tf: typeof Tf, value: Tf.Tensor): Tf.Tensor1D {
  return tf.tidy(() => {
    const all = value.cast('float32').reshape([-1])
    const flat = all.size > mostCounted ? all.slice([0], [mostCounted]) : all
    // A number times zero is zero, unless it is not finite.
    const finite = flat.mul(0).equal(0)
    const counted = finite.cast('float32')
    const sound = tf.where(finite, flat, tf.zerosLike(flat))
    const size = sound.abs().max()
    const relative = sound.div(size.add(tiny))
    const [low, high] = [sound.min(), sound.max()]
    const number = counted.sum()
    const mean = relative.sum().div(number.maximum(1))
    const deviation = relative.sub(mean).mul(counted).square().sum().div(number.maximum(1)).sqrt()
    const zeros = flat.equal(0).cast('float32').sum()
    const broken = counted.sub(1).neg().sum()
    const linear = linearPlaces(relative, counted, low, high)
    const log = logPlaces(tf, sound, counted)
    let [ofLinear, ofLog] = [tf.zeros([linearBins]), tf.zeros([2 * logBins])]
    for (let start = 0; start < flat.size; start += chunk) {
      const length = Math.min(chunk, flat.size - start)
      ofLinear = ofLinear.add(count(tf, linear.slice([start], [length]), linearBins))
      ofLog = ofLog.add(count(tf, log.slice([start], [length]), 2 * logBins))
    }
    const scalars = [size, low, high, mean, deviation, zeros, broken]
    return tf.concat1d([
      ...scalars.map((scalar) => scalar.reshape<Tf.Tensor1D>([1])),
      ofLinear as Tf.Tensor1D,
      ofLog as Tf.Tensor1D,
    ])
  })
}

/** As `countNumbers`, in plain loops. */
function countHere(values: Float32Array): Float32Array<ArrayBuffer> {
  let [low, high, sum, number, zeros] = [Infinity, -Infinity, 0, 0, 0]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
    if (value === 0) zeros++
    sum += value
    number++
  }
  if (number === 0) [low, high] = [0, 0]
  const mean = sum / Math.max(1, number)
  const counts = new Float32Array(facts + linearBins + 2 * logBins)
  const span = spanOf({ low, high })
  let squares = 0
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    squares += (value - mean) ** 2
    const linear = facts + linearBin(value, span)
    counts[linear] = (counts[linear] ?? 0) + 1
    if (value === 0) continue
    const log = facts + linearBins + logBin(value)
    counts[log] = (counts[log] ?? 0) + 1
  }
  const largest = Math.max(-low, high)
  const scale = 1 / (largest + tiny)
  const std = Math.sqrt(squares / Math.max(1, number))
  counts.set([largest, low, high, mean * scale, std * scale, zeros, values.length - number])
  return counts
}

/** The numbers of a histogram of the first `mostCounted` numbers of a tensor: facts, linear bins, logarithmic bins. */
export function countNumbers(tf: typeof Tf, value: Tf.Tensor): Tf.Tensor1D {
  if (!isInOwnMemory(tf) || value.dtype !== 'float32') return countOnDevice(tf, value)
  const values = memoryReader(tf)(value)
  return tf.tensor1d(countHere(values.length > mostCounted ? values.subarray(0, mostCounted) : values))
}

/** What `countNumbers` counted of a tensor of `size` numbers; its numbers begin at `at`. */
export function readHistogram(
  tensor: TensorName,
  size: number,
  numbers: Float32Array<ArrayBuffer>,
  at: number,
): Histogram {
  const [largest = NaN, low = NaN, high = NaN, mean = NaN, deviation = NaN, zeros = NaN, nonFinite = NaN] =
    numbers.subarray(at, at + facts)
  const linear = at + facts
  const log = linear + linearBins
  return {
    tensor,
    size,
    counted: Math.min(size, mostCounted),
    low,
    high,
    mean: largest * mean,
    std: largest * deviation,
    zeros,
    nonFinite,
    linear: numbers.slice(linear, log),
    log: numbers.slice(log, log + 2 * logBins),
  }
}
