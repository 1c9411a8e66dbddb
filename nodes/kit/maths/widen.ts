/** Stretches axes of length 1, with the gradient summed over them: some operations of tfjs leave that sum out. */
import type * as Tf from '@tensorflow/tfjs'

/** xs of one rank, each in the shape that they have in common; `axes` says how many from the front may stretch. */
export const widen = (tf: typeof Tf, xs: readonly Tf.Tensor[], axes?: number): Tf.Tensor[] => {
  const rank = xs[0]?.rank ?? 0
  const longest = Array.from({ length: rank }, (_, axis) => Math.max(...xs.map((x) => x.shape[axis] ?? 1)))
  return xs.map((x) => {
    const shape = x.shape.map((size, axis) => (axis < (axes ?? rank) ? (longest[axis] ?? size) : size))
    return shape.every((size, axis) => size === x.shape[axis]) ? x : tf.add(x, tf.zeros(shape))
  })
}
