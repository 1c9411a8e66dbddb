/** What the repaired kernels of the WebAssembly backend are made of: its own kernels, and views of its memory. */
import type * as Tf from '@tensorflow/tfjs'
import type { TensorFlow } from './tfjs'

export type Info = Tf.TensorInfo
type TypedArray = Float32Array | Int32Array | Uint8Array

/** The insides of BackendWasm that are used. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: string): Info
  typedArrayFromHeap(info: Info): TypedArray
  disposeData(dataId: object): boolean
  incRef(dataId: object): void
  readonly dataIdMap: { get(dataId: object): { readonly id: number } }
}

interface KernelArguments {
  readonly inputs: Record<string, Info>
  readonly backend: unknown
  readonly attrs: Record<string, unknown>
}
export type Kernel = (a: KernelArguments) => Info

export interface Toolbox {
  readonly tf: TensorFlow
  readonly backend: WasmBackend
  /** Runs a kernel of the backend. */
  run(name: string, inputs: Record<string, Info> | Info[], attrs?: Record<string, unknown>): Info
  free(...infos: readonly Info[]): void
}

/** The same values under another shape; owns nothing. */
export function view(info: Info, shape: number[]): Info {
  return { dataId: info.dataId, shape, dtype: info.dtype }
}
