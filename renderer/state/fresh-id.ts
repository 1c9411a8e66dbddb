/**
 * Ids of new nodes and wires, and places in list ports.
 */

/** Wires have no type to be named after. */
export const wireStem = 'w'

/** `dense`, then `dense_2`, `dense_3`…; for wires `w1`, `w2`…: the first that is free. */
export function freshId(type: string, taken: Readonly<Record<string, unknown>>): string {
  const stem = type.replaceAll('-', '_').slice(0, 50)
  const joint = stem === wireStem ? '' : '_'
  if (joint !== '' && !Object.hasOwn(taken, stem)) return stem
  let number = joint === '' ? 1 : 2
  while (Object.hasOwn(taken, `${stem}${joint}${number}`)) number += 1
  return `${stem}${joint}${number}`
}

/** A key that sorts after `last`, for a wire at the end of a list port. */
export function nextListKey(last: string | null): string {
  if (last === null || last === '') return 'V'
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const place = digits.indexOf(last.at(-1) ?? '')
  const next = digits[place + 1]
  return place < 0 || next === undefined ? `${last}V` : last.slice(0, -1) + next
}
