/**
 * The document as text, for files, the clipboard and tests. The same document always gives the same bytes: keys are
 * sorted, so that the order of edits leaves no trace and a saved graph diffs well; lists without objects in them
 * (positions, ends of wires, small tables) stay on one line where they fit.
 */
import type { Document } from './document'

/** Longest list that is written on one line. */
const lineLength = 100

function write(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) return writeList(value, indent, inner)
  const record = value as Record<string, unknown>
  const keys = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
  if (keys.length === 0) return '{}'
  const entries = keys.map((key) => `${inner}${JSON.stringify(key)}: ${write(record[key], inner)}`)
  return `{\n${entries.join(',\n')}\n${indent}}`
}

function writeList(list: readonly unknown[], indent: string, inner: string): string {
  const items = list.map((item) => write(item === undefined ? null : item, inner))
  const line = `[${items.join(', ')}]`
  if (line.length <= lineLength && !line.includes('\n') && !line.includes('{')) return line
  return `[\n${items.map((item) => inner + item).join(',\n')}\n${indent}]`
}

/** The document as it is saved: UTF-8 text, keys sorted by code unit, two spaces a level, a newline at the end. */
export function writeDocument(document: Document): string {
  return `${write(document, '')}\n`
}
