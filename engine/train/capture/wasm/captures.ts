/**
 * Which steps of a run are replayed on the WebAssembly backend: as ../captures.ts, but at once, since there is no device
 * to wait for. A step that ran as ever has put new tensors where the step before left its own; they are copied to where
 * recordings look for them.
 */
import type * as Tf from '@tensorflow/tfjs'
import { recordableBackend, type RecordableBackend } from '../../../backend/wasm/recordable'
import type { Body, CapturesOptions } from '../captures'
import { createHeap } from './heap'
import { createProgram, type Program } from './program'
import { record, type Recording } from './record'

export interface HeapReplayed<Kept> {
  readonly values: Float32Array
  readonly kept: Kept
}

export interface HeapCaptures<Kept> {
  /** Replays the step; null where the caller must run it. `likeness` names its kind, `alike` is another step of it. */
  take(step: number, likeness: string, alike: number, body: Body<Kept>): HeapReplayed<Kept> | null
  /** Bytes of the heap that replays work in. */
  readonly bytes: number
  /** Forgets every recording: what they were made of has changed. */
  forget(): void
  dispose(): void
}

interface Kind<Kept> {
  readonly recording: Recording
  readonly program: Program
  readonly kept: Kept
  /** The data that the recording reads and writes. */
  readonly state: readonly object[]
}

const replayedMessage = 'Steps are recorded once and replayed, with no work of tfjs in between.'
const mismatch =
  'Two recordings of the step differ: a number that changes from step to step would stand still in a replay.'

/** tfjs counts its tensors from 1 and would take days to come here. */
const firstId = 0x7000_0000
const lastId = 0x7fff_0000
let nextId = firstId

/** Captures on the current backend, or null where it is none that can be recorded. */
export function createHeapCaptures<Kept>(options: CapturesOptions): HeapCaptures<Kept> | null {
  const backend = recordableBackend(options.tf)
  return backend === null ? null : capturesOn(backend, options)
}

function capturesOn<Kept>(backend: RecordableBackend, options: CapturesOptions): HeapCaptures<Kept> {
  const { tf, report } = options
  const heap = createHeap(backend)
  const seen = new Set<string>()
  const kinds = new Map<string, Kind<Kept>>()
  let refused = false
  let announced = false

  const state = (): object[] =>
    [...options.cells().map((cell) => cell.get()), ...options.remembered()].map(({ dataId }) => dataId)
  /** What the cells held when the first kind was recorded. */
  let homes: readonly Tf.Tensor[] = []
  /** Puts the numbers of every cell where recordings look for them; false where that cannot be. */
  function bringHome(): boolean {
    const cells = options.cells()
    const moved = cells.flatMap((cell, index) => {
      const home = homes[index]
      return home === undefined || home.dataId === cell.get().dataId ? [] : [{ cell, home }]
    })
    const fits = moved.every(
      ({ cell, home }) => cell.get().size === home.size && cell.get().dtype === home.dtype,
    )
    if (cells.length !== homes.length || !fits) return false
    for (const { cell, home } of moved) {
      const from = backend.dataIdMap.get(cell.get().dataId)
      const to = backend.dataIdMap.get(home.dataId)
      backend.wasm.HEAPU8.copyWithin(to.memoryOffset, from.memoryOffset, from.memoryOffset + 4 * home.size)
      // What tfjs has packed of the old numbers is forgotten with the id.
      backend.wasm.tfjs.disposeData(to.id)
      backend.wasm.tfjs.registerTensor(to.id, home.size, to.memoryOffset)
      cell.set(home)
    }
    return true
  }
  const stands = (kind: Kind<Kept>): boolean => {
    if (!bringHome()) return false
    const now = state()
    return now.length === kind.state.length && now.every((id, index) => id === kind.state[index])
  }
  const end = ({ program, recording }: Pick<Kind<Kept>, 'program' | 'recording'>): void => {
    program.dispose()
    recording.dispose()
  }
  const forget = (): void => {
    for (const kind of kinds.values()) end(kind)
    kinds.clear()
    tf.dispose([...homes])
    homes = []
  }

  function once(step: number, body: Body<Kept>): readonly [Recording, Kept] {
    let kept: Kept | null = null
    const recording = record({ tf, backend, cells: options.cells(), firstId: nextId }, step, (inputs) => {
      const result = body.run(inputs)
      kept = result.kept
      return result.numbers
    })
    return [recording, kept as Kept]
  }

  /** The recording of a step, proved by one of another step. */
  function recordKind(step: number, alike: number, body: Body<Kept>): Kind<Kept> {
    const [proof] = once(alike, body)
    proof.dispose()
    const [recording, kept] = once(step, body)
    try {
      if (recording.digest !== proof.digest) throw new Error(mismatch)
      nextId += recording.places.all.length
      if (nextId > lastId)
        throw new Error('So many steps were recorded that their tensors cannot be told apart.')
      return { recording, program: createProgram(backend, heap, recording), kept, state: state() }
    } catch (error) {
      recording.dispose()
      throw error
    }
  }

  const replayOf = ({ program, kept }: Kind<Kept>, step: number): HeapReplayed<Kept> => ({
    values: program.run(step),
    kept,
  })

  function begin(step: number, likeness: string, alike: number, body: Body<Kept>): HeapReplayed<Kept> | null {
    let kind: Kind<Kept>
    try {
      if (kinds.size > 0 && !bringHome()) forget()
      if (kinds.size === 0) homes = options.cells().map((cell) => tf.keep(cell.get().clone()))
      kind = recordKind(step, alike, body)
    } catch (error) {
      refused = true
      forget()
      report({
        captured: false,
        message: `Every step is run anew. ${error instanceof Error ? error.message : String(error)}`,
      })
      return null
    }
    kinds.set(likeness, kind)
    if (!announced) report({ captured: true, message: replayedMessage })
    announced = true
    return replayOf(kind, step)
  }

  return {
    take(step, likeness, alike, body) {
      if (refused) return null
      const kind = kinds.get(likeness)
      if (kind !== undefined) {
        if (stands(kind)) return replayOf(kind, step)
        forget()
      }
      if (seen.has(likeness)) return begin(step, likeness, alike, body)
      seen.add(likeness)
      return null
    },
    get bytes() {
      return heap.bytes
    },
    forget,
    dispose() {
      forget()
      heap.dispose()
    },
  }
}
