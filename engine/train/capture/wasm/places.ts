/**
 * The tensors that come to be in a recorded step. Nothing of them is in the heap while the step is recorded: they get
 * addresses that no heap has, each its own, which are put in the place of real ones when it is known which of them may
 * share room. Their ids are the real ones from the first, since kernels also hand ids on inside of arrays.
 */

export type PlaceKind = 'work' | 'constant' | 'input'

export interface Place {
  readonly id: number
  /** An address that no heap has. */
  readonly address: number
  /** In numbers. */
  readonly size: number
  readonly bytes: number
  kind: PlaceKind
  /** Of a constant. */
  readonly contents: Uint8Array | null
}

export interface Places {
  readonly all: readonly Place[]
  add(size: number, bytes: number, contents: Uint8Array | null): Place
  /** The tensor with this id, where it is one of these. */
  withId(id: number): Place | null
  /** The tensor that an address lies in. */
  at(address: number): Place | null
}

/** Heaps end at 2^32. */
const firstAddress = 2 ** 45

/** Kernels may read a vector past the end of a tensor. */
export const margin = 16

/** Room that a tensor of so many bytes is given, beginning and ending with a vector. */
export function roomFor(bytes: number): number {
  return Math.ceil((bytes + margin) / margin) * margin
}

export function createPlaces(firstId: number): Places {
  const all: Place[] = []
  let next = firstAddress
  return {
    all,
    add(size, bytes, contents) {
      const kind = contents === null ? 'work' : 'constant'
      const place: Place = { id: firstId + all.length, address: next, size, bytes, kind, contents }
      all.push(place)
      next += roomFor(bytes)
      return place
    },
    withId: (id) => all[id - firstId] ?? null,
    at(address) {
      if (address < firstAddress || address >= next) return null
      let low = 0
      let high = all.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((all[middle] as Place).address <= address) low = middle
        else high = middle - 1
      }
      return all[low] ?? null
    },
  }
}
