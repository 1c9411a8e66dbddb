/**
 * Transposed convolutions over one axis and over three, out of those over images: tfjs has none over one axis, and no
 * gradient of the one over three.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { transposedAxis } from '../transposed'

type Image = Tf.Tensor4D

/**
 * x [B, ...axes, C] under a kernel [...sizes, F, C]: [B, ...longer, F]. Over three axes each layer of the kernel gives a
 * volume whose slices lie a stride apart; moved to where the layer stands, they are added up.
 */
export const transposeConvolve = (
  tf: typeof Tf,
  x: Tf.Tensor,
  kernel: Tf.Tensor,
  p: {
    readonly kernelSize: readonly number[]
    readonly strides: readonly number[]
    readonly padding: 'valid' | 'same'
  },
  along: typeof transposedAxis,
): Tf.Tensor => {
  const filters = kernel.shape.at(-2) ?? 1
  const axes = p.kernelSize.map((size, axis) =>
    along(x.shape[axis + 1] ?? 1, size, p.strides[axis] ?? 1, p.padding),
  )
  if (axes.length === 1) {
    const [long, stride] = [axes[0]?.to ?? 1, p.strides[0] ?? 1]
    const [row, window] = [tf.expandDims<Image>(x, 1), tf.expandDims<Image>(kernel, 0)]
    const shape: Image['shape'] = [row.shape[0], 1, long, filters]
    return tf.squeeze(tf.conv2dTranspose(row, window, shape, [1, stride], p.padding), [1])
  }
  const [batch, depth, height, width, channels] = x.shape as Tf.Tensor5D['shape']
  const [deep, high, wide] = kernel.shape as Tf.Tensor5D['shape']
  const [stride = 1, down = 1, across = 1] = p.strides
  const [rows, columns] = [axes[1]?.to ?? 1, axes[2]?.to ?? 1]
  const slice = rows * columns * filters
  const images = tf.reshape<Tf.Rank.R4>(x, [batch * depth, height, width, channels])
  const layers = Array.from({ length: deep }, (_, layer) => {
    const window = tf.reshape<Tf.Rank.R4>(
      tf.slice(kernel, [layer, 0, 0, 0, 0], [1, high, wide, filters, channels]),
      [high, wide, filters, channels],
    )
    const shape: Image['shape'] = [batch * depth, rows, columns, filters]
    const spread = tf.conv2dTranspose(images, window, shape, [down, across], p.padding)
    const apart = tf.pad(tf.reshape(spread, [batch * depth, 1, slice]), [
      [0, 0],
      [0, stride - 1],
      [0, 0],
    ])
    return tf.pad(tf.reshape(apart, [batch, depth * stride, slice]), [
      [0, 0],
      [layer, deep - layer],
      [0, 0],
    ])
  })
  const sums = layers.reduce((sum, layer) => tf.add(sum, layer))
  const { before, to } = axes[0] ?? { before: 0, to: depth }
  return tf.reshape(tf.slice(sums, [0, before, 0], [batch, to, slice]), [batch, to, rows, columns, filters])
}
