/**
 * Order of the wires in a list port. Each wire carries a key; keys sort as plain strings, and there is always room for
 * one more between two of them, so that moving one wire changes one wire (fractional indexing).
 */
import { generateKeyBetween } from 'fractional-indexing'

/** Longest key that a document may hold. */
const longest = 100

/** Whether a key was made by these functions (a hand-written one may be any word). */
function usable(key: string | null): string | null {
  if (key === null) return null
  try {
    generateKeyBetween(key, null)
    return key
  } catch {
    return null
  }
}

/**
 * A key that sorts after `before` and before `after` (null = no bound). Answers null where there is no room: the keys
 * are not in order, are not of our making, or the result would be too long; the caller then numbers the list anew.
 */
export function keyBetween(before: string | null, after: string | null): string | null {
  if (usable(before) !== before || usable(after) !== after) return null
  if (before !== null && after !== null && before >= after) return null
  const key = generateKeyBetween(before, after)
  return key.length <= longest ? key : null
}

/** `count` keys in order, for a list numbered anew. */
export function freshKeys(count: number): string[] {
  const keys: string[] = []
  for (let index = 0; index < count; index += 1) keys.push(generateKeyBetween(keys.at(-1) ?? null, null))
  return keys
}

/** Order of two keys: by code unit, as the file is sorted. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
