/** x W + b, bent: one product that adds its bias and ends with relu as it stores its sums. */
import type * as Tf from '@tensorflow/tfjs'
import type { Info } from '../inside'
import { bend, bentBack, type BendName } from './bend'
import { call, newTensor, operation } from './operation'

const denseOperation = operation<'x' | 'kernel' | 'bias', { readonly bent: boolean }>({
  name: 'WiregradDenseOnHeap',
  savesInputs: ['x', 'kernel'],
  savesOutputs: [true],
  run({ inside, inputs: { x, kernel, ...others }, attributes: { bent } }) {
    const { bias } = others as { readonly bias?: Info }
    const [rows = 1, width = 1] = x.shape
    const units = kernel.shape[1] ?? 1
    const y = inside.output([rows, units])
    const flags = (bias === undefined ? 0 : 2) | (bent ? 4 : 0)
    inside.run(
      'product',
      ...[rows, units, width, inside.at(x), width, 0, inside.at(kernel), units, 0],
      ...[inside.at(y), units, flags, bias === undefined ? 0 : inside.at(bias), inside.scratch],
    )
    return y
  },
  gradient({ tf, inside, dy: [given], saved: [x, kernel, y], attributes: { bent } }) {
    const dy = bent ? bentBack(tf, inside, 'relu', given as Tf.Tensor, y as Tf.Tensor) : (given as Tf.Tensor)
    return {
      x: () => tf.matMul(dy, kernel as Tf.Tensor, false, true),
      kernel: () => tf.matMul(x as Tf.Tensor, dy, true, false),
      bias: () => {
        const [rows = 1, units = 1] = dy.shape
        const sums = newTensor(tf, inside, [units])
        inside.run('columnSums', rows, units, units, inside.at(dy), inside.at(sums))
        return sums
      },
    }
  },
})

/** x [..., D] by a kernel [D, ...], whose other axes are joined to N, plus a bias of N numbers, bent: [..., N]. */
export function dense(
  tf: typeof Tf,
  x: Tf.Tensor,
  kernel: Tf.Tensor,
  bias: Tf.Tensor | undefined,
  name: BendName,
): Tf.Tensor {
  const width = kernel.shape[0] ?? 1
  const units = kernel.size / width
  const inputs = {
    x: tf.reshape(x, [-1, width]),
    kernel: tf.reshape(kernel, [width, units]),
    bias: bias === undefined ? undefined : tf.reshape(bias, [units]),
  }
  const [y] = call(tf, denseOperation, inputs, { bent: name === 'relu' })
  const bent = name === 'relu' ? (y as Tf.Tensor) : bend(tf, y as Tf.Tensor, name)
  return tf.reshape(bent, [...x.shape.slice(0, -1), units])
}
