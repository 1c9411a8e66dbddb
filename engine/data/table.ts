/**
 * A CSV file of the user's -> numbers, or a sentence that says which row and column is wrong. Nothing is guessed:
 * missing values, unknown classes and text among numbers are refused, because a net trained on a guess looks fine. Rows
 * with missing values are left out where the dataset says so.
 */
import { categoriesOf, columnsOf, type TableDataset } from '../../nodes/kit/dataset'
import { refuse, type Refusal } from '../../nodes/kit/spec'
import { isAbsent, isNumber, readCsv } from '../formats/csv'

/** Rows by columns of features, and one target a row: a class number or a value. */
export interface Table {
  readonly rows: number
  readonly features: Float64Array<ArrayBuffer>
  readonly target: Float64Array<ArrayBuffer>
}

function quote(words: readonly string[]): string {
  const shown = words.slice(0, 12).join(', ')
  return words.length > 12 ? `${shown} and ${words.length - 12} more` : shown
}

/** Where each wanted column stands, by the header. */
function placesOf(header: readonly string[], wanted: readonly string[], file: string): number[] | Refusal {
  const places = wanted.map((name) => header.indexOf(name))
  const missing = wanted.filter((_, index) => places[index] === -1)
  const twice = wanted.filter((name, index) => header.lastIndexOf(name) !== places[index])
  if (twice.length > 0) {
    return refuse(
      `The file ${file} has more than one column ${quote(twice)}, so it is not clear which is meant. Give each its own name.`,
    )
  }
  if (missing.length === 0) return places
  return refuse(
    `The file ${file} has no column ${quote(missing)}; its first line names ${quote(header)}. Write the column names in the first line, or choose other columns on the data node.`,
  )
}

interface Place {
  readonly file: string
  readonly row: number
  readonly column: string
}

/** A refusal because a number is missing or not finite; where. */
export interface MissingNumber extends Refusal {
  /** From 1. */
  readonly row: number
  readonly column: string
}

function numberAt(text: string, { file, row, column }: Place): number | Refusal | MissingNumber {
  if (isNumber(text)) return Number(text)
  const came = text === '' ? 'an empty field' : `"${text}"`
  const refusal = refuse(
    `In ${file}, row ${row}, column ${column}: a number was wanted, but ${came} came. Fill it in or take the row out (row 1 is the first after the column names; empty lines do not count).`,
  )
  return isAbsent(text) ? { ...refusal, row, column } : refusal
}

/** What is read from one column. */
interface Column {
  readonly name: string
  /** Where it stands in a row of the file. */
  readonly place: number
  /** Index of each word; null for numbers. */
  readonly words: ReadonlyMap<string, number> | null
  /** The words in order, for a refusal. */
  readonly listed: readonly string[]
  readonly isTarget: boolean
}

function column(name: string, place: number, words: readonly string[] | undefined, isTarget = false): Column {
  return {
    name,
    place,
    words: words === undefined ? null : new Map(words.map((word, index) => [word, index])),
    listed: words ?? [],
    isTarget,
  }
}

/** A number, or the index of a word. */
function valueAt(text: string, { name, words, listed, isTarget }: Column, file: string, row: number) {
  const place = { file, row, column: name }
  if (words === null) return numberAt(text, place)
  const index = words.get(text)
  if (index !== undefined) return index
  const refusal = refuse(
    isTarget
      ? `In ${file}, row ${row}, column ${name}: the class "${text}" is not one of ${quote(listed)}. Correct the file, or read its classes again on the data node.`
      : `In ${file}, row ${row}, column ${name}: the word "${text}" is not one of ${quote(listed)}. Correct the file, or choose it anew on the data node.`,
  )
  return isAbsent(text) ? { ...refusal, row, column: name } : refusal
}

/** Reads the columns that the dataset names. `file` is what to call the file in a refusal. */
export function readTable(text: string, dataset: TableDataset, file: string): Table | Refusal {
  const csv = readCsv(text, dataset.header ?? true)
  if ('broken' in csv)
    return refuse(
      csv.broken === 'quotes'
        ? `The file ${file} cannot be read as CSV: ${csv.detail}.`
        : `The file ${file} is empty.`,
    )
  const { names, rows: body } = csv
  const places = placesOf(names, [...dataset.features, dataset.target], file)
  if ('refused' in places) return places
  if (body.length === 0) return refuse(`The file ${file} has column names but no rows.`)

  const columns = places.map((place, index) => {
    const name = dataset.features[index]
    return name === undefined
      ? column(dataset.target, place, dataset.task === 'classes' ? dataset.classes : undefined, true)
      : column(name, place, categoriesOf(dataset, name))
  })
  const width = columnsOf(dataset).length
  const features = new Float64Array(body.length * width)
  const target = new Float64Array(body.length)
  let rows = 0
  for (const [index, fields] of body.entries()) {
    const read = readRow(fields, columns, names.length, file, index + 1)
    if ('refused' in read) {
      if ('row' in read && dataset.missing === 'leave-out') continue
      return read
    }
    place(read, columns, features, rows * width)
    target[rows] = read.at(-1) ?? NaN
    rows++
  }
  if (rows === 0)
    return refuse(
      `In the file ${file} every row lacks something, so none is left. Leave out a column that is hardly filled in.`,
    )
  return { rows, features: features.slice(0, rows * width), target: target.slice(0, rows) }
}

/** A value for each column, or what is wrong with the row. */
function readRow(
  fields: readonly string[],
  columns: readonly Column[],
  count: number,
  file: string,
  row: number,
): number[] | Refusal | MissingNumber {
  if (fields.slice(count).some((field) => field !== '')) {
    return refuse(
      `In ${file}, row ${row} has ${fields.length} fields, but there are ${count} columns. Put text with a separator in it between quotes, and write numbers with a decimal point.`,
    )
  }
  const values: number[] = []
  for (const each of columns) {
    const value = valueAt(fields[each.place] ?? '', each, file, row)
    if (typeof value !== 'number') return value
    values.push(value)
  }
  return values
}

/** Writes the features of a row to `at`: a number as it is, a word as a 1 in its place. */
function place(
  values: readonly number[],
  columns: readonly Column[],
  features: Float64Array,
  at: number,
): void {
  let next = at
  for (const [index, { words, isTarget }] of columns.entries()) {
    if (isTarget) continue
    const value = values[index] ?? NaN
    features[words === null ? next : next + value] = words === null ? value : 1
    next += words?.size ?? 1
  }
}
