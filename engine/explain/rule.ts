/** What is known of a node type to work one of its steps out by hand, forwards and backwards. */
import type { Params } from '../../nodes/kit/define'
import type { Grid } from './grid'
import type { Line } from './write'

/** By port; a list port has several. */
export type GridInputs = Readonly<Record<string, Grid | readonly Grid[]>>

/** What a node has before it and in it. */
export interface Given {
  readonly params: Params
  readonly inputs: GridInputs
  readonly weights: Readonly<Record<string, Grid>>
  /** What the engine gave; rules may look at it for what is random. */
  readonly traced: Readonly<Record<string, Grid>>
}

/** A node with what it gave and what came back. `gradient` is that of its first output. */
export interface Done extends Given {
  readonly y: Grid
  readonly gradient: Grid
}

export interface Backwards {
  /** In the form of the inputs; null where none flows. */
  readonly inputs: Readonly<Record<string, Grid | null | readonly (Grid | null)[]>>
  readonly weights: Readonly<Record<string, Grid>>
}

export const nothing: Backwards = { inputs: {}, weights: {} }

/** What is looked at: a sample of the batch and a number of its output, both from 0. */
export interface Place {
  readonly sample: number
  readonly unit: number
}

export interface Rule {
  /** The first output, or null where this rule does not hold. */
  forward(given: Given): Grid | null
  /** Numbers that cannot be known from outside are NaN where `guesses` is set, and taken from the engine. */
  backward(done: Done): Backwards
  readonly guesses?: true
  explainForward(given: Given & { readonly y: Grid }, place: Place): readonly Line[]
  explainBackward(done: Done, place: Place): readonly Line[]
}

export function one(inputs: GridInputs, port: string): Grid | null {
  const input = inputs[port]
  return input === undefined || 'length' in input ? null : input
}

export function many(inputs: GridInputs, port: string): readonly Grid[] {
  const input = inputs[port]
  return input === undefined ? [] : 'length' in input ? input : [input]
}
