/** Our weights on their way into another framework's layout and back: reshaped, permuted, its blocks put in order, joined. */
import type { WeightLayout } from '../../nodes/kit/torch'

export interface LaidValues {
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer>
}

/** What a weight becomes under a layout. */
export function laidOut(own: LaidValues, layout: WeightLayout): LaidValues {
  const { reshaped, permuted, last } = layoutShapes(own.shape, layout)
  const moved = permute({ shape: reshaped, values: own.values }, layout.permute ?? identity(reshaped))
  const values = layout.blocks === undefined ? moved.values : reorder(moved.values, permuted, layout.blocks)
  return { shape: last, values }
}

/** The weight of shape `own` from what it became. */
export function laidBack(laid: LaidValues, own: readonly number[], layout: WeightLayout): LaidValues {
  const { reshaped, permuted } = layoutShapes(own, layout)
  const values =
    layout.blocks === undefined ? laid.values : reorder(laid.values, permuted, inverse(layout.blocks))
  const moved = permute({ shape: permuted, values }, inverse(layout.permute ?? identity(reshaped)))
  return { shape: own, values: moved.values }
}

/** Shapes on the way: ours reinterpreted, permuted, and reinterpreted again. */
export function layoutShapes(own: readonly number[], layout: WeightLayout) {
  const reshaped = layout.reshape ?? own
  const permuted = (layout.permute ?? identity(reshaped)).map((axis) => reshaped[axis] ?? 1)
  return { reshaped, permuted, last: layout.then ?? permuted }
}

/** Axes reordered: axis `order[i]` of the input becomes axis i. */
export function permute(from: LaidValues, order: readonly number[]): LaidValues {
  const shape = order.map((axis) => from.shape[axis] ?? 1)
  if (order.every((axis, place) => axis === place)) return { shape, values: from.values }
  const steps = strides(from.shape)
  const jumps = order.map((axis) => steps[axis] ?? 0)
  const values = new Float32Array(from.values.length)
  const index = shape.map(() => 0)
  let source = 0
  for (let target = 0; target < values.length; target += 1) {
    values[target] = from.values[source] ?? 0
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = (index[axis] ?? 0) + 1
      source += jumps[axis] ?? 0
      if (next < (shape[axis] ?? 1)) {
        index[axis] = next
        break
      }
      index[axis] = 0
      source -= next * (jumps[axis] ?? 0)
    }
  }
  return { shape, values }
}

/** Equal blocks along axis 0 in another order. */
function reorder(
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  blocks: readonly number[],
): Float32Array<ArrayBuffer> {
  const length = count(shape) / blocks.length
  const moved = new Float32Array(values.length)
  for (const [place, block] of blocks.entries())
    moved.set(values.subarray(block * length, (block + 1) * length), place * length)
  return moved
}

/** Joined along axis 0. */
export function join(parts: readonly LaidValues[]): LaidValues {
  const [first] = parts
  if (first === undefined) throw new Error('Nothing can be joined of no parts.')
  if (parts.length === 1) return first
  const values = new Float32Array(parts.reduce((length, part) => length + part.values.length, 0))
  let at = 0
  for (const part of parts) {
    values.set(part.values, at)
    at += part.values.length
  }
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 1), 0)
  return { shape: [rows, ...first.shape.slice(1)], values }
}

function strides(shape: readonly number[]): number[] {
  const result = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis -= 1)
    result[axis] = (result[axis + 1] ?? 1) * (shape[axis + 1] ?? 1)
  return result
}

function identity(shape: readonly number[]): number[] {
  return shape.map((_, axis) => axis)
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis))
}

export function count(shape: readonly number[]): number {
  return shape.reduce((all, dim) => all * dim, 1)
}
