/**
 * Rows of numbers that only grow, column by column in typed arrays, so that a curve can be painted straight from them.
 * They double as they grow; past the most that is kept, every second row goes and from then on every second comes in,
 * so a run of any length fits and its curve keeps its shape.
 */

export interface Columns {
  /** Rows that count; the arrays are longer. */
  readonly length: number
  /** The array of a column as it is now; a later row may replace it with a longer one. */
  column(index: number): Float64Array
  add(row: readonly number[]): void
  /** Drops the last rows for which this holds. */
  dropWhile(drop: (row: number) => boolean): void
}

const firstCapacity = 1024

/** `most` rows at most (even). */
export function createColumns(count: number, most = 1 << 18): Columns {
  let arrays = Array.from({ length: count }, () => new Float64Array(firstCapacity))
  let length = 0
  let stride = 1
  let skipped = 0

  const grow = (capacity: number) => {
    arrays = arrays.map((old) => {
      const longer = new Float64Array(capacity)
      longer.set(old.subarray(0, length))
      return longer
    })
  }
  const halve = () => {
    for (const array of arrays) for (let row = 0; row * 2 < length; row++) array[row] = array[row * 2] ?? 0
    length = Math.ceil(length / 2)
    stride *= 2
  }

  return {
    get length() {
      return length
    },
    column: (index) => arrays[index] ?? new Float64Array(0),
    add(row) {
      if (skipped > 0) {
        skipped--
        return
      }
      if (length === most) halve()
      const capacity = arrays[0]?.length ?? 0
      if (length === capacity) grow(Math.min(most, capacity * 2))
      for (const [index, array] of arrays.entries()) array[length] = row[index] ?? NaN
      length++
      skipped = stride - 1
    },
    dropWhile(drop) {
      while (length > 0 && drop(length - 1)) length--
    },
  }
}
