/** Numbers at equal distances along one axis, out of slices and reshapes: stridedSlice has no gradient in tfjs. */
import type * as Tf from '@tensorflow/tfjs'

/** `count` places along `axis` of x, `stride` apart, from `start` on. */
export const places = (
  tf: typeof Tf,
  x: Tf.Tensor,
  axis: number,
  start: number,
  count: number,
  stride: number,
): Tf.Tensor => {
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
  const [before, length, after] = [x.shape.slice(0, axis), x.shape[axis] ?? 1, x.shape.slice(axis + 1)]
  const [outer, inner] = [size(before), size(after)]
  const span = Math.min(count * stride, length - start)
  let part: Tf.Tensor = tf.slice(tf.reshape(x, [outer, length, inner]), [0, start, 0], [outer, span, inner])
  if (stride > 1) {
    const filled = tf.pad(part, [
      [0, 0],
      [0, count * stride - span],
      [0, 0],
    ])
    const runs = tf.reshape(filled, [outer, count, stride, inner])
    part = tf.slice(runs, [0, 0, 0, 0], [outer, count, 1, inner])
  }
  return tf.reshape(part, [...before, count, ...after])
}
