/**
 * Where a data node's samples come from. Only what is needed to know shapes without reading a file is stored:
 * column names and class names, never the rows. The file itself is found by name (`bundled:iris.csv` ships with
 * Wiregrad; any other name is the user's own file, given by dialog or `--data`).
 */
import * as z from 'zod'

const columnName = z.string().min(1).max(200)

export const datasetSchema = z.discriminatedUnion('kind', [
  /** Rows of a CSV file (or a `.csv.gz`). */
  z.strictObject({
    kind: z.literal('table'),
    /** File name without folders, or `bundled:NAME`. */
    file: z
      .string()
      .max(200)
      .regex(/^(bundled:)?[^/\\]+$/),
    features: z.array(columnName).min(1).max(4096),
    target: columnName,
    /** `classes`: the target is one of `classes`; `value`: a real number. */
    task: z.enum(['classes', 'value']),
    /** The class labels as written in the file, in index order; empty for `value`. */
    classes: z.array(z.string().max(200)).max(4096),
    /** SHA-256 of the file's bytes in hex, or empty where not known. */
    hash: z.string().regex(/^([0-9a-f]{64})?$/),
    /** False: the first line holds samples already, and the columns are called `column 1` and so on. */
    header: z.boolean().optional(),
    /** Features that hold words, with those that occur: one number a word, 1 where it stands and 0 elsewhere. */
    categories: z.record(columnName, z.array(z.string().max(200)).min(1).max(1000)).optional(),
    /** What becomes of rows that lack a number: without this the file is refused. */
    missing: z.enum(['refuse', 'leave-out']).optional(),
  }),
  /** Samples written in the document itself. */
  z.strictObject({
    kind: z.literal('inline'),
    x: z.array(z.array(z.number()).min(1).max(1024)).min(1).max(10_000),
    y: z.array(z.array(z.number()).min(1).max(1024)).min(1).max(10_000),
  }),
  /** Points of `modes` Gaussians on a circle; no target (for a GAN). x: [B, 2]. */
  z.strictObject({
    kind: z.literal('ring'),
    samples: z.number().int().min(1).max(1_000_000),
    modes: z.number().int().min(1).max(1000),
    radius: z.number().positive(),
    deviation: z.number().min(0),
  }),
  /** Remember the first of `length` one-hot vectors of `symbols`. x: [B, T, symbols], y: index. */
  z.strictObject({
    kind: z.literal('recall'),
    samples: z.number().int().min(1).max(1_000_000),
    length: z.number().int().min(2).max(2000),
    symbols: z.number().int().min(2).max(1000),
  }),
  /** Write `length` random tokens backwards. x: tokens [B, T], y: tokens [B, T]. */
  z.strictObject({
    kind: z.literal('reverse'),
    samples: z.number().int().min(1).max(1_000_000),
    length: z.number().int().min(2).max(512),
    symbols: z.number().int().min(2).max(1000),
  }),
])

export type Dataset = z.infer<typeof datasetSchema>

export type TableDataset = Extract<Dataset, { kind: 'table' }>

/** The words of a column that is read as such; undefined for one of numbers. */
export function categoriesOf({ categories }: TableDataset, column: string): readonly string[] | undefined {
  return categories !== undefined && Object.hasOwn(categories, column) ? categories[column] : undefined
}

/** The column that each number of a sample comes from, in order. */
export function columnsOf(dataset: TableDataset): readonly string[] {
  return dataset.features.flatMap((column) => {
    const words = categoriesOf(dataset, column)
    return words === undefined ? [column] : words.map(() => column)
  })
}
