/**
 * The settings of a node type. One record says how a setting is checked, edited, defaulted and explained; the
 * inspector, the file format, the help page and the validation of pasted text all read it.
 */
import * as z from 'zod'
import { datasetSchema, type Dataset } from './dataset'
import { initialiserSchema, type Initialiser } from './initialiser'

/** How the inspector edits a field. */
export type Widget =
  | { readonly kind: 'number'; readonly integer: boolean; readonly min?: number; readonly max?: number }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'select'; readonly options: readonly string[] }
  | { readonly kind: 'shape'; readonly length?: number }
  | { readonly kind: 'initialiser' }
  | { readonly kind: 'dataset' }
  | { readonly kind: 'text'; readonly lines: number }
  | { readonly kind: 'numbers' }

/** One setting: schema, default, editor, words. */
export interface Field<T> {
  readonly schema: z.ZodType<T>
  readonly initial: T
  readonly widget: Widget
  readonly doc: string
}

interface NumberOptions {
  readonly initial: number
  readonly min?: number
  readonly max?: number
  readonly doc: string
}

function numberField(base: z.ZodNumber, integer: boolean, o: NumberOptions): Field<number> {
  let schema = base
  if (o.min !== undefined) schema = schema.min(o.min)
  if (o.max !== undefined) schema = schema.max(o.max)
  const widget: Widget = {
    kind: 'number',
    integer,
    ...(o.min === undefined ? {} : { min: o.min }),
    ...(o.max === undefined ? {} : { max: o.max }),
  }
  return { schema, initial: o.initial, doc: o.doc, widget }
}

/** A whole number. */
export function int(o: NumberOptions): Field<number> {
  return numberField(z.number().int(), true, o)
}

/** A real number. */
export function real(o: NumberOptions): Field<number> {
  return numberField(z.number(), false, o)
}

export function bool(o: { readonly initial: boolean; readonly doc: string }): Field<boolean> {
  return { schema: z.boolean(), initial: o.initial, doc: o.doc, widget: { kind: 'toggle' } }
}

/** One of a fixed list of words. */
export function choice<const C extends readonly [string, ...string[]]>(
  options: C,
  o: { readonly initial: NoInfer<C[number]>; readonly doc: string },
): Field<C[number]> {
  return { schema: z.enum(options), initial: o.initial, doc: o.doc, widget: { kind: 'select', options } }
}

/** A list of whole sizes, e.g. a kernel `[3, 3]`; `length` fixes how many. -1 is allowed where `infer` allows it. */
export function sizes(o: {
  readonly initial: readonly number[]
  readonly length?: number
  readonly min?: number
  readonly doc: string
}): Field<readonly number[]> {
  const item = z
    .number()
    .int()
    .min(o.min ?? 1)
    .max(1_000_000)
  const schema = o.length === undefined ? z.array(item).max(8) : z.array(item).length(o.length)
  const widget: Widget = { kind: 'shape', ...(o.length === undefined ? {} : { length: o.length }) }
  return { schema, initial: o.initial, doc: o.doc, widget }
}

/** Free text, e.g. a formula; `lines` is how tall its editor is. */
export function text(o: {
  readonly initial: string
  readonly doc: string
  readonly lines?: number
  readonly max?: number
}): Field<string> {
  return {
    schema: z.string().max(o.max ?? 2000),
    initial: o.initial,
    doc: o.doc,
    widget: { kind: 'text', lines: o.lines ?? 1 },
  }
}

/** A list of real numbers, e.g. one weight a class; empty is allowed. */
export function numbers(o: {
  readonly initial: readonly number[]
  readonly doc: string
}): Field<readonly number[]> {
  return {
    schema: z.array(z.number()).max(4096),
    initial: o.initial,
    doc: o.doc,
    widget: { kind: 'numbers' },
  }
}

export function initialiser(o: { readonly initial: Initialiser; readonly doc: string }): Field<Initialiser> {
  return { schema: initialiserSchema, initial: o.initial, doc: o.doc, widget: { kind: 'initialiser' } }
}

export function dataset(o: { readonly initial: Dataset; readonly doc: string }): Field<Dataset> {
  return { schema: datasetSchema, initial: o.initial, doc: o.doc, widget: { kind: 'dataset' } }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a record of fields of mixed types; ValuesOf recovers each one
export type Fields = Readonly<Record<string, Field<any>>>
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }
