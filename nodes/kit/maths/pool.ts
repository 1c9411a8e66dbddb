/** Pools over one to three axes, out of pools over images: their gradients are right on every backend. */
import type * as Tf from '@tensorflow/tfjs'
import type { windowAxis } from '../window'

type Image = Tf.Tensor4D
type Pair = readonly [number, number]

/** Pools images x [B, H, W, C]. */
export type PoolImages = (x: Image, size: Pair, strides: Pair) => Image

/**
 * x [B, ...axes, C] as [B, ...places, C]. Over three axes each slice is pooled first, and then along the depth: a maximum
 * of maxima is the maximum, a mean of means over whole boxes the mean.
 */
export const pool = (
  tf: typeof Tf,
  x: Tf.Tensor,
  p: { readonly poolSize: readonly number[]; readonly strides: readonly number[] },
  images: PoolImages,
): Tf.Tensor => {
  const last2 = (list: readonly number[]): Pair => [list.at(-2) ?? 1, list.at(-1) ?? 1]
  const [size, strides] = [last2(p.poolSize), last2(p.strides)]
  if (p.poolSize.length === 1) return tf.squeeze(images(tf.expandDims<Image>(x, 1), size, strides), [1])
  if (p.poolSize.length === 2) return images(x as Image, size, strides)
  const [batch, depth, height, width, channels] = x.shape as Tf.Tensor5D['shape']
  const flat = images(tf.reshape(x, [batch * depth, height, width, channels]), size, strides)
  const [, rows, columns] = flat.shape
  const standing = tf.reshape<Tf.Rank.R4>(flat, [batch, depth, rows * columns, channels])
  const y = images(standing, [p.poolSize[0] ?? 1, 1], [p.strides[0] ?? 1, 1])
  return tf.reshape(y, [batch, y.shape[1], rows, columns, channels])
}

/**
 * Means under the windows on x [B, H, W, C]; zeros of the padding are not counted (as Keras). tfjs's own gradient of
 * `same` counts them: here whole windows are averaged over zeros, and each mean then brought to the numbers it had.
 */
export const averageImages = (
  tf: typeof Tf,
  x: Image,
  size: Pair,
  strides: Pair,
  padding: 'valid' | 'same',
  along: typeof windowAxis,
): Image => {
  const mean = (image: Image) => tf.avgPool(image, [...size], [...strides], 'valid')
  if (padding === 'valid') return mean(x)
  const axes = ([0, 1] as const).map((axis) => {
    const [length, reach] = [x.shape[axis + 1] ?? 1, size[axis]]
    const { places, before, after } = along(length, reach, strides[axis], 'same')
    const shares = Array.from({ length: places }, (_, place) => {
      const start = place * strides[axis] - before
      return reach / (Math.min(length, start + reach) - Math.max(0, start))
    })
    return { zeros: [before, after] as [number, number], shares }
  })
  const [rows, columns] = axes as [(typeof axes)[number], (typeof axes)[number]]
  const means = mean(tf.pad(x, [[0, 0], rows.zeros, columns.zeros, [0, 0]])) // (B, OH, OW, C)
  const byRow = tf.tensor(rows.shares, [1, rows.shares.length, 1, 1])
  return tf.mul(tf.mul(means, byRow), tf.tensor(columns.shares, [1, 1, columns.shares.length, 1]))
}
