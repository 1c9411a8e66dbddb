/**
 * Larger grids out of reshapes and sums: tfjs's own gradient of nearest resizing is wrong on the plain backend, and that
 * of half-pixel bilinear resizing everywhere.
 */
import type * as Tf from '@tensorflow/tfjs'

/**
 * One axis of x made `times` as long. `nearest` repeats every number; `bilinear` draws straight lines between their
 * middles (half-pixel centres, as Keras and PyTorch), and beyond the outermost middles the edge goes on.
 */
export const lengthen = (
  tf: typeof Tf,
  x: Tf.Tensor,
  axis: number,
  times: number,
  how: 'nearest' | 'bilinear',
): Tf.Tensor => {
  if (times === 1) return x
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
  const [before, length, after] = [x.shape.slice(0, axis), x.shape[axis] ?? 1, x.shape.slice(axis + 1)]
  const [outer, inner] = [size(before), size(after)]
  const longer = [...before, length * times, ...after]
  if (how === 'nearest') {
    return tf.reshape(tf.tile(tf.reshape(x, [outer * length, 1, inner]), [1, times, 1]), longer)
  }
  const rows = tf.reshape(x, [outer, length, inner])
  const part = (start: number, count: number) => tf.slice(rows, [0, start, 0], [outer, count, inner])
  const single = length === 1
  const previous = single ? rows : tf.concat([part(0, 1), part(0, length - 1)], 1)
  const next = single ? rows : tf.concat([part(1, length - 1), part(length - 1, 1)], 1)
  const phases = Array.from({ length: times }, (_, phase) => {
    const offset = (phase + 0.5) / times - 0.5
    const share = Math.abs(offset)
    return tf.add(tf.mul(rows, 1 - share), tf.mul(offset < 0 ? previous : next, share))
  })
  return tf.reshape(tf.stack(phases, 2), longer)
}
