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
