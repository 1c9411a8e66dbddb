/**
 * Fresh ids, readable in a saved file: `dense`, then `dense_2`. Ids are never shown to people; they are what paths,
 * run files and diffs are made of. And fresh labels, which are what people see.
 */
import { idSchema, longest } from './document'

/** Ids that are taken: a record keyed by id, or a set. */
export type Taken = Readonly<Record<string, unknown>> | ReadonlySet<string>

function isTaken(taken: Taken, id: string): boolean {
  return taken instanceof Set ? taken.has(id) : Object.hasOwn(taken, id)
}

/** The nearest thing to these words that is an id: `layer-norm` -> `layer_norm`. */
export function idFrom(words: string): string {
  const plain = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .replace(/_+$/, '')
    .slice(0, 56)
  return idSchema.safeParse(plain).success ? plain : `n_${plain}`.replace(/_$/, '')
}

/** `dense`, or `dense_2`, `dense_3`... when that is taken. */
export function freshId(words: string, taken: Taken): string {
  const base = idFrom(words)
  if (!isTaken(taken, base)) return base
  const stem = base.replace(/_\d+$/, '')
  for (let number = 2; ; number += 1) {
    const id = `${stem}_${number}`
    if (!isTaken(taken, id)) return id
  }
}

/** `Hidden`, or `Hidden 2`, `Hidden 3`... when that is taken; a number at the end that measures something is kept: `8 × 8 (2)`. */
export function freshLabel(label: string, taken: ReadonlySet<string>): string {
  if (!taken.has(label)) return label
  const counted = /^(.*\p{L})(?: (\d+))?$/u.exec(label)
  const [, stem = label, number = '1'] = counted ?? /^(.*?)(?: \((\d+)\))?$/s.exec(label) ?? []
  for (let next = Number(number) + 1; ; next += 1) {
    const end = counted === null ? ` (${next})` : ` ${next}`
    const fresh = stem.slice(0, longest.label - end.length) + end
    if (!taken.has(fresh)) return fresh
  }
}

/** `w1`, `w2`... */
export function freshWireId(taken: Readonly<Record<string, unknown>>): string {
  for (let number = Object.keys(taken).length + 1; ; number += 1) {
    const id = `w${number}`
    if (!Object.hasOwn(taken, id)) return id
  }
}
