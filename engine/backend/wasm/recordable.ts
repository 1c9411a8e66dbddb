/**
 * tfjs's WebAssembly backend, opened so that what it does can be taken down instead of done. Its kernels reach their
 * functions through `cwrap`, once, when they are set up; they are set up again here with functions that ask first whether
 * somebody takes down. Work on the heap that is done in JavaScript goes through `onHeap` for the same reason.
 */
import type * as Tf from '@tensorflow/tfjs'

export type HeapArray = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

/** What a kernel's function is given: a number, or the bytes of an array. */
export type Given = number | Uint8Array

/** Work on numbers of tensors where they lie; it may look at nothing else that changes from step to step. */
export type HeapWork = (...views: readonly HeapArray[]) => void

/** Takes down what would have been done. */
export interface Taker {
  /** A kernel's function, by the name of its export. */
  kernel(name: string, given: readonly Given[]): void
  /** Equal works have equal names. */
  work(name: string, on: readonly Tf.TensorInfo[], work: HeapWork): void
}

/** What tfjs knows of one tensor's data. */
export interface HeapData {
  /** By which the functions know it. */
  readonly id: number
  readonly memoryOffset: number
  readonly shape: readonly number[]
  readonly dtype: Tf.DataType
  refCount: number
}

interface DataMap {
  get(id: object): HeapData
  has(id: object): boolean
  set(id: object, data: HeapData): void
  delete(id: object): boolean
  numDataIds(): number
}

type RawFunction = (...numbers: readonly number[]) => unknown
type Wrapped = (...given: readonly (Given | boolean | null)[]) => unknown

/** As much of the backend as is used. */
export interface RecordableBackend {
  readonly wasm: {
    /** The functions as WebAssembly has them: they take numbers only. */
    readonly asm: Readonly<Record<string, RawFunction>>
    /** Another one whenever the memory has grown. */
    readonly HEAPU8: Uint8Array<ArrayBuffer>
    readonly tfjs: {
      registerTensor(id: number, size: number, at: number): void
      disposeData(id: number): void
    }
    cwrap(name: string, returns: string | null, takes: readonly string[]): Wrapped
    _malloc(bytes: number): number
    _free(at: number): void
  }
  dataIdMap: DataMap
  move(
    id: object,
    values: ArrayBufferView | null,
    shape: readonly number[],
    dtype: string,
    count: number,
  ): void
  makeOutput(shape: readonly number[], dtype: string, at?: number | null): Tf.TensorInfo
  disposeData(id: object, force?: boolean): boolean
  incRef(id: object): void
  write(values: ArrayBufferView | null, shape: readonly number[], dtype: string): object
  read(id: object): Promise<ArrayBufferView>
  readSync(id: object, start?: number, end?: number): ArrayBufferView
  typedArrayFromHeap(info: Tf.TensorInfo): HeapArray
}

const methods = [
  'move',
  'makeOutput',
  'disposeData',
  'incRef',
  'write',
  'read',
  'readSync',
  'typedArrayFromHeap',
] as const satisfies readonly (keyof RecordableBackend)[]

/** Who takes down what a backend does; of backends that have been opened. */
const takers = new WeakMap<object, { taker: Taker | null }>()

function isKnown(backend: unknown): backend is RecordableBackend {
  const { wasm, dataIdMap } = backend as Partial<RecordableBackend>
  const own = backend as Readonly<Record<string, unknown>>
  return (
    methods.every((name) => typeof own[name] === 'function') &&
    typeof dataIdMap?.numDataIds === 'function' &&
    typeof wasm?.asm === 'object' &&
    typeof wasm.cwrap === 'function' &&
    typeof wasm._malloc === 'function' &&
    typeof wasm._free === 'function' &&
    typeof wasm.tfjs?.registerTensor === 'function' &&
    typeof wasm.tfjs.disposeData === 'function'
  )
}

/** Opens the wasm backend, where it has started and is the tfjs that is known here. */
export function openToRecording(tf: typeof Tf): void {
  const backend: unknown = tf.findBackend('wasm')
  if (typeof backend !== 'object' || backend === null || takers.has(backend) || !isKnown(backend)) return
  const own: { taker: Taker | null } = { taker: null }
  const { wasm } = backend
  const wrap = wasm.cwrap.bind(wasm)
  wasm.cwrap = (name, returns, takes) => {
    const straight = wrap(name, returns, takes)
    if (returns !== null) return straight
    return (...given) => {
      if (own.taker === null) straight(...given)
      else own.taker.kernel(name, given.map(asGiven))
    }
  }
  for (const { setupFunc } of tf.getKernelsForBackend('wasm')) setupFunc?.(backend)
  takers.set(backend, own)
}

function asGiven(one: Given | boolean | null): Given {
  return one instanceof Uint8Array ? one.slice() : Number(one)
}

/** The current backend where what it does can be taken down, else null. */
export function recordableBackend(tf: typeof Tf): RecordableBackend | null {
  if (tf.getBackend() !== 'wasm') return null
  const backend = tf.backend()
  return takers.has(backend) ? (backend as unknown as RecordableBackend) : null
}

/** From now on `taker` takes down what the backend does; null: it is done again. */
export function takeDown(backend: RecordableBackend, taker: Taker | null): void {
  const own = takers.get(backend)
  if (own === undefined) throw new Error('This backend was not opened to recording.')
  own.taker = taker
}

/** Does work on the numbers of these tensors where they lie, or has it taken down. */
export function onHeap(
  backend: { typedArrayFromHeap(info: Tf.TensorInfo): unknown },
  name: string,
  on: readonly Tf.TensorInfo[],
  work: HeapWork,
): void {
  const taker = takers.get(backend)?.taker ?? null
  if (taker !== null) taker.work(name, on, work)
  else work(...on.map((info) => backend.typedArrayFromHeap(info) as HeapArray))
}
