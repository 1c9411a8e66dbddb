/**
 * CSV: names of columns, rows of trimmed cells, and what counts as nothing or as a number. The window looks a table
 * through and the engine trains on it; both must see the same.
 */
import papaparse from 'papaparse'

export interface Csv {
  /** The first line names the columns. */
  readonly header: boolean
  /** Columns that the file does not name are counted: `column 1`. */
  readonly names: readonly string[]
  /** Trimmed cells, a list a row; a row may be shorter or longer than the names. */
  readonly rows: readonly (readonly string[])[]
}

export type CsvFault = { readonly broken: 'quotes'; readonly detail: string } | { readonly broken: 'empty' }

/** Text of a file's bytes, unpacked where they are gzip; throws where that cannot be unpacked. */
export async function textOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes)
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(unpacked).text()
}

/** `header`: whether the first line names the columns; left out, it is seen from the line itself. */
export function readCsv(text: string, header?: boolean): Csv | CsvFault {
  const { data, errors } = papaparse.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    skipEmptyLines: 'greedy',
  })
  const quotes = errors.find((error) => error.type === 'Quotes')
  if (quotes !== undefined) return { broken: 'quotes', detail: `${quotes.message} (row ${quotes.row ?? 0})` }
  const [first] = data
  if (first === undefined) return { broken: 'empty' }
  const trimmed = data.map((row) => row.map((cell) => cell.trim()))
  const line = trimmed[0] ?? []
  const named = header ?? looksLikeNames(line)
  return {
    header: named,
    names: line.map((cell, index) => (named && cell !== '' ? cell : `column ${index + 1}`)),
    rows: named ? trimmed.slice(1) : trimmed,
  }
}

/** Names are words, all different; a line with a number in it is a sample. */
function looksLikeNames(line: readonly string[]): boolean {
  return line.every((cell) => !isNumber(cell)) && new Set(line).size === line.length
}

/** Whether a cell holds nothing, or what programs write for a number that is not there. */
export function isAbsent(cell: string): boolean {
  return /^([+-]?(nan|inf|infinity)|na|n\/a|null|none|\?)?$/i.test(cell)
}

export function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell))
}
