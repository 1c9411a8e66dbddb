/** What one operator sees while it is made a node. */
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import type { Draft, Held } from './draft'
import type { Known } from './fold'
import type { OnnxOperator } from './operator'

export interface Scene {
  readonly draft: Draft
  readonly operator: OnnxOperator
  /** Words for the id of its node. */
  readonly words: string
  readonly opset: number
  /** Constant at an input, by number; undefined where it is none, or left out. */
  known(at: number): Known | undefined
  /** Value that flows into an input. */
  held(at: number): Held | undefined
  /** The one operator that uses the result of this one, or null. */
  next(): OnnxOperator | null
  /** Constant by its name in the file. */
  constant(name: string): Known | undefined
  /** Says that this operator does the work of a following one, too. */
  absorb(operator: OnnxOperator): void
}

export type Handler = (scene: Scene) => Held | Refusal

/** The value at an input, or the sentence that it is none. */
export function heldAt(scene: Scene, at: number): Held | Refusal {
  return (
    scene.held(at) ??
    refuse(`Its input ${at + 1} should be a value that flows, but is a constant or missing.`)
  )
}

/** The real numbers of a constant of this many axes at an input, or a sentence. */
export function realsAt(
  scene: Scene,
  at: number,
  rank: number,
): { readonly shape: readonly number[]; readonly values: Float32Array<ArrayBuffer> } | Refusal {
  const known = scene.known(at)
  if (known === undefined)
    return refuse(`Its input ${at + 1} should be a constant, but is computed by other operators.`)
  if (known.shape.length !== rank)
    return refuse(`Its input ${at + 1} should have ${rank} axes, but has ${known.shape.length}.`)
  return { shape: known.shape, values: Float32Array.from(known.values) }
}

/** A single number at an input; undefined where there is none. */
export function numberAt(scene: Scene, at: number): number | undefined {
  const known = scene.known(at)
  return known?.values.length === 1 ? known.values[0] : undefined
}
