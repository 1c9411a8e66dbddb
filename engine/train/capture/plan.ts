/**
 * Where the buffers of a recorded step lie. Each is needed from the first command that touches it to the last, and two
 * that are never needed at once may have the same place. Places are parts of a few large buffers ("slabs"), and not of
 * one, since no dispatch may read a buffer that it also writes, not even another part of it.
 *
 * Greedy by size, as in Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020), in several
 * orders, of which the one that needs the least counts.
 */

/** A buffer of the recording: its size in bytes, and the first and last command that touch it. */
export interface Need {
  readonly size: number
  readonly first: number
  readonly last: number
}

export interface Place {
  readonly slab: number
  /** In bytes. */
  readonly offset: number
}

export interface MemoryPlan {
  /** For each need. */
  readonly places: readonly Place[]
  /** Bytes of each slab, the largest first. */
  readonly slabs: readonly number[]
  /** Of all slabs. */
  readonly bytes: number
  /** The most that is needed at one time: no plan can be smaller. */
  readonly least: number
}

export interface PlanOptions {
  readonly needs: readonly Need[]
  /** Pairs of needs that may not share a slab. */
  readonly apart: readonly (readonly [number, number])[]
  /** Offsets are multiples of this. */
  readonly alignment: number
  /** No slab may be larger, in bytes. */
  readonly most: number
}

const overlaps = (a: Need, b: Need): boolean => a.first <= b.last && b.first <= a.last

/** The most bytes that are needed at one time. */
function leastBytes(needs: readonly Need[], round: (size: number) => number): number {
  const changes = new Map<number, number>()
  const change = (at: number, by: number) => changes.set(at, (changes.get(at) ?? 0) + by)
  for (const { size, first, last } of needs) {
    change(first, round(size))
    change(last + 1, -round(size))
  }
  let held = 0
  let most = 0
  for (const at of [...changes.keys()].toSorted((a, b) => a - b)) {
    held += changes.get(at) ?? 0
    most = Math.max(most, held)
  }
  return most
}

interface Slab {
  size: number
  /** Needs in it, by their offsets. */
  readonly held: { readonly need: number; readonly start: number; readonly end: number }[]
}

/** The lowest place in a slab that is free for as long as `need` is. */
function firstGap(slab: Slab, need: Need, size: number, needs: readonly Need[]): number {
  let start = 0
  for (const held of slab.held) {
    if (!overlaps(needs[held.need] as Need, need)) continue
    if (held.start - start >= size) return start
    start = Math.max(start, held.end)
  }
  return start
}

interface Tried {
  readonly places: readonly Place[]
  readonly slabs: readonly Slab[]
  readonly bytes: number
}

/** One after the other where the slabs grow least; `together`: rather in a slab that is there than in a new one. */
function placeInOrder(
  order: readonly number[],
  { needs, alignment, most }: PlanOptions,
  neighbours: readonly ReadonlySet<number>[],
  together: boolean,
): Tried {
  const places: Place[] = []
  const slabs: Slab[] = []
  for (const index of order) {
    const need = needs[index] as Need
    const size = Math.ceil(need.size / alignment) * alignment
    const away = new Set([...(neighbours[index] ?? [])].map((other) => places[other]?.slab))
    let best = { slab: slabs.length, start: 0, growth: size }
    for (const [at, slab] of slabs.entries()) {
      if (away.has(at)) continue
      const start = firstGap(slab, need, size, needs)
      const growth = Math.max(0, start + size - slab.size)
      const better =
        growth < best.growth || (together && growth === best.growth && best.slab === slabs.length)
      if (better && start + size <= most) best = { slab: at, start, growth }
    }
    const slab: Slab = slabs[best.slab] ?? { size: 0, held: [] }
    slabs[best.slab] = slab
    slab.size += best.growth
    const after = slab.held.findIndex(({ start }) => start > best.start)
    slab.held.splice(after < 0 ? slab.held.length : after, 0, {
      need: index,
      start: best.start,
      end: best.start + size,
    })
    places[index] = { slab: best.slab, offset: best.start }
  }
  return { places, slabs, bytes: slabs.reduce((sum, { size }) => sum + size, 0) }
}

/** Gives every need its place. */
export function planMemory(options: PlanOptions): MemoryPlan {
  const { needs, alignment } = options
  const neighbours = needs.map(() => new Set<number>())
  for (const [a, b] of options.apart) {
    if (a === b) continue
    neighbours[a]?.add(b)
    neighbours[b]?.add(a)
  }
  const all = needs.map((_, index) => index)
  const by = (weight: (need: Need) => number) =>
    all.toSorted((a, b) => weight(needs[b] as Need) - weight(needs[a] as Need) || a - b)
  const orders = [
    by(({ size }) => size),
    by(({ size, first, last }) => size * (last - first + 1)),
    by(({ first }) => -first),
  ]
  const tried = orders.flatMap((order) =>
    [true, false].map((together) => placeInOrder(order, options, neighbours, together)),
  )
  const best = tried.reduce((a, b) => (b.bytes < a.bytes ? b : a))
  const ranks = best.slabs
    .map((_, at) => at)
    .toSorted((a, b) => (best.slabs[b]?.size ?? 0) - (best.slabs[a]?.size ?? 0))
  return {
    places: best.places.map(({ slab, offset }) => ({ slab: ranks.indexOf(slab), offset })),
    slabs: ranks.map((at) => best.slabs[at]?.size ?? 0),
    bytes: best.bytes,
    least: leastBytes(needs, (size) => Math.ceil(size / alignment) * alignment),
  }
}
