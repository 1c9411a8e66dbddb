/**
 * What a node file needs to write itself as layers of Keras 3, declared here and implemented in engine/export. A node is
 * one layer, or a few in a row; the same record becomes `.keras`, `.h5` and the Python script. Every argument is spelled
 * out: Keras's defaults are not ours. What Keras cannot say with the same numbers is refused with the reason, never
 * approximated.
 */
import type { Json, WeightLayout } from './torch'
import type { Spec } from './spec'

declare const kerasValue: unique symbol
/** A value of the Keras graph. */
export type KerasValue = { readonly [kerasValue]: true }

/** One stored variable of a Keras layer, from our weights: joined along axis 0 where there are several parts. */
export interface KerasWeight {
  /** Place in the layer's store, as Keras 3 writes it: `vars/0`, `cell/vars/1`, `query_dense/vars/0`. */
  readonly path: string
  readonly parts: readonly (WeightLayout & { readonly weight: string })[]
}

export interface KerasLayer {
  /** Class in `keras.layers`. */
  readonly layer: string
  /** The constructor's arguments in snake_case; `name`, `trainable` and `dtype` are added. Initialisers may be left out: the weights are given. */
  readonly config: { readonly [name: string]: Json }
  /** Positional arguments of the call. A list stands for one argument that is a list (Add, Concatenate). */
  readonly inputs: readonly (KerasValue | readonly KerasValue[])[]
  /** Keyword arguments of the call, e.g. `use_causal_mask`. */
  readonly call?: { readonly [name: string]: Json | KerasValue }
  /** Argument of the call that asks for the outputs after the first; it is false where nothing takes those. */
  readonly extra?: string
  readonly weights?: readonly KerasWeight[]
  /** What comes out, in order. */
  readonly outputs: readonly Spec[]
}

export interface KerasBuilder {
  /** Adds a layer and gives its first output. */
  layer(layer: KerasLayer): KerasValue
  /** Adds a layer and gives all its outputs. */
  layers(layer: KerasLayer): readonly KerasValue[]
}
