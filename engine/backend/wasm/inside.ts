/**
 * The inside of tfjs's WebAssembly backend, as far as our own kernels need it, and our functions on its very heap: they
 * are a module of their own that imports its memory, so nothing is copied. None of the inside is public; where a part of
 * it is missing there are no kernels of ours, and tfjs's own with their repairs go on.
 */
import type * as Tf from '@tensorflow/tfjs'
import { binaries } from './binary'
import { callHeap, type HeapFunction } from './call'
import { functionNames, spareSize, type FunctionName } from './functions'
import type { RawFunction } from './threads/board'
import { notStarted, unshared, type ThreadHost } from './threads/host'
import { onSharedMemory } from './threads/shared-memory'
import { createTeam, type Team } from './threads/team'

export type Info = Tf.TensorInfo

/** tfjs's BackendWasm, as far as it is used. */
interface Backend {
  makeOutput(shape: readonly number[], dtype: string): Info
  readonly dataIdMap: { get(id: object): { readonly id: number; readonly memoryOffset: number | null } }
  disposeData(id: object): boolean
  incRef(id: object): void
  readonly wasm: {
    readonly asm?: { readonly memory?: unknown }
    readonly tfjs: {
      registerTensor(id: number, size: number, at: number): void
      disposeData(id: number): void
    }
    _malloc(bytes: number): number
    _free(at: number): void
  }
}

export interface WasmInside {
  /** Where a tensor's numbers begin in the heap. They stay there for as long as it lives. */
  at(info: Info): number
  /** A tensor whose numbers are yet to be written. */
  output(shape: readonly number[], dtype?: 'float32' | 'int32'): Info
  /** The same numbers once more, at the same place. */
  again(info: Info): Info
  /** Frees what `output` gave. */
  free(...infos: readonly Info[]): void
  /** Tells tfjs that numbers were written over: it packs some weights, and knows the packed ones by their tensor. */
  rewritten(tensor: Tf.Tensor): void
  /** Calls one of our functions; see call.ts. */
  run(name: FunctionName, ...numbers: number[]): void
  /** Numbers of room that a walk along a sequence needs. */
  walkRoom(cell: number, batch: number, units: number): number
  /** Room for functions to work in, from call to call the same; its numbers mean nothing afterwards. */
  readonly scratch: number
  /** How many numbers fit there beside what products need for themselves, and where. */
  readonly spare: { readonly at: number; readonly size: number }
  /** The threads that compute; null where it is this one alone. */
  readonly team: Team | null
  /** Why it is this one alone, where a host was asked for more: a sentence without its end. */
  readonly alone: string | null
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/** The better of the two builds that this host takes; null where it has no SIMD at all. */
function compileModule(shared: boolean): WebAssembly.Module | null {
  for (const text of [binaries.relaxed, binaries.simd]) {
    const bytes = bytesOf(text)
    if (WebAssembly.validate(bytes)) return new WebAssembly.Module(shared ? onSharedMemory(bytes) : bytes)
  }
  return null
}

const compiled = new Map<boolean, WebAssembly.Module | null>()

function moduleFor(shared: boolean): WebAssembly.Module | null {
  const known = compiled.get(shared)
  if (known !== undefined) return known
  const made = compileModule(shared)
  compiled.set(shared, made)
  return made
}

type Exports = Readonly<Record<FunctionName | 'productScratch' | 'walkRoom', RawFunction>>

/** Whether threads may be given this memory. */
function isShared({ buffer }: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer
}

/** A function of ours as the rest calls it, by all the threads that there are. */
function doorOf(name: FunctionName, team: Team): HeapFunction {
  const run = (...numbers: number[]) => team.run(name, numbers)
  return Object.assign(run, { prepare: (numbers: readonly number[]) => team.prepare(name, numbers) })
}

function startOn(backend: Backend, host: ThreadHost | null): WasmInside | null {
  const memory = backend.wasm.asm?.memory
  if (!(memory instanceof WebAssembly.Memory)) return null
  const shared = isShared(memory)
  const module = moduleFor(shared)
  if (module === null) return null
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const functions = exports as Exports
  const walkRoom = (...sizes: [number, number, number]) => functions.walkRoom(...sizes) as number
  const own = functions.productScratch() as number
  const scratchBytes = (own + spareSize) * 4
  const scratch = backend.wasm._malloc(scratchBytes) >>> 0
  if (scratch === 0) return null
  const spare = scratch + own * 4
  const allocate = (bytes: number): number => {
    const at = backend.wasm._malloc(bytes) >>> 0
    if (at === 0) throw new Error('There is no room in memory for another thread.')
    return at
  }
  const free = (at: number): void => backend.wasm._free(at)
  let team: Team | null = null
  let alone = host?.alone ?? null
  if (host !== null && alone === null) {
    const given = { host, memory, module, functions, walkRoom, scratch, spare, scratchBytes, allocate, free }
    try {
      if (shared) team = createTeam(given)
      else alone = unshared
    } catch (error) {
      alone = notStarted(error)
    }
  }
  const doors =
    team === null
      ? functions
      : Object.fromEntries(functionNames.map((name) => [name, doorOf(name, team)] as const))
  return {
    at(info) {
      const { memoryOffset } = backend.dataIdMap.get(info.dataId)
      if (memoryOffset === null) throw new Error('A tensor of text has no numbers in the heap.')
      // malloc's answer where the heap is full, which tfjs does not look at.
      if (memoryOffset === 0 && info.shape.every((n) => n > 0))
        throw new Error(
          `There is no room in WebAssembly's memory for a tensor of ${info.shape.join(' × ')} numbers.`,
        )
      return memoryOffset
    },
    output: (shape, dtype = 'float32') => backend.makeOutput(shape, dtype),
    again(info) {
      backend.incRef(info.dataId)
      return { dataId: info.dataId, shape: info.shape, dtype: info.dtype }
    },
    free: (...infos) => infos.forEach((info) => backend.disposeData(info.dataId)),
    rewritten({ dataId, size }) {
      const { id, memoryOffset } = backend.dataIdMap.get(dataId)
      backend.wasm.tfjs.disposeData(id)
      backend.wasm.tfjs.registerTensor(id, size, memoryOffset ?? 0)
    },
    run: (name, ...numbers) => callHeap(doors[name], ...numbers),
    walkRoom(cell, batch, units) {
      if (team === null) return walkRoom(cell, batch, units)
      // Each part of the sequences has room of its own, and parts may be one sequence larger than others.
      return team.threads * (walkRoom(cell, Math.ceil(batch / team.threads) + 1, units) + 4)
    },
    scratch,
    spare: { at: spare, size: spareSize },
    team,
    alone,
  }
}

/** A host may refuse to compile, or to give the room. */
function tryOn(backend: Backend, host: ThreadHost | null): WasmInside | null {
  try {
    return startOn(backend, host)
  } catch {
    return null
  }
}

const known = new WeakMap<object, WasmInside | null>()

/**
 * Our functions on the heap of the current backend; null where that is another one, or they would not start. The first
 * who asks says what threads there are.
 */
export function wasmInside(tf: typeof Tf, host: ThreadHost | null = null): WasmInside | null {
  if (tf.getBackend() !== 'wasm') return null
  const backend = tf.backend() as unknown as Backend
  const found = known.get(backend)
  if (found !== undefined) return found
  const made = tryOn(backend, host)
  known.set(backend, made)
  return made
}

/** Ends the threads of a backend that is about to be thrown away. */
export function endThreads(tf: typeof Tf): void {
  const backend: unknown = tf.findBackend('wasm')
  if (typeof backend === 'object' && backend !== null) known.get(backend)?.team?.end()
}
