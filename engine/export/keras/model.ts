/** What the Keras side of an export is made of: layers, their calls, and the values that flow between them. */
import type { Path } from '../../graph/document'
import type { Shape, Spec } from '../../../nodes/kit/spec'
import type { Json } from '../../../nodes/kit/torch'
import type { WeightValues } from '../run-weights'

/** One output of one call of a layer. */
export interface Value {
  readonly call: Call
  readonly output: number
}

/** A layer applied once; a shared layer has several calls. */
export interface Call {
  readonly layer: Layer
  /** Place among the layer's calls. */
  readonly index: number
  readonly inputs: readonly (Value | readonly Value[])[]
  readonly keywords: Readonly<Record<string, Json | Value>>
  readonly outputs: readonly Spec[]
  /** The node that it stands for. */
  readonly path: Path
  /** Argument that asks for the outputs after the first. */
  readonly extra: string | null
}

export interface Variable {
  /** Place in the layer's store: `vars/0`. */
  readonly path: string
  readonly values: WeightValues
  /** Our weights in it, by `path:weight`. */
  readonly ours: readonly string[]
}

export interface Layer {
  readonly name: string
  readonly className: string
  readonly config: Readonly<Record<string, Json>>
  readonly trainable: boolean
  readonly variables: readonly Variable[]
  readonly calls: Call[]
}

export interface KerasModel {
  readonly name: string
  /** In Keras's order. */
  readonly layers: readonly Layer[]
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /** Outputs after the first that something takes. */
  readonly taken: ReadonlySet<Call>
}

export const inputClass = 'InputLayer'

/** Batch and symbolic axes are both open in Keras. */
export function kerasShape(shape: Shape): (number | null)[] {
  return shape.map((dim) => (typeof dim === 'number' ? dim : null))
}

export function isValue(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && 'call' in value && 'output' in value
}

/** Every value that a call takes, in order. */
export function takenBy(call: Call): readonly Value[] {
  return [...call.inputs.flat(), ...Object.values(call.keywords).filter(isValue)] as readonly Value[]
}
