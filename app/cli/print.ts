/**
 * What goes to stdout (the answer, nothing else) and to stderr (everything said on the way).
 */
import process from 'node:process'

/** One line of the answer. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One line beside the answer. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** JSON has no NaN and no infinities: they are written as words. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  )
}

/** Rows in columns; the columns in `right` are aligned to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] ?? 0) - [...cell].length)
        return right.includes(column) ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd(),
  )
}

/** A loss or a metric, in four figures that mean something. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(2)
    : value.toFixed(4)
}
