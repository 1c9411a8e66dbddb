/**
 * The inside of tfjs's WebAssembly backend, as far as our own kernels need it, and our functions on its very heap: they
 * are a module of their own that imports its memory, so nothing is copied. None of the inside is public; where a part of
 * it is missing there are no kernels of ours, and tfjs's own with their repairs go on.
 */
import type * as Tf from '@tensorflow/tfjs'
import { binaries } from './binary'
import { callHeap, type HeapFunction } from './call'

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
  }
}

/** What `assembly/kernels.ts` exports and is called by its name. */
type FunctionName =
  | 'bend'
  | 'bendBack'
  | 'clipScale'
  | 'columnSums'
  | 'convolve'
  | 'copyNumbers'
  | 'entropy'
  | 'entropyBack'
  | 'gatherRows'
  | 'headProducts'
  | 'maxPoolBack'
  | 'mean'
  | 'meanBack'
  | 'measureChange'
  | 'measureMoments'
  | 'measureNorm'
  | 'measureOutput'
  | 'normalise'
  | 'normaliseBack'
  | 'normaliseWeights'
  | 'optimise'
  | 'product'
  | 'products'
  | 'reach'
  | 'rowSums'
  | 'scaleBy'
  | 'segmentSum'
  | 'shift'
  | 'softmax'
  | 'softmaxBack'
  | 'squares'
  | 'uniforms'
  | 'walk'
  | 'walkBack'
  | 'wallOff'

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
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/** The better of the two builds that this host takes; null where it has no SIMD at all. */
function compileModule(): WebAssembly.Module | null {
  for (const text of [binaries.relaxed, binaries.simd]) {
    const bytes = bytesOf(text)
    if (WebAssembly.validate(bytes)) return new WebAssembly.Module(bytes)
  }
  return null
}

let compiled: WebAssembly.Module | null | undefined

const spareSize = 2 ** 18

type Exports = Readonly<Record<FunctionName | 'productScratch' | 'walkRoom', HeapFunction>>

function startOn(backend: Backend): WasmInside | null {
  const memory = backend.wasm.asm?.memory
  if (!(memory instanceof WebAssembly.Memory)) return null
  compiled ??= compileModule()
  if (compiled === null) return null
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
  const functions = exports as Exports
  const own = functions.productScratch() as number
  const scratch = backend.wasm._malloc((own + spareSize) * 4) >>> 0
  if (scratch === 0) return null
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
    run: (name, ...numbers) => callHeap(functions[name], ...numbers),
    walkRoom: (cell, batch, units) => functions.walkRoom(cell, batch, units) as number,
    scratch,
    spare: { at: scratch + own * 4, size: spareSize },
  }
}

/** A host may refuse to compile, or to give the room. */
function tryOn(backend: Backend): WasmInside | null {
  try {
    return startOn(backend)
  } catch {
    return null
  }
}

const known = new WeakMap<object, WasmInside | null>()

/** Our functions on the heap of the current backend; null where that is another one, or they would not start. */
export function wasmInside(tf: typeof Tf): WasmInside | null {
  if (tf.getBackend() !== 'wasm') return null
  const backend = tf.backend() as unknown as Backend
  const found = known.get(backend)
  if (found !== undefined) return found
  const made = tryOn(backend)
  known.set(backend, made)
  return made
}
