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
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return decoded(bytes)
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return decoded(new Uint8Array(await new Response(unpacked).arrayBuffer()))
}

/** Spreadsheets write UTF-16 as "Unicode text", and the letters of Windows where one asks for a plain CSV. */
function decoded(bytes: Uint8Array<ArrayBuffer>): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // A byte that is lost makes no other encoding of it.
    const text = new TextDecoder().decode(bytes)
    if (countOf(text, /[^\0-\x7f\uFFFD]/gu) > countOf(text, /\uFFFD/g)) return text
    return new TextDecoder(isChinese(bytes) ? 'gb18030' : 'windows-1252').decode(bytes)
  }
}

const countOf = (text: string, letters: RegExp): number => text.match(letters)?.length ?? 0

/**
 * The usual Chinese characters are pairs of such bytes in GB 18030, and stand in words. Of European letters hardly two
 * meet, and never four.
 */
function isChinese(bytes: Uint8Array): boolean {
  let usual = 0
  let other = 0
  let words = 0
  for (let at = 0; at < bytes.length; at++) {
    let pairs = 0
    for (; (bytes[at] ?? 0) >= 0x80; at += 2) {
      const [lead = 0, trail = 0] = bytes.subarray(at, at + 2)
      if (trail < 0xa1 || lead < 0xb0 || lead > 0xd7) other++
      else pairs++
    }
    usual += pairs
    if (pairs >= 2) words++
  }
  return words > 0 && usual > 2 * other
}

/** `header`: whether the first line names the columns; left out, it is seen from the line itself. */
export function readCsv(text: string, header?: boolean): Csv | CsvFault {
  const { data, errors, meta } = papaparse.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    skipEmptyLines: 'greedy',
  })
  const quotes = errors.find((error) => error.type === 'Quotes')
  if (quotes !== undefined) return { broken: 'quotes', detail: `${quotes.message} (row ${quotes.row ?? 0})` }
  const [first] = data
  if (first === undefined) return { broken: 'empty' }
  const trimmed = data.map((row) => row.map((cell) => cell.trim()))
  const line = trimmed[0] ?? []
  // Other marks than commas part the columns where a comma parts the decimals.
  const columns = meta.delimiter === ',' ? [] : withCommas(trimmed, line.length)
  const shown = (row: readonly string[]) =>
    row.map((cell, at) => (columns[at] === true ? pointed(cell) : cell))
  const named = header ?? looksLikeNames(shown(line), trimmed.slice(0, 2).map(shown))
  return {
    header: named,
    names: line.map((cell, index) => (named && cell !== '' ? cell : `column ${index + 1}`)),
    rows: (named ? trimmed.slice(1) : trimmed).map((row) => (columns.length === 0 ? row : shown(row))),
  }
}

/** Numbers that a comma or points part, whatever they mean. */
const parted = /^[+-]?(\d*,\d+(e[+-]?\d+)?|\d{1,3}(\.\d{3})+(,\d+)?)$/i
/** `1,234` and `1.234`, which are one number or another by where they were written. */
const either = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/
/** What only a decimal point explains: itself, and commas between thousands. */
const pointOnly = /^[+-]?(\d*\.\d+(e[+-]?\d+)?|\d{1,3}(,\d{3}){2,}|\d{1,3}(,\d{3})+\.\d+)$/i

/**
 * The columns whose numbers have decimal commas, and points between thousands at most. A number that could be either is
 * read so where others prove it, in its column or, where nothing speaks against it, elsewhere in the table.
 */
function withCommas(rows: readonly (readonly string[])[], width: number): boolean[] {
  const proofs = Array.from({ length: width }, () => ({ comma: false, point: false, either: false }))
  for (const row of rows)
    for (const [at, column] of proofs.entries()) {
      const cell = row[at] ?? ''
      if (either.test(cell)) column.either = true
      else if (parted.test(cell)) column.comma = true
      else if (pointOnly.test(cell)) column.point = true
    }
  const elsewhere = proofs.some(({ comma }) => comma) && !proofs.some(({ point }) => point)
  return proofs.map(({ comma, point, either }) => !point && (comma || (either && elsewhere)))
}

/** Such a number with a decimal point. */
function pointed(cell: string): string {
  return parted.test(cell) ? cell.replaceAll('.', '').replace(',', '.') : cell
}

/** Names are words, all different or above numbers; a line with a number in it is a sample. */
function looksLikeNames(line: readonly string[], lines: readonly (readonly string[])[]): boolean {
  if (line.some(isNumber)) return false
  if (new Set(line).size === line.length) return true
  return line.some((cell, at) => !isAbsent(cell) && isNumber(lines[1]?.[at] ?? ''))
}

/** Whether a cell holds nothing, or what programs write for a number that is not there. */
export function isAbsent(cell: string): boolean {
  return /^([+-]?(nan|inf|infinity)|na|n\/a|null|none|\?)?$/i.test(cell)
}

export function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell))
}
