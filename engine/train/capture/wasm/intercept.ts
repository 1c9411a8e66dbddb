/**
 * tfjs's wasm backend while a step is recorded: its tensors come to be in the recording and not in the heap, what its
 * kernels would do goes to a tape, and what a replay could not repeat is refused.
 */
import type * as Tf from '@tensorflow/tfjs'
import { carryCalls } from '../../../backend/wasm/call'
import { takeDown, type HeapData, type RecordableBackend } from '../../../backend/wasm/recordable'
import { NotCapturable, unheard } from '../intercept'
import type { Place, Places } from './places'
import { readsNumbers, stretchView, type ViewContext } from './stretch-view'
import type { HeapType, Stretch, Tape } from './tape'

export interface Interception {
  /** Gives the backend back to itself. */
  leave(): void
  /** Throws what a node did that a replay could not repeat, where its caller did not look. */
  throwRefusal(): void
  /** A tensor of the recording. */
  placeOf(id: object): Place | null
  /** Where a tensor's numbers are. */
  stretchOf(info: Tf.TensorInfo): Stretch
  /** Tensors of the recording that the step has not given back. */
  readonly left: number
  /** Tensors from outside that the step looked at: what the functions know them by. */
  readonly outside: ReadonlyMap<number, HeapData>
  /** Lets these go; call it when nothing is replayed any more. */
  letGo(): void
}

const widths: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1 }

function typeOf(dtype: string): HeapType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new NotCapturable(`A node makes a tensor of type ${dtype}, which no kernel computes with.`)
}

/** Takes the backend over, from now until `leave`. */
export function intercept(backend: RecordableBackend, places: Places, tape: Tape): Interception {
  const { dataIdMap } = backend
  const own = new Map<object, HeapData & { readonly place: Place }>()
  const outside = new Map<number, HeapData>()
  const held: object[] = []
  let refusal: NotCapturable | null = null
  let restore: () => void = () => undefined

  const hold = (id: object): HeapData => {
    const data = dataIdMap.get(id)
    if (outside.has(data.id)) return data
    outside.set(data.id, data)
    held.push(id)
    data.refCount++
    return data
  }
  const get = (id: object): HeapData => own.get(id) ?? hold(id)
  const stretchOf = ({ dataId, dtype, shape }: Tf.TensorInfo): Stretch => ({
    type: typeOf(dtype),
    address: get(dataId).memoryOffset,
    length: shape.reduce((product, n) => product * n, 1),
  })
  const views: ViewContext = {
    tape,
    constant: (numbers) => {
      const { byteLength, buffer, byteOffset } = numbers
      return places.add(0, byteLength, new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice())
        .address
    },
    refused: (reason) => (refusal = reason),
  }
  const refuse = (words: string): NotCapturable => (refusal = new NotCapturable(words))

  const overrides: Partial<RecordableBackend> = {
    dataIdMap: {
      get,
      has: (id) => own.has(id) || dataIdMap.has(id),
      set: (id, data) => dataIdMap.set(id, data),
      delete: (id) => own.delete(id) || dataIdMap.delete(id),
      numDataIds: () => own.size + dataIdMap.numDataIds(),
    },
    move(id, values, shape, dtype, refCount) {
      const type = typeOf(dtype)
      const size = shape.reduce((product, n) => product * n, 1)
      const bytes = size * (widths[type] ?? 4)
      const contents =
        values === null
          ? null
          : new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, bytes).slice()
      const place = places.add(size, bytes, contents)
      own.set(id, { id: place.id, memoryOffset: place.address, shape, dtype: type, refCount, place })
    },
    makeOutput(shape, dtype, at = null) {
      if (at !== null) throw refuse('A kernel decides by itself how much it gives, which may change.')
      return { dataId: backend.write(null, shape, dtype), shape: [...shape], dtype: dtype as Tf.DataType }
    },
    disposeData(id, force = false) {
      const data = own.get(id)
      if (data === undefined) {
        restore()
        try {
          return backend.disposeData(id, force)
        } finally {
          enter()
        }
      }
      data.refCount--
      if (!force && data.refCount > 0) return false
      own.delete(id)
      return true
    },
    typedArrayFromHeap: (info) => stretchView(views, stretchOf(info)),
    readSync(id) {
      const { dtype, shape } = get(id)
      return stretchView(views, stretchOf({ dataId: id, dtype, shape: [...shape] }))
    },
    // Whoever asks may not look at the answer, so it is remembered too.
    read: () => unheard(refuse(readsNumbers)),
  }

  function enter(): void {
    const target = backend as unknown as Record<string, unknown>
    const before = Object.keys(overrides).map(
      (name) => [name, Object.hasOwn(target, name), target[name]] as const,
    )
    Object.assign(target, overrides)
    takeDown(backend, {
      kernel: (name, given) => tape.put({ kind: 'kernel', name, given }),
      work: (name, on, work) => tape.put({ kind: 'work', name, on: on.map(stretchOf), work }),
    })
    carryCalls((run, numbers) => tape.put({ kind: 'call', run, numbers }))
    restore = () => {
      takeDown(backend, null)
      carryCalls(null)
      for (const [name, had, value] of before) {
        if (had) target[name] = value
        else Reflect.deleteProperty(target, name)
      }
    }
  }

  enter()
  return {
    leave: () => restore(),
    throwRefusal() {
      if (refusal !== null) throw refusal
    },
    placeOf: (id) => own.get(id)?.place ?? null,
    stretchOf,
    get left() {
      return own.size
    },
    outside,
    letGo() {
      for (const id of held) backend.disposeData(id)
      held.length = 0
    },
  }
}
