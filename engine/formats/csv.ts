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
    return new TextDecoder(isChinese(bytes) ? 'gb18030' : 'windows-1252').decode(bytes)
  }
}

/** The usual Chinese characters are pairs of such bytes in GB 18030, in which hardly two European letters meet. */
function isChinese(bytes: Uint8Array): boolean {
  let usual = 0
  let other = 0
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) continue
    const paired = (bytes[at + 1] ?? 0) >= 0xa1
    if (paired && lead >= 0xb0 && lead <= 0xd7) usual++
    else other++
    if (paired) at++
  }
  return usual > 2 * other
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
  // Semicolons part the columns where a comma parts the decimals.
  if (meta.delimiter === ';')
    for (const row of trimmed) for (const [at, cell] of row.entries()) row[at] = pointed(cell)
  const line = trimmed[0] ?? []
  const named = header ?? looksLikeNames(line, trimmed)
  return {
    header: named,
    names: line.map((cell, index) => (named && cell !== '' ? cell : `column ${index + 1}`)),
    rows: named ? trimmed.slice(1) : trimmed,
  }
}

/** A number with a decimal comma, and points between thousands at most, with a decimal point. */
function pointed(cell: string): string {
  if (/^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(cell)) return cell.replace(',', '.')
  return /^[+-]?\d{1,3}(\.\d{3})+,\d+$/.test(cell) ? cell.replaceAll('.', '').replace(',', '.') : cell
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
