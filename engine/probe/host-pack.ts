/** A probe's numbers made in plain loops, for backends whose tensors lie in this process's memory (cpu, wasm). */
import type * as Tf from '@tensorflow/tfjs'
import { heldCopies } from './held-copies'
import type { Flatness } from './layout'
import { flatBeyond, momentsWidth, normWidth, tiny, unitsWidth } from './numbers'
import { ownMemory } from './own-memory'
import type { Pack } from './pack'

type Values = Float32Array

/**
 * Sums are taken in doubles, which hold 1e-30 and 1e30 squared; to travel as float32 they are said as [r, Σ (x / r)²],
 * where any r will do that is about as large as the numbers: their root mean square.
 */
function said(squares: number, count: number): [number, number] {
  if (!Number.isFinite(squares)) return [NaN, NaN]
  return squares > 0 ? [Math.sqrt(squares / count), count] : [0, 0]
}

function squaresOf(values: Values, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) {
    const value = values[i] as number
    sum += value * value
  }
  return sum
}

function normOf(values: Values): readonly number[] {
  return said(squaresOf(values, 0, values.length), values.length)
}

function changeOf(before: Values, after: Values): readonly number[] {
  let sum = 0
  for (let i = 0; i < after.length; i++) {
    const change = Math.fround((after[i] as number) - (before[i] as number))
    sum += change * change
  }
  return said(sum, after.length)
}

/** By the bits, since a comparison that goes either way at random costs more than all the rest. */
function zerosIn(values: Values): number {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  let others = 0
  for (let i = 0; i < bits.length; i++) {
    // All but the sign: 0 and -0 are zero.
    const rest = (bits[i] as number) << 1
    others += (rest | (~rest + 1)) >>> 31
  }
  return values.length - others
}

function nonFiniteIn(values: Values): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) count++
  return count
}

/**
 * Sums of numbers and of their squares go relative to the first one, which lies among them, so that little is lost where
 * they hardly differ.
 */
function momentsOf(values: Values): readonly number[] {
  const count = values.length
  const first = values[0] ?? 0
  let sum = 0
  let squares = 0
  for (let i = 0; i < count; i++) {
    const past = (values[i] as number) - first
    sum += past
    squares += past * past
  }
  const deviations = Math.max(0, squares - sum ** 2 / count)
  const zeros = zerosIn(values) / count
  if (!Number.isFinite(squares)) return [NaN, NaN, NaN, zeros, nonFiniteIn(values) / count]
  return [first + sum / count, ...said(deviations, count), zeros, 0]
}

function saturatedShare(values: Values, flatness: Flatness): number {
  if (flatness === null) return 0
  const middle = flatness === 'tanh' ? 0 : 0.5
  const beyond = flatBeyond[flatness]
  let saturated = 0
  for (let i = 0; i < values.length; i++) if (Math.abs((values[i] as number) - middle) > beyond) saturated++
  return saturated / values.length
}

function unitsOf(values: Values, units: number, flatness: Flatness): readonly number[] {
  const rows = values.length / units
  const sums = new Float64Array(units)
  const squares = new Float64Array(units)
  let largest = 0
  for (let row = 0; row < values.length; row += units) {
    for (let unit = 0; unit < units; unit++) {
      const value = values[row + unit] as number
      const past = value - (values[unit] as number)
      sums[unit] = (sums[unit] as number) + past
      squares[unit] = (squares[unit] as number) + past * past
      const size = Math.abs(value)
      if (size > largest) largest = size
    }
  }
  let spread = 0
  let dead = 0
  for (let unit = 0; unit < units; unit++) {
    const deviations = Math.max(0, (squares[unit] as number) - (sums[unit] as number) ** 2 / rows)
    spread += Math.sqrt(deviations / rows)
    if (values[unit] === 0 && squares[unit] === 0) dead++
  }
  const relative = spread / units / (largest + tiny)
  const saturated = saturatedShare(values, flatness)
  return [Number.isFinite(spread) ? largest : NaN, dead / units, saturated, relative]
}

function timeOf(values: Values, [batch = 1, steps = 1]: readonly number[]): readonly number[] {
  const tenth = Math.max(1, Math.floor(steps / 10))
  const width = values.length / (batch * steps)
  const part = (from: number) => {
    let sum = 0
    for (let sample = 0; sample < batch; sample++) {
      const start = (sample * steps + from) * width
      sum += squaresOf(values, start, start + tenth * width)
    }
    const [largest] = said(sum, batch * tenth * width)
    return [largest, largest === 0 ? 0 : 1]
  }
  return [...part(0), ...part(steps - tenth)]
}

export function createHostPack(tf: typeof Tf): Pack {
  const numbers: number[] = []
  const memory = ownMemory(tf)
  /** Makes so many numbers of tensors, now or whenever the step is replayed. */
  const add = (
    name: string,
    width: number,
    tensors: readonly [Tf.Tensor, ...Tf.Tensor[]],
    make: (...values: readonly Values[]) => readonly number[],
  ) => {
    const at = numbers.length
    for (let k = 0; k < width; k++) numbers.push(NaN)
    memory.look(`probe ${name}`, tensors, (...values) => {
      const made = make(...values)
      for (let k = 0; k < width; k++) numbers[at + k] = made[k] ?? NaN
    })
    return { at, size: tensors[0].size }
  }
  return {
    norm: (value) => add('norm', normWidth, [value], normOf),
    changes(values, inPlace) {
      const before = heldCopies(values, inPlace)
      return (now) =>
        now.map((after, index) =>
          add('change', normWidth, [after, before[index] as Tf.Tensor], (is, was) => changeOf(was, is)),
        )
    },
    moments: (value) => add('moments', momentsWidth, [value], momentsOf),
    output(value, flatness) {
      const units = value.rank < 2 ? 1 : (value.shape.at(-1) ?? 1)
      return add(`output ${units} ${flatness}`, momentsWidth + unitsWidth, [value], (values) => [
        ...momentsOf(values),
        ...unitsOf(values, units, flatness),
      ])
    },
    time: (gradient) =>
      add(`time ${gradient.shape.join()}`, 2 * normWidth, [gradient], (values) =>
        timeOf(values, gradient.shape),
      ),
    get size() {
      return numbers.length
    },
    finish: () => tf.keep(memory.make('probe', numbers.length, (values) => values.set(numbers))),
    discard() {},
  }
}
