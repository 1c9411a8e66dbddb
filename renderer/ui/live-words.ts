/**
 * Words of several languages behind one object: every word is looked up when it is read, in the language of that moment.
 * So a part of it may be kept (`const words = strings.run`), and a single word may not: a module that keeps one at its top
 * would keep the language that the window began with. A test reads along.
 */

type Group = Readonly<Record<string, unknown>>

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A view that is shaped as `shape` and answers with what `now` gives at the same place. */
export function liveWords<T extends object>(shape: T, now: () => T): T {
  return viewOf(shape as Group, now as () => Group) as T
}

function viewOf(shape: Group, now: () => Group): Group {
  const view = {}
  for (const [name, value] of Object.entries(shape)) {
    const property = isGroup(value)
      ? { value: viewOf(value, () => now()[name] as Group) }
      : { get: () => now()[name] }
    Object.defineProperty(view, name, { ...property, enumerable: true })
  }
  return Object.freeze(view)
}
