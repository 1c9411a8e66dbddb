/** x W + b, bent: one product with its bias, and two on the way back, the bias among the rows of the kernel's. */
import type * as Tf from '@tensorflow/tfjs'
import { emptyTensor, newTensor } from '../kernel'
import { bend, type BendName } from './bend'
import { call, operation, type Info } from './operation'
import { bentSum, gradientAt, gradientFourAt, multiply, type Product } from './product'

function forward(width: number, units: number, bias: boolean, bent: boolean): Product {
  return {
    label: 'dense',
    inputs: ['x', 'kernel', ...(bias ? ['bias'] : [])],
    outputs: ['y'],
    rowOf: `return vec4i(m * ${width});`,
    deepOf: `return vec4i(k, k * ${units}, 0, 0);`,
    left: 'x[row.x + deep.x]',
    right: 'kernel[deep.y + n]',
    wide: { inputs: ['kernel'], right: 'kernel[(deep.y + n) / 4]' },
    write: `
  let all = sum${bias ? ' + bias[n]' : ''};
  y[m * ${units} + n] = ${bentSum(bent, 'all')};`,
  }
}

function inputGradient(width: number, units: number, bent: boolean): Product {
  return {
    label: 'gradient of what dense reads',
    inputs: ['dy', 'kernel', ...(bent ? ['y'] : [])],
    outputs: ['dx'],
    rowOf: `return vec4i(m * ${units});`,
    deepOf: 'return vec4i(k);',
    left: gradientAt(bent, 'row.x + deep.x'),
    right: `kernel[n * ${units} + deep.x]`,
    write: `dx[m * ${width} + n] = sum;`,
  }
}

/** The last row is that of the bias, under which ones lie. */
function weightGradient(width: number, units: number, bias: boolean, bent: boolean): Product {
  return {
    label: 'gradient of dense',
    inputs: ['x', 'dy', ...(bent ? ['y'] : [])],
    outputs: ['dkernel', ...(bias ? ['dbias'] : [])],
    rowOf: 'return vec4i(m);',
    deepOf: `return vec4i(k * ${width}, k * ${units}, 0, 0);`,
    left: bias
      ? `select(x[deep.x + min(row.x, ${width - 1})], 1.0f, row.x >= ${width})`
      : `x[deep.x + row.x]`,
    right: gradientAt(bent, 'deep.y + n'),
    wide: { inputs: ['dy', 'y'], right: gradientFourAt(bent, 'deep.y + n') },
    write: bias
      ? `if (m < ${width}) { dkernel[m * ${units} + n] = sum; } else { dbias[n] = sum; }`
      : `dkernel[m * ${units} + n] = sum;`,
  }
}

const denseOperation = operation<
  'x' | 'kernel' | 'bias',
  { readonly bent: boolean; readonly biased: boolean }
>({
  name: 'WiregradDense',
  savesInputs: ['x', 'kernel'],
  savesOutputs: [true],
  run({ inside, inputs: { x, kernel, bias }, attributes: { bent, biased } }) {
    const [rows = 0, width = 0] = x.shape
    const units = kernel.shape[1] ?? 0
    const y = emptyTensor(inside, [rows, units], 'float32')
    const given: Info[] = biased ? [x, kernel, bias] : [x, kernel]
    multiply(inside, forward(width, units, biased, bent), { rows, columns: units, depth: width }, [y], given)
    return y
  },
  gradient({ tf, inside, dy: [dy], saved: [x, kernel, y], attributes: { bent, biased } }) {
    const [from, weights, rising] = [x as Tf.Tensor2D, kernel as Tf.Tensor2D, dy as Tf.Tensor]
    const [rows, width] = from.shape
    const units = weights.shape[1]
    const bends = bent ? [y as Tf.Tensor] : []
    const dkernel = newTensor(tf, inside, [width, units])
    const dbias = biased ? [newTensor(tf, inside, [units])] : []
    multiply(
      inside,
      weightGradient(width, units, biased, bent),
      { rows: width + (biased ? 1 : 0), columns: units, depth: rows },
      [dkernel, ...dbias],
      [from, rising, ...bends],
    )
    return {
      x: () => {
        const dx = newTensor(tf, inside, from.shape)
        const product = inputGradient(width, units, bent)
        const sizes = { rows, columns: width, depth: units }
        multiply(inside, product, sizes, [dx], [rising, weights, ...bends])
        return dx
      },
      kernel: () => dkernel,
      bias: () => dbias[0] as Tf.Tensor,
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
  const bent = name === 'relu'
  const [y] = call(tf, denseOperation, inputs, { bent, biased: bias !== undefined })
  const last = bent ? (y as Tf.Tensor) : bend(tf, y as Tf.Tensor, name)
  return tf.reshape(last, [...x.shape.slice(0, -1), units])
}
