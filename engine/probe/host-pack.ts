/** A probe's numbers made in plain loops, for backends whose tensors lie in this process's memory (cpu, wasm). */
import type * as Tf from '@tensorflow/tfjs'
import type { Flatness } from './layout'
import { flatBeyond, tiny } from './numbers'
import type { Pack } from './pack'

type Values = Float32Array

/** The largest size, NaN where one is no number, and the sum of squares relative to it; of what lies in these bounds. */
function normOf(values: Values, bounds: readonly (readonly [number, number])[]): [number, number] {
  let [largest, sum] = [0, 0]
  for (const [from, to] of bounds) {
    for (let i = from; i < to; i++) {
      const value = values[i] as number
      const size = Math.abs(value)
      if (size > largest) largest = size
      // In doubles: neither 1e-30 nor 1e30 squared leaves what they can hold.
      sum += value * value
    }
  }
  return Number.isFinite(sum) ? [largest, sum / (largest + tiny) ** 2] : [NaN, NaN]
}

function all(values: Values): readonly (readonly [number, number])[] {
  return [[0, values.length]]
}

function changeOf(before: Values, after: Values): readonly number[] {
  const update = new Float32Array(after.length)
  for (let i = 0; i < update.length; i++) update[i] = (after[i] as number) - (before[i] as number)
  return normOf(update, all(update))
}

/**
 * Sums of numbers and of their squares go relative to the first one, which lies among them, so that little is lost where
 * they hardly differ.
 */
function momentsOf(values: Values): readonly number[] {
  const count = values.length
  const first = values[0] ?? 0
  let [sum, squares, zeros, nonFinite, least, most] = [0, 0, 0, 0, Infinity, -Infinity]
  for (let i = 0; i < count; i++) {
    const value = values[i] as number
    const past = value - first
    sum += past
    squares += past * past
    if (value === 0) zeros++
    if (value - value !== 0) nonFinite++
    if (value < least) least = value
    if (value > most) most = value
  }
  const mean = first + sum / count
  const largest = Math.max(most - mean, mean - least)
  const relative = Math.max(0, squares - sum ** 2 / count) / (largest + tiny) ** 2
  const shares = [zeros / count, nonFinite / count]
  return nonFinite > 0 ? [NaN, NaN, NaN, ...shares] : [mean, largest, relative, ...shares]
}

function unitsOf(values: Values, units: number, flatness: Flatness): readonly number[] {
  const rows = values.length / units
  const middle = flatness === 'sigmoid' ? 0.5 : 0
  const beyond = flatness === null ? Infinity : flatBeyond[flatness]
  const sums = new Float64Array(units)
  const squares = new Float64Array(units)
  const alive = new Uint8Array(units)
  let [largest, saturated] = [0, 0]
  for (let i = 0, unit = 0; i < values.length; i++) {
    const value = values[i] as number
    const past = value - (values[unit] as number)
    sums[unit] = (sums[unit] as number) + past
    squares[unit] = (squares[unit] as number) + past * past
    if (value !== 0) alive[unit] = 1
    const size = Math.abs(value)
    if (size > largest) largest = size
    if (Math.abs(value - middle) > beyond) saturated++
    if (++unit === units) unit = 0
  }
  let [spread, dead] = [0, 0]
  for (let unit = 0; unit < units; unit++) {
    const sum = sums[unit] as number
    spread += Math.sqrt(Math.max(0, (squares[unit] as number) - sum ** 2 / rows) / rows)
    if (alive[unit] === 0) dead++
  }
  const relative = spread / units / (largest + tiny)
  return [Number.isFinite(spread) ? largest : NaN, dead / units, saturated / values.length, relative]
}

function timeOf(values: Values, [batch = 1, steps = 1]: readonly number[]): readonly number[] {
  const tenth = Math.max(1, Math.floor(steps / 10))
  const width = values.length / (batch * steps)
  const part = (from: number) => {
    const bounds = Array.from({ length: batch }, (_, sample) => {
      const start = (sample * steps + from) * width
      return [start, start + tenth * width] as const
    })
    const [largest, sum] = normOf(values, bounds)
    return [largest, sum / (batch * tenth * width)]
  }
  return [...part(0), ...part(steps - tenth)]
}

export function createHostPack(tf: typeof Tf): Pack {
  const numbers: number[] = []
  const valuesOf = (tensor: Tf.Tensor): Values =>
    // eslint-disable-next-line no-restricted-syntax -- there is no device to stall: the numbers lie in memory here
    tf.backend().readSync(tensor.dataId) as Values
  const add = (value: Tf.Tensor, ...made: readonly (readonly number[])[]) => {
    const at = numbers.length
    for (const some of made) numbers.push(...some)
    return { at, size: value.size }
  }
  return {
    norm(value) {
      const values = valuesOf(value)
      return add(value, normOf(values, all(values)))
    },
    change: (before, after) => add(after, changeOf(valuesOf(before), valuesOf(after))),
    moments: (value) => add(value, momentsOf(valuesOf(value))),
    output(value, flatness) {
      const values = valuesOf(value)
      const units = value.rank < 2 ? 1 : (value.shape.at(-1) ?? 1)
      return add(value, momentsOf(values), unitsOf(values, units, flatness))
    },
    time: (gradient) => add(gradient, timeOf(valuesOf(gradient), gradient.shape)),
    get size() {
      return numbers.length
    },
    finish: () => tf.keep(tf.tensor1d(Float32Array.from(numbers))),
    discard() {},
  }
}
