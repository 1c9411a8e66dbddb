/**
 * One pass over JSON text for what `JSON.parse` hides or dies of: nesting without end, a key that stands twice in one
 * object (the parser keeps the last in silence), and keys that reach for an object's prototype.
 */

/** Deepest nesting that is read: the deepest honest value is a literal weight inside a block. */
export const deepest = 48

/** Keys that mean something else than a name to JavaScript. */
const hostileKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

interface Level {
  /** Keys seen so far; null in a list. */
  readonly keys: Set<string> | null
  /** Last key, or index in a list, for naming the place. */
  at: string | number
  /** Whether the next string is a key. */
  expectsKey: boolean
}

/** A path as people write it: `nodes.dense.params`. */
export function formatPath(path: readonly (string | number | symbol)[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}

function place(levels: readonly Level[]): string {
  const path = formatPath(levels.slice(0, -1).map((level) => level.at))
  return path === '' ? 'At the top' : `At ${path}`
}

/** Index just after the string that begins at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 92) index += 1
    else if (code === 34) return index + 1
  }
  return text.length
}

function decode(literal: string): string | null {
  try {
    return JSON.parse(literal) as string
  } catch {
    return null
  }
}

/** A sentence about the first thing wrong, or null. Text that is not JSON is left for the parser to explain. */
export function scanJson(text: string): string | null {
  const levels: Level[] = []
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    const level = levels.at(-1)
    if (code === 34) {
      const end = endOfString(text, index)
      if (level?.keys && level.expectsKey) {
        const key = decode(text.slice(index, end))
        if (key === null) return null
        if (hostileKeys.has(key)) return `${place(levels)}, the key "${key}" cannot be a name; rename it.`
        if (level.keys.has(key))
          return `${place(levels)}, the key "${key}" stands twice; one of them must go.`
        level.keys.add(key)
        level.at = key
        level.expectsKey = false
      }
      index = end - 1
    } else if (code === 123 || code === 91) {
      if (levels.length >= deepest)
        return `${place(levels)}, values are nested more than ${deepest} levels deep.`
      levels.push(
        code === 123
          ? { keys: new Set(), at: '', expectsKey: true }
          : { keys: null, at: 0, expectsKey: false },
      )
    } else if (code === 125 || code === 93) {
      levels.pop()
    } else if (code === 44 && level !== undefined) {
      if (level.keys) level.expectsKey = true
      else level.at = Number(level.at) + 1
    }
  }
  return null
}
