/**
 * Numbers of a run made ready for a chart: smoothed, and thinned to what the pixels can show, so that a hundred thousand
 * steps cost no more than a thousand. Pure.
 */

/** One line: x rises. `length` is how many of the entries count (buffers are longer). */
export interface Line {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  readonly length: number
}

export type Point = readonly [x: number, y: number | null]

/**
 * Exponential moving average with the bias of its start taken out, as TensorBoard does; `factor` 0 = none, towards 1 =
 * more. What is not finite is skipped by the average and stays visible.
 */
export function smooth(y: ArrayLike<number>, length: number, factor: number): Float64Array {
  const result = new Float64Array(length)
  let average = 0
  let weight = 0
  for (let index = 0; index < length; index++) {
    const value = y[index] as number
    if (!Number.isFinite(value)) {
      result[index] = value
      continue
    }
    average = factor * average + (1 - factor) * value
    weight = factor * weight + (1 - factor)
    result[index] = average / weight
  }
  return result
}

/**
 * At most two points for each of `buckets` stretches of the line: its lowest and its highest, in their order, so that no
 * spike is lost. Values that are not finite become gaps; with `positive` also those that a log axis cannot show.
 */
export function thin({ x, y, length }: Line, buckets: number, positive: boolean): readonly Point[] {
  const shown = (value: number) => (Number.isFinite(value) && (!positive || value > 0) ? value : null)
  if (length <= buckets * 2)
    return Array.from({ length }, (_, index) => [x[index] as number, shown(y[index] as number)])
  const points: Point[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * length) / buckets)
    const to = Math.floor(((bucket + 1) * length) / buckets)
    let low = -1
    let high = -1
    for (let index = from; index < to; index++) {
      const value = shown(y[index] as number)
      if (value === null) continue
      if (low === -1 || value < (y[low] as number)) low = index
      if (high === -1 || value > (y[high] as number)) high = index
    }
    if (low === -1) {
      points.push([x[from] as number, null])
      continue
    }
    const [first, second] = low <= high ? [low, high] : [high, low]
    points.push([x[first] as number, y[first] as number])
    if (second !== first) points.push([x[second] as number, y[second] as number])
  }
  return points
}

/** One column of x and one of y per line, as uPlot wants it: `undefined` where a line has no point there, `null` a gap. */
export function align(lines: readonly (readonly Point[])[]): [number[], ...(number | null | undefined)[][]] {
  const xs = [...new Set(lines.flatMap((line) => line.map(([x]) => x)))].sort((a, b) => a - b)
  const columns = lines.map((line) => {
    const at = new Map(line)
    return xs.map((x) => at.get(x))
  })
  return [xs, ...columns]
}

type Bounds = readonly [low: number, high: number]

/** Values further from zero than this are off the chart: near the end of its numbers uPlot finds no steps for an axis. */
const farthest = 1e30
/** Two values nearer to each other than this share of them are one: no step of an axis would lead from one to the other. */
const resolution = 1e-9

/** A little room above and below, and a band around a constant. */
export function padded(low: number | null, high: number | null): [number, number] {
  const bounds = finite(low, high)
  if (bounds === null) return [0, 1]
  const [from, to] = bounds.map((value) => Math.min(farthest, Math.max(-farthest, value))) as [number, number]
  const size = Math.max(Math.abs(from), Math.abs(to))
  const room = to - from <= size * resolution ? size * 0.1 + 0.01 : (to - from) * 0.06
  return [from >= 0 && from - room < 0 ? 0 : from - room, to + room]
}

/** The number with one digit at or below a positive one, or at or above it. */
function oneDigit(value: number, round: (digits: number) => number): number {
  const exponent = Math.floor(Math.log10(value))
  return Number(`${Math.max(1, round(value / 10 ** exponent))}e${exponent}`)
}

/** What a log axis shows: from one digit to another. */
export function logRange(low: number | null, high: number | null): [number, number] {
  const bounds = finite(low, high)
  if (bounds === null) return [0.1, 1]
  const [from, to] = bounds.map((value) => Math.min(farthest, Math.max(1 / farthest, value))) as [
    number,
    number,
  ]
  const [foot, head] = [oneDigit(from, Math.floor), oneDigit(to, Math.ceil)]
  return foot < head ? [foot, head] : [foot / 10, head * 10]
}

const digits = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1]] as const

/**
 * The numbers beside a log axis, at most about `room` of them. Ours and not uPlot's: its walk up the axis rounds a small
 * number to zero and then never arrives.
 */
export function logSplits(low: number, high: number, room: number): number[] {
  const first = Math.floor(Math.log10(low))
  const last = Math.floor(Math.log10(high))
  const marks = (each: readonly number[], every: number) => {
    const found: number[] = []
    for (let exponent = first; exponent <= last; exponent += every)
      for (const digit of each) {
        const value = Number(`${digit}e${exponent}`)
        if (value >= low && value <= high) found.push(value)
      }
    return found
  }
  for (const each of digits) {
    const found = marks(each, 1)
    if (found.length <= room) return found
  }
  return marks([1], Math.ceil((last - first + 1) / Math.max(1, room)))
}

/** From the first step to the last; where one has drawn the mouse over less than one, that one. */
export function stepRange(low: number | null, high: number | null): [number, number] {
  const [from, to] = finite(low, high) ?? [0, 1]
  if (to - from >= 1) return [from, to]
  const middle = (from + to) / 2
  return [middle - 0.5, middle + 0.5]
}

function finite(low: number | null, high: number | null): Bounds | null {
  return low !== null && high !== null && Number.isFinite(low) && Number.isFinite(high) && low <= high
    ? [low, high]
    : null
}
