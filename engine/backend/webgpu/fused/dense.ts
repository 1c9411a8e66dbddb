/** x W + b, bent: one product with its bias, which tfjs makes only where no gradient is wanted. */
import type * as Tf from '@tensorflow/tfjs'
import { bend, bentBack, type BendName } from './bend'
import { call, operation, type Info } from './operation'

const denseOperation = operation<'x' | 'kernel' | 'bias', { readonly bent: boolean }>({
  name: 'WiregradDense',
  savesInputs: ['x', 'kernel'],
  savesOutputs: [true],
  run({ tf, inside, inputs: { x, kernel, bias }, attributes: { bent } }) {
    const stock = tf.getKernel('_FusedMatMul', 'webgpu')
    if (!stock) throw new Error('tfjs-backend-webgpu has lost its kernel of products.')
    const given = { a: x, b: kernel, ...((bias as Info | undefined) === undefined ? {} : { bias }) }
    const attrs = {
      transposeA: false,
      transposeB: false,
      activation: bent ? 'relu' : 'linear',
      leakyreluAlpha: 0,
    }
    return stock.kernelFunc({ inputs: given, backend: inside, attrs })
  },
  gradient({ tf, inside, dy: [given], saved: [x, kernel, y], attributes: { bent } }) {
    const dy = bent ? bentBack(tf, inside, 'relu', given as Tf.Tensor, y as Tf.Tensor) : (given as Tf.Tensor)
    return {
      x: () => tf.matMul(dy, kernel as Tf.Tensor, false, true),
      kernel: () => tf.matMul(x as Tf.Tensor, dy, true, false),
      bias: () => tf.sum(dy, 0),
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
