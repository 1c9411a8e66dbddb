/** Room in the heap for what recorded steps work with: one stretch for all of a run, since one is replayed at a time. */
import type { RecordableBackend } from '../../../backend/wasm/recordable'

export interface Heap {
  /** Where at least so many bytes begin. */
  room(bytes: number): number
  /** Another one whenever the room has moved. */
  readonly version: number
  readonly bytes: number
  dispose(): void
}

/** Vectors begin at multiples of this. */
const vector = 16

export function createHeap({ wasm }: RecordableBackend): Heap {
  let block = 0
  let size = 0
  let version = 0
  return {
    room(bytes) {
      if (bytes > size || block === 0) {
        if (block !== 0) wasm._free(block)
        block = wasm._malloc(bytes + vector) >>> 0
        if (block === 0)
          throw new Error(`There is no room in memory for the ${bytes} bytes that a step needs.`)
        size = bytes
        version++
      }
      return Math.ceil(block / vector) * vector
    },
    get version() {
      return version
    },
    get bytes() {
      return size
    },
    dispose() {
      if (block !== 0) wasm._free(block)
      block = 0
      size = 0
      version++
    },
  }
}
