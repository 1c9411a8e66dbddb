/**
 * What goes to stdout (the answer, nothing else) and to stderr (everything said on the way).
 */
import process from 'node:process'

let readerLeft = false
let onReaderLeft: (() => void) | null = null

/** What a command does when nobody reads its answer any more (`| head`), instead of ending at once; null: nothing. */
export function whenReaderLeaves(listener: (() => void) | null): void {
  onReaderLeft = listener
}

/**
 * Passes on that stdout, or stderr, takes no more; from then on nothing is written to stdout. `leave` ends the command.
 */
export function watchReader(leave: (error: NodeJS.ErrnoException) => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (readerLeft) return
    if (error.code !== 'EPIPE' || onReaderLeft === null) return leave(error)
    readerLeft = true
    onReaderLeft()
  })
  // What is said on the way is no reason to end, whoever hears it.
  process.stderr.on('error', () => undefined)
}

/** One line of the answer. */
export function say(line: string): void {
  if (!readerLeft) process.stdout.write(`${line}\n`)
}

/** Goes on with `then` as soon as everything said has been passed on, or has failed. */
export function afterAllIsSaid(then: () => void): void {
  const last = () => process.stderr.write('', () => setImmediate(then))
  if (readerLeft) last()
  else process.stdout.write('', last)
}

/** One line beside the answer. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
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
