/**
 * A CSV file of the user's -> numbers, or a sentence that says which row and column is wrong. Nothing is guessed:
 * missing values, unknown classes and text among numbers are refused, because a net trained on a guess looks fine.
 */
import papaparse from 'papaparse'
import type { Dataset } from '../../nodes/kit/dataset'
import { refuse, type Refusal } from '../../nodes/kit/spec'

export type TableDataset = Extract<Dataset, { kind: 'table' }>

/** Rows by columns of features, and one target a row: a class number or a value. */
export interface Table {
  readonly rows: number
  readonly features: Float64Array<ArrayBuffer>
  readonly target: Float64Array<ArrayBuffer>
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Text of the file, unpacked where it is gzip. */
export async function textOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!isGzip(bytes)) return new TextDecoder().decode(bytes)
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(unpacked).text()
}

function quote(words: readonly string[]): string {
  const shown = words.slice(0, 12).join(', ')
  return words.length > 12 ? `${shown} and ${words.length - 12} more` : shown
}

/** Where each wanted column stands, by the header. */
function columnsOf(header: readonly string[], wanted: readonly string[], file: string): number[] | Refusal {
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

/** What programs write for a number that is not there. */
const noNumber = /^([+-]?(nan|inf|infinity)|na|n\/a|null|none|\?)?$/i

function numberAt(text: string, { file, row, column }: Place): number | Refusal | MissingNumber {
  const value = text === '' ? NaN : Number(text)
  if (Number.isFinite(value)) return value
  const came = text === '' ? 'an empty field' : `"${text}"`
  const refusal = refuse(
    `In ${file}, row ${row}, column ${column}: a number was wanted, but ${came} came. Fill it in or take the row out (row 1 is the first after the column names; empty lines do not count).`,
  )
  return noNumber.test(text) ? { ...refusal, row, column } : refusal
}

function classAt(
  text: string,
  classes: ReadonlyMap<string, number>,
  { file, row, column }: Place,
): number | Refusal {
  const index = classes.get(text)
  if (index !== undefined) return index
  return refuse(
    `In ${file}, row ${row}, column ${column}: the class "${text}" is not one of ${quote([...classes.keys()])}. Correct the file, or read its classes again on the data node.`,
  )
}

/** Reads the columns that the dataset names. `file` is what to call the file in a refusal. */
export function readTable(text: string, dataset: TableDataset, file: string): Table | Refusal {
  const { data, errors } = papaparse.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    skipEmptyLines: 'greedy',
  })
  const broken = errors.find((error) => error.type === 'Quotes')
  if (broken !== undefined)
    return refuse(`The file ${file} cannot be read as CSV: ${broken.message} (row ${broken.row ?? 0}).`)
  if (data.length === 0) return refuse(`The file ${file} is empty.`)
  const header = (data[0] ?? []).map((name) => name.trim())
  const places = columnsOf(header, [...dataset.features, dataset.target], file)
  if ('refused' in places) return places
  const rows = data.length - 1
  if (rows < 1) return refuse(`The file ${file} has column names but no rows.`)

  const width = dataset.features.length
  const classes = new Map(dataset.classes.map((name, index) => [name, index]))
  const features = new Float64Array(rows * width)
  const target = new Float64Array(rows)
  for (let row = 1; row <= rows; row++) {
    const fields = data[row] ?? []
    if (fields.slice(header.length).some((field) => field.trim() !== '')) {
      return refuse(
        `In ${file}, row ${row} has ${fields.length} fields, but there are ${header.length} columns. Put text with a separator in it between quotes, and write numbers with a decimal point.`,
      )
    }
    for (const [index, place] of places.entries()) {
      const text = (fields[place] ?? '').trim()
      const isTarget = index === width
      const where: Place = { file, row, column: isTarget ? dataset.target : (dataset.features[index] ?? '') }
      const value =
        isTarget && dataset.task === 'classes' ? classAt(text, classes, where) : numberAt(text, where)
      if (typeof value !== 'number') return value
      if (isTarget) target[row - 1] = value
      else features[(row - 1) * width + index] = value
    }
  }
  return { rows, features, target }
}
