/**
 * Undo and redo of a document. Every edit has a label and becomes one entry of immer patches; a gesture (a drag, a
 * slider scrub, typing in one field) is one entry however many edits it is made of. There is no limit on entries. An
 * edit that changes nothing is no entry and leaves redo alone. Selection, viewport and runs are not in the document,
 * so they are not here either.
 *
 * The history has identity and a lifetime (one per open document), hence a closure; it knows no clock and no screen.
 */
import { applyPatches, enablePatches, produceWithPatches, type Draft, type Patch } from 'immer'
import type { Document } from './document'

enablePatches()

/** Changes a draft of the document in place. */
export type Recipe = (draft: Draft<Document>) => void

export interface EditOptions {
  /**
   * Consecutive edits with the same key become one entry: `field:dense:units` while someone types. Ends with `seal`,
   * with an edit of another key, with undo or redo. Inside `begin`/`commit` it has no effect.
   */
  readonly key?: string
}

export interface History {
  document(): Document
  /** Runs the recipe as one labelled edit; answers whether the document changed. A throwing recipe changes nothing. */
  edit(label: string, recipe: Recipe, options?: EditOptions): boolean
  /** Opens a gesture: everything until its `commit` is one entry under this label. Inside another it is a part of it. */
  begin(label: string): void
  /** Ends the innermost gesture. Without an open gesture it does nothing. */
  commit(): void
  /** Ends the innermost gesture and takes back what it did, as if it had not happened. */
  cancel(): void
  /** Ends the coalescing of edits with a key: the next one is an entry of its own. */
  seal(): void
  /** Takes back the newest entry (an open gesture is committed first). Answers its label, or null when there is none. */
  undo(): string | null
  redo(): string | null
  /** Label of what `undo` would take back, or null. */
  undoLabel(): string | null
  redoLabel(): string | null
  /** Whether a gesture is open. */
  inGesture(): boolean
  /** Number of entries that can be undone. */
  depth(): number
  /** Labels of all entries, oldest first; the first `depth()` of them are done, the others undone. */
  labels(): readonly string[]
  /** Undoes or redoes until so many entries are done. */
  jump(depth: number): void
}

interface Entry {
  readonly label: string
  readonly patches: readonly Patch[]
  readonly inverse: readonly Patch[]
  readonly key: string | null
}

interface Gesture {
  readonly label: string
  readonly before: Document
  patches: Patch[]
  inverse: Patch[]
}

/** Whether two JSON values are the same; shared parts (as immer leaves them) are compared by identity. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
}

const pathKey = (patch: Patch): string => JSON.stringify(patch.path)

/** Whether one of the paths leads through another: then the order of their patches matters. */
function nested(paths: ReadonlySet<string>): boolean {
  const parsed = [...paths].map((path) => JSON.parse(path) as (string | number)[])
  return parsed.some((path) => path.some((_, length) => paths.has(JSON.stringify(path.slice(0, length)))))
}

/**
 * Two runs of patches as one. A drag replaces the same few positions hundreds of times: where both runs only replace
 * whole values, the last one of each path stands for all (the first one, for the inverse).
 */
function joined(first: readonly Patch[], second: readonly Patch[]): Patch[] {
  const all = [...first, ...second]
  if (all.some((patch) => patch.op !== 'replace' || patch.path.at(-1) === 'length')) return all
  const last = new Map(all.map((patch) => [pathKey(patch), patch] as const))
  return last.size === all.length || nested(new Set(last.keys())) ? all : [...last.values()]
}

/** A history that begins with this document. The document must not be changed in place afterwards (immer freezes it). */
export function createHistory(initial: Document): History {
  let document = initial
  const past: Entry[] = []
  let future: readonly Entry[] = []
  const gestures: Gesture[] = []
  /** Key of the newest entry while it still takes more edits, and the document before that entry. */
  let openKey: string | null = null
  let openBefore: Document | null = null

  function push(entry: Entry, before: Document): void {
    const previous = past.at(-1)
    future = []
    if (previous === undefined || entry.key === null || entry.key !== openKey) {
      past.push(entry)
      openKey = entry.key
      openBefore = before
      return
    }
    past.pop()
    if (openBefore !== null && sameValue(openBefore, document)) {
      document = openBefore
      openKey = null
      return
    }
    past.push({
      ...previous,
      patches: joined(previous.patches, entry.patches),
      inverse: joined(entry.inverse, previous.inverse),
    })
  }

  function edit(label: string, recipe: Recipe, options: EditOptions = {}): boolean {
    const [next, patches, inverse] = produceWithPatches(document, (draft) => {
      recipe(draft)
    })
    if (patches.length === 0 || sameValue(document, next)) return false
    const before = document
    document = next
    const gesture = gestures.at(-1)
    if (gesture === undefined) {
      push({ label, patches, inverse, key: options.key ?? null }, before)
    } else {
      gesture.patches = joined(gesture.patches, patches)
      gesture.inverse = joined(inverse, gesture.inverse)
    }
    return true
  }

  function commit(): void {
    const gesture = gestures.pop()
    if (gesture === undefined || gesture.patches.length === 0) return
    if (sameValue(gesture.before, document)) {
      document = gesture.before
      return
    }
    const outer = gestures.at(-1)
    if (outer === undefined) {
      push(
        { label: gesture.label, patches: gesture.patches, inverse: gesture.inverse, key: null },
        gesture.before,
      )
    } else {
      outer.patches = joined(outer.patches, gesture.patches)
      outer.inverse = joined(gesture.inverse, outer.inverse)
    }
  }

  function commitAll(): void {
    while (gestures.length > 0) commit()
    openKey = null
  }

  /** Whether an open gesture has changed something. */
  function unfinished(): boolean {
    return gestures.some((gesture) => gesture.patches.length > 0)
  }

  function undo(): string | null {
    commitAll()
    const entry = past.pop()
    if (entry === undefined) return null
    document = applyPatches(document, [...entry.inverse])
    future = [...future, entry]
    return entry.label
  }

  function redo(): string | null {
    commitAll()
    const entry = future.at(-1)
    if (entry === undefined) return null
    document = applyPatches(document, [...entry.patches])
    future = future.slice(0, -1)
    past.push(entry)
    return entry.label
  }

  return {
    document: () => document,
    edit,
    begin(label) {
      openKey = null
      gestures.push({ label, before: document, patches: [], inverse: [] })
    },
    commit,
    cancel() {
      const gesture = gestures.pop()
      if (gesture !== undefined) document = gesture.before
    },
    seal() {
      openKey = null
    },
    undo,
    redo,
    undoLabel: () => (unfinished() ? gestures[0]?.label : past.at(-1)?.label) ?? null,
    redoLabel: () => (unfinished() ? null : (future.at(-1)?.label ?? null)),
    inGesture: () => gestures.length > 0,
    depth: () => past.length,
    labels: () => [...past, ...future.toReversed()].map(({ label }) => label),
    jump(depth) {
      commitAll()
      while (past.length > depth && undo() !== null);
      while (past.length < depth && redo() !== null);
    },
  }
}
