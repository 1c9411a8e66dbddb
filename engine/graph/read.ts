/**
 * Text in, document or a sentence out: the one border where files, dropped text and pasted text are parsed. It never
 * throws and never answers half a document; what passes it is trusted by everything inside.
 */
import { documentSchema, documentVersion, type Document } from './document'
import { issueSentence, quote } from './issues'
import { migrateEnvelope } from './migrate'
import { referenceFault } from './references'
import { scanJson } from './scan'

/** Longest text that is read, in UTF-16 units: a graph of 10,000 nodes takes about 5 million. */
export const largestText = 64 * 1024 * 1024

export type ReadResult =
  { readonly ok: true; readonly document: Document } | { readonly ok: false; readonly message: string }

function refused(message: string): ReadResult {
  return { ok: false, message }
}

/** Where the parser stopped, as line and column, if it says. */
function placeOf(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1]
  if (position === undefined) return ''
  const before = text.slice(0, Number(position)).split('\n')
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`
}

function parse(text: string): { readonly value: unknown } | { readonly message: string } {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    const place = placeOf(text, error instanceof Error ? error.message : '')
    return { message: `This is not a Wiregrad graph: the text is not complete, valid JSON${place}.` }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The version of the file, or a sentence. */
function versionOf(file: Readonly<Record<string, unknown>>): number | string {
  if (file['format'] !== 'wiregrad') {
    return `This is not a Wiregrad graph: \`format\` must be "wiregrad", but is ${quote(file['format'])}.`
  }
  const version = file['version']
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return `\`version\` must be a whole number from 1 to ${documentVersion}, but is ${quote(version)}.`
  }
  if (version > documentVersion) {
    return `This graph was saved by a newer Wiregrad: its format is version ${version}, and this Wiregrad reads versions up to ${documentVersion}. Open it with a newer Wiregrad.`
  }
  return version
}

/** Reads a saved graph. Every refusal is a sentence: where, what was wanted, what came. */
export function readDocument(text: string): ReadResult {
  if (text.length > largestText) {
    return refused(
      `The text has ${text.length} characters; graphs of up to ${largestText} characters are read.`,
    )
  }
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const fault = scanJson(source)
  if (fault !== null) return refused(fault)
  const parsed = parse(source)
  if ('message' in parsed) return refused(parsed.message)
  if (!isRecord(parsed.value))
    return refused(`This is not a Wiregrad graph: an object was wanted, but ${quote(parsed.value)} came.`)
  const version = versionOf(parsed.value)
  if (typeof version === 'string') return refused(version)
  const file = migrateEnvelope(parsed.value, version)
  const checked = documentSchema.safeParse(file)
  if (!checked.success) return refused(issueSentence(checked.error, file))
  const dangling = referenceFault(checked.data)
  return dangling === null ? { ok: true, document: checked.data } : refused(dangling)
}
