/**
 * A tensor's histograms over time as a grid: a column for every look, a row for every range of values. On the linear axis
 * the columns share one range, the widest; on the logarithmic one rows are half decades, with zero by itself between
 * negative and positive values.
 */
import { linearBins, logBins, lowestLog, spanOf, type Histogram } from '../../engine/session/look'
import type { Seen } from '../../engine/session/looks'

export type Axis = 'linear' | 'log'

/** A row of values, from the lowest row up. `from` and `to` are both 0 for numbers that are exactly zero. */
export interface ValueRow {
  readonly from: number
  readonly to: number
}

export interface HistogramGrid {
  readonly columns: readonly Seen<Histogram>[]
  readonly rows: readonly ValueRow[]
  /** Numbers of a column in each row; on the linear axis shares of bins that lie across rows. */
  counts(column: number): readonly number[]
}

/** Rows of the linear axis. */
export const linearRows = 48

function linearGrid(columns: readonly Seen<Histogram>[]): HistogramGrid {
  const spans = columns.map(({ what }) => spanOf(what))
  const from = Math.min(0, ...spans.map(([low]) => low))
  const to = Math.max(0, ...spans.map(([, high]) => high))
  // Where some lie below zero and some above, zero is the middle.
  const size = Math.max(-from, to)
  const [low, high] = from < 0 && to > 0 ? [-size, size] : [from, to]
  const height = (high - low) / linearRows
  const counts = (column: number): readonly number[] => {
    const seen = columns[column]
    const span = spans[column]
    const sums = new Array<number>(linearRows).fill(0)
    if (seen === undefined || span === undefined) return sums
    const width = (span[1] - span[0]) / linearBins
    const rowOf = (value: number) => (height === 0 ? 0 : Math.max(0, (value - low) / height))
    for (const [bin, count] of seen.what.linear.entries()) {
      if (count === 0) continue
      const [start, end] = [rowOf(span[0] + bin * width), rowOf(span[0] + (bin + 1) * width)]
      const first = Math.min(linearRows - 1, Math.floor(start + 1e-9))
      const last = Math.max(first, Math.min(linearRows - 1, Math.ceil(end - 1e-9) - 1))
      for (let row = first; row <= last; row++) {
        const overlap = first === last ? 1 : (Math.min(end, row + 1) - Math.max(start, row)) / (end - start)
        sums[row] = (sums[row] ?? 0) + count * overlap
      }
    }
    return sums
  }
  const rows = Array.from({ length: linearRows }, (_, row) => ({
    from: low + row * height,
    to: low + (row + 1) * height,
  }))
  return { columns, rows, counts }
}

function logEdge(bin: number): number {
  return 10 ** ((bin + lowestLog) / 2)
}

function logGrid(columns: readonly Seen<Histogram>[]): HistogramGrid {
  const used = (bin: number) => columns.some(({ what }) => (what.log[bin] ?? 0) > 0)
  const bins = Array.from({ length: 2 * logBins }, (_, bin) => bin).filter(used)
  // Both signs share the sizes that are shown, so that the axis is even.
  const sizes = bins.map((bin) => (bin < logBins ? logBins - 1 - bin : bin - logBins))
  const [least, most] = sizes.length === 0 ? [0, -1] : [Math.min(...sizes), Math.max(...sizes)]
  const range = Array.from({ length: most - least + 1 }, (_, at) => least + at)
  const negative = bins.some((bin) => bin < logBins) ? [...range].reverse() : []
  const positive = bins.some((bin) => bin >= logBins) ? range : []
  const rows: readonly ValueRow[] = [
    ...negative.map((size) => ({ from: -logEdge(size + 1), to: -logEdge(size) })),
    { from: 0, to: 0 },
    ...positive.map((size) => ({ from: logEdge(size), to: logEdge(size + 1) })),
  ]
  const counts = (column: number): readonly number[] => {
    const what = columns[column]?.what
    if (what === undefined) return rows.map(() => 0)
    return [
      ...negative.map((size) => what.log[logBins - 1 - size] ?? 0),
      what.zeros,
      ...positive.map((size) => what.log[logBins + size] ?? 0),
    ]
  }
  return { columns, rows, counts }
}

export function histogramGrid(columns: readonly Seen<Histogram>[], axis: Axis): HistogramGrid {
  return axis === 'linear' ? linearGrid(columns) : logGrid(columns)
}
