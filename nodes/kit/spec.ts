/**
 * What flows through a wire, as far as it is known before anything runs.
 *
 * A shape lists its axes with the batch first. `null` is the batch (unknown until a run); a string is a symbolic
 * axis such as `'T'` (time), equal only to itself; a number is a fixed size. Images are channels-last.
 */

/** One axis of a shape: `null` = batch, a string = symbolic (`'T'`), a number = fixed size (>= 1). */
export type Dim = number | string | null
export type Shape = readonly Dim[]
export type Dtype = 'float32' | 'int32'

/**
 * What a value means, which decides where a wire may end and its colour:
 * `tensor` real numbers, `tokens` integer ids, `target` what a loss compares with, `loss` a scalar to minimise.
 */
export type Kind = 'tensor' | 'tokens' | 'target' | 'loss'

export interface Spec {
  readonly kind: Kind
  readonly dtype: Dtype
  readonly shape: Shape
}

/** Why a node cannot take its inputs or settings: a sentence for people. */
export interface Refusal {
  readonly refused: string
}

/** Says no, with a sentence: what was wanted, what came, what to do. */
export function refuse(sentence: string): Refusal {
  return { refused: sentence }
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value
}

/** A float tensor of real numbers. */
export function tensor(shape: Shape): Spec {
  return { kind: 'tensor', dtype: 'float32', shape }
}

/** Integer ids. */
export function tokens(shape: Shape): Spec {
  return { kind: 'tokens', dtype: 'int32', shape }
}

/** A scalar to minimise. */
export function lossValue(): Spec {
  return { kind: 'loss', dtype: 'float32', shape: [] }
}

/** Shape as people read it: `B × 8 × 8 × 1`, `B × T × 64`. */
export function formatShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.map((dim) => (dim === null ? 'B' : String(dim))).join(' × ')
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}

/** Product of the axes if all are fixed (the batch not counted), else null. */
export function sampleSize(shape: Shape): number | null {
  let size = 1
  for (const [axis, dim] of shape.entries()) {
    if (axis === 0 && dim === null) continue
    if (typeof dim !== 'number') return null
    size *= dim
  }
  return size
}
