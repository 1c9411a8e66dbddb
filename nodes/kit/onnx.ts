/**
 * What a node file needs to write itself as ONNX operators (opset 17, default domain), declared here and implemented in
 * engine/export, so that a node asks for operators without knowing of files. Values travel channels-last, as in the
 * graph; a node that needs channels-first turns its input round with `toChannelsFirst` and its result back: neighbouring
 * turns that undo each other are taken out when the file is written.
 *
 * Operators: https://onnx.ai/onnx/operators/
 */
import type { Shape } from './spec'
import type { WeightLayout } from './torch'

declare const onnxValue: unique symbol
/** A value of the ONNX graph: an input, an initialiser, or what an operator gave. */
export type OnnxValue = string & { readonly [onnxValue]: true }

/** A whole number is an INT, a list of them INTS, a word STRING, words STRINGS; real numbers say so. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }

/** A piece of an initialiser: one of the node's own weights, or zeros where ONNX wants numbers that we have not. */
export type OnnxPart = (WeightLayout & { readonly weight: string }) | { readonly zeros: readonly number[] }

/** A loop over the places of sequences [B, T, ...], which passes states on from one place to the next. */
export interface OnnxScan {
  readonly states: readonly OnnxState[]
  readonly sequences: readonly OnnxState[]
  /** From the last place to the first; what is gathered stands in the order of the sequence all the same. */
  readonly reverse?: boolean
  /**
   * One turn: the states so far and what stands at this place [B, ...], both in order; gives the new states, and what is
   * gathered over all places. Values from outside the loop may be used in it.
   */
  body(
    g: OnnxBuilder,
    states: readonly OnnxValue[],
    places: readonly OnnxValue[],
  ): { readonly states: readonly OnnxValue[]; readonly gathered: readonly OnnxValue[] }
}

/** A value with its shape: of a sequence that of the whole, [B, T, ...]. */
export interface OnnxState {
  readonly value: OnnxValue
  readonly shape: Shape
}

export interface OnnxBuilder {
  /** Adds an operator and gives its first output. `null` leaves an optional input out. */
  op(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): OnnxValue
  /** Adds an operator with several outputs; `null` outputs are left out and come back as null. */
  ops(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    outputs: number,
  ): readonly OnnxValue[]
  /** One of the node's own weights, turned as `layout` says; asked for again, the same initialiser comes. */
  weight(name: string, layout?: WeightLayout): OnnxValue
  /** Several of the node's own weights, each turned and then joined along axis 0, as one initialiser of shape `then`. */
  weights(parts: readonly OnnxPart[], then?: readonly number[]): OnnxValue
  /** float32 constant; `shape` [] is a scalar, left out a list. */
  floats(values: readonly number[], shape?: readonly number[]): OnnxValue
  /** int64 constant; `shape` [] is a scalar, left out a list. */
  ints(values: readonly number[], shape?: readonly number[]): OnnxValue
  /** Adds a loop; gives the last states, and what was gathered as sequences [B, T, ...]. */
  scan(scan: OnnxScan): { readonly states: readonly OnnxValue[]; readonly gathered: readonly OnnxValue[] }
}

/** x [B, ..., C] as [B, C, ...]. `rank` is that of x. */
export function toChannelsFirst(g: OnnxBuilder, x: OnnxValue, rank: number): OnnxValue {
  if (rank < 3) return x
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  return g.op('Transpose', [x], { perm: [0, rank - 1, ...axes.slice(1, -1)] })
}

/** y [B, C, ...] as [B, ..., C]. */
export function toChannelsLast(g: OnnxBuilder, y: OnnxValue, rank: number): OnnxValue {
  if (rank < 3) return y
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  return g.op('Transpose', [y], { perm: [0, ...axes.slice(2), 1] })
}
