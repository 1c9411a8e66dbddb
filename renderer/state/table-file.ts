/**
 * A CSV file of the user's -> the dataset setting of a data node: which columns are features, what the target is, which
 * classes it has. Only names are kept; the rows are read by the engine, which refuses what is not a number.
 */
import { parse } from 'papaparse'
import type { Dataset } from '../../nodes/kit/dataset'
import type { Strings } from '../ui/strings'

type Table = Extract<Dataset, { kind: 'table' }>
type Words = Strings['dataset']
/** `leftOut`: columns that are not numbers all the way down, and so cannot be features. */
type Result = { readonly dataset: Table; readonly leftOut: readonly string[] } | { readonly error: string }

/** More distinct whole numbers than this are a quantity, not classes. */
const manyClasses = 20

export function isBundled(file: string): boolean {
  return file.startsWith('bundled:')
}

/** The last column is taken for the target; `withTarget` chooses another. */
export async function tableFrom(name: string, bytes: Uint8Array<ArrayBuffer>, words: Words): Promise<Result> {
  const rows = await read(bytes)
  if (typeof rows === 'string') return { error: words.badCsv(name, rows) }
  const header = rows[0] ?? []
  const target = header.at(-1)
  const named = header.length >= 2 && header.every((cell) => cell !== '' && !isNumber(cell))
  if (rows.length < 2 || target === undefined || !named || new Set(header).size < header.length)
    return { error: words.badCsv(name, words.noHeader) }
  return describe(name, rows, target, await digest(bytes), words)
}

export async function withTarget(
  table: Table,
  target: string,
  bytes: Uint8Array<ArrayBuffer>,
  words: Words,
): Promise<Result> {
  const rows = await read(bytes)
  if (typeof rows === 'string') return { error: words.badCsv(table.file, rows) }
  if (rows[0]?.includes(target) !== true) return { error: words.badCsv(table.file, words.noColumn(target)) }
  return describe(table.file, rows, target, await digest(bytes), words)
}

function describe(
  file: string,
  rows: readonly (readonly string[])[],
  target: string,
  hash: string,
  words: Words,
): Result {
  const header = rows[0] ?? []
  const body = rows.slice(1)
  const at = header.indexOf(target)
  const others = header.filter((_, column) => column !== at)
  const features = others.filter((name) => body.every((row) => isNumber(row[header.indexOf(name)] ?? '')))
  if (features.length === 0) return { error: words.badCsv(file, words.noNumbers) }
  const values = [...new Set(body.map((row) => row[at] ?? ''))]
  const numbers = values.every(isNumber)
  const task =
    numbers && (values.length > manyClasses || values.some((value) => !Number.isInteger(Number(value))))
      ? 'value'
      : 'classes'
  const order = numbers ? values.sort((a, b) => Number(a) - Number(b)) : values.sort()
  return {
    dataset: {
      kind: 'table',
      file,
      features,
      target,
      task,
      classes: task === 'classes' ? order : [],
      hash,
    },
    leftOut: others.filter((name) => !features.includes(name)),
  }
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text))
}

/** Trimmed cells by row, or the parser's complaint. */
async function read(bytes: Uint8Array<ArrayBuffer>): Promise<readonly (readonly string[])[] | string> {
  const { data, errors } = parse<string[]>((await textOf(bytes)).replace(/^\uFEFF/, ''), {
    skipEmptyLines: 'greedy',
  })
  const broken = errors.find((error) => error.type === 'Quotes')
  return broken === undefined ? data.map((row) => row.map((cell) => cell.trim())) : broken.message
}

async function textOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes)
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text()
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
