/**
 * A CSV file of the user's, looked through once: what its columns hold, what is missing and where something is odd. The
 * rows stay here for a preview; the document keeps names only, and the engine reads the file by them.
 */
import { isAbsent, isNumber, readCsv, textOf } from '../../engine/formats/csv'

/** A cell that does not fit what the others of its column hold. */
export interface OddCell {
  /** From 1, below the names. */
  readonly row: number
  readonly text: string
}

export interface ColumnSurvey {
  readonly name: string
  readonly kind: 'number' | 'words'
  /** Cells that hold nothing, or what programs write for it. */
  readonly missing: number
  /** What occurs, in order; null where that is more than `mostWords`. */
  readonly values: readonly string[] | null
  /** All numbers are whole. */
  readonly whole: boolean
  /** Among numbers: the cells that are none. */
  readonly odd: readonly OddCell[]
}

export interface TableSurvey {
  readonly file: string
  /** SHA-256 of the bytes, in hex. */
  readonly hash: string
  /** The first line names the columns. */
  readonly header: boolean
  readonly columns: readonly ColumnSurvey[]
  /** Trimmed cells, a list a row. */
  readonly rows: readonly (readonly string[])[]
  /** Rows with more cells than there are columns. */
  readonly ragged: readonly number[]
}

/** What is wrong with the whole file, for a sentence. */
export type Unreadable =
  | { readonly unreadable: 'quotes'; readonly detail: string }
  | { readonly unreadable: 'empty' | 'gzip' | 'one-column' | 'same-names' }

/** More different words than this in a column are names, not categories. */
export const mostWords = 1000

/** Ships with Wiregrad, so nobody need give it. */
export function isBundled(file: string): boolean {
  return file.startsWith('bundled:')
}

/** `header`: whether the first line names the columns; left out, it is seen from the line itself. */
export async function surveyTable(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  header?: boolean,
): Promise<TableSurvey | Unreadable> {
  let text: string
  try {
    text = await textOf(bytes)
  } catch {
    return { unreadable: 'gzip' }
  }
  const csv = readCsv(text, header)
  if ('broken' in csv)
    return csv.broken === 'quotes' ? { unreadable: 'quotes', detail: csv.detail } : { unreadable: 'empty' }
  const { names, rows } = csv
  if (names.length < 2) return { unreadable: 'one-column' }
  if (rows.length === 0) return { unreadable: 'empty' }
  if (new Set(names).size < names.length) return { unreadable: 'same-names' }
  return {
    file,
    hash: await digest(bytes),
    header: csv.header,
    columns: names.map((name, at) => surveyColumn(name, rows, at)),
    rows,
    ragged: rows.flatMap((row, index) =>
      row.slice(names.length).some((cell) => cell !== '') ? [index + 1] : [],
    ),
  }
}

function surveyColumn(name: string, rows: readonly (readonly string[])[], at: number): ColumnSurvey {
  let missing = 0
  let numbers = 0
  let whole = true
  const odd: OddCell[] = []
  const values = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const cell = row[at] ?? ''
    if (isAbsent(cell)) {
      missing++
      continue
    }
    if (values.size <= mostWords) values.add(cell)
    if (isNumber(cell)) {
      numbers++
      whole &&= Number.isInteger(Number(cell))
    } else odd.push({ row: index + 1, text: cell })
  }
  const kind = numbers > 0 && odd.length <= 0.1 * (numbers + odd.length) ? 'number' : 'words'
  const order = [...values].sort(kind === 'number' ? (a, b) => Number(a) - Number(b) : undefined)
  return {
    name,
    kind,
    missing,
    values: values.size > mostWords ? null : order,
    whole: whole && numbers > 0,
    odd: kind === 'number' ? odd : [],
  }
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
