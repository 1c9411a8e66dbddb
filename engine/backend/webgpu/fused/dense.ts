/**
 * x W + b, bent: one product with its bias, and two on the way back, the bias among the rows of the kernel's. In mixed
 * precision what is multiplied is packed in halves before (`half.ts`), and sums are floats as ever: x is kept packed for
 * the way back.
 */
import type * as Tf from '@tensorflow/tfjs'
import { emptyTensor, newTensor } from '../kernel'
import { bend, type BendName } from './bend'
import { call, operation, type Info } from './operation'
import { bentBy, packHalves, packKept } from './half'
import {
  bentSum,
  gradientAt,
  gradientFourAt,
  multiply,
  read,
  readFour,
  risingInputs,
  type Product,
  type Rising,
} from './product'

function forward(width: number, units: number, bias: boolean, bent: boolean, half: boolean): Product {
  return {
    label: 'dense',
    halves: half ? ['x', 'kernel'] : [],
    inputs: ['x', 'kernel', ...(bias ? ['bias'] : [])],
    outputs: ['y'],
    rowOf: `return vec4i(m * ${width});`,
    deepOf: `return vec4i(k, k * ${units}, 0, 0);`,
    left: read(half, 'x', 'row.x + deep.x'),
    right: read(half, 'kernel', 'deep.y + n'),
    wide: { inputs: ['kernel'], right: readFour(half, 'kernel', 'deep.y + n') },
    write: `
  let all = sum${bias ? ' + bias[n]' : ''};
  y[m * ${units} + n] = ${bentSum(bent, 'all')};`,
  }
}

function inputGradient(width: number, units: number, rising: Rising): Product {
  const [, ...bends] = risingInputs(rising)
  return {
    label: 'gradient of what dense reads',
    halves: rising.half ? ['dy', 'kernel'] : [],
    inputs: ['dy', 'kernel', ...bends],
    outputs: ['dx'],
    rowOf: `return vec4i(m * ${units});`,
    deepOf: 'return vec4i(k);',
    left: gradientAt(rising, 'row.x + deep.x'),
    right: read(rising.half, 'kernel', `n * ${units} + deep.x`),
    write: `dx[m * ${width} + n] = sum;`,
  }
}

/** The last row is that of the bias, under which ones lie. */
function weightGradient(width: number, units: number, bias: boolean, rising: Rising): Product {
  const x = (place: string) => read(rising.half, 'x', place)
  return {
    label: 'gradient of dense',
    halves: rising.half ? ['x', 'dy'] : [],
    inputs: ['x', ...risingInputs(rising)],
    outputs: ['dkernel', ...(bias ? ['dbias'] : [])],
    rowOf: 'return vec4i(m);',
    deepOf: `return vec4i(k * ${width}, k * ${units}, 0, 0);`,
    left: bias
      ? `select(${x(`deep.x + min(row.x, ${width - 1})`)}, 1.0f, row.x >= ${width})`
      : x('deep.x + row.x'),
    right: gradientAt(rising, 'deep.y + n'),
    wide: { inputs: ['dy', 'y'], right: gradientFourAt(rising, 'deep.y + n') },
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
    const product = forward(width, units, biased, bent, false)
    multiply(inside, product, { rows, columns: units, depth: width }, [y], given)
    return y
  },
  gradient({ tf, inside, dy: [dy], saved: [x, kernel, y], attributes: { bent, biased } }) {
    const [from, weights, rising] = [x as Tf.Tensor2D, kernel as Tf.Tensor2D, dy as Tf.Tensor]
    const [rows, width] = from.shape
    const units = weights.shape[1]
    const bends = bent ? [y as Tf.Tensor] : []
    const way = { bent, half: false }
    const dkernel = newTensor(tf, inside, [width, units])
    const dbias = biased ? [newTensor(tf, inside, [units])] : []
    multiply(
      inside,
      weightGradient(width, units, biased, way),
      { rows: width + (biased ? 1 : 0), columns: units, depth: rows },
      [dkernel, ...dbias],
      [from, rising, ...bends],
    )
    return {
      x: () => {
        const dx = newTensor(tf, inside, from.shape)
        const product = inputGradient(width, units, way)
        const sizes = { rows, columns: width, depth: units }
        multiply(inside, product, sizes, [dx], [rising, weights, ...bends])
        return dx
      },
      kernel: () => dkernel,
      bias: () => dbias[0] as Tf.Tensor,
    }
  },
})

const halfDenseOperation = operation<
  'x' | 'kernel' | 'bias',
  { readonly bent: boolean; readonly biased: boolean }
>({
  name: 'WiregradHalfDense',
  savesInputs: ['kernel'],
  savesOutputs: [true, true],
  run({ inside, inputs: { x, kernel, bias }, attributes: { bent, biased } }) {
    const [rows = 0, width = 0] = x.shape
    const units = kernel.shape[1] ?? 0
    const y = emptyTensor(inside, [rows, units], 'float32')
    const [packed, weights] = packKept(inside, x, [{ numbers: kernel }]) as [Info, Info]
    const given: Info[] = [packed, weights, ...(biased ? [bias] : [])]
    const product = forward(width, units, biased, bent, true)
    multiply(inside, product, { rows, columns: units, depth: width }, [y], given)
    inside.disposeData(weights.dataId)
    return [y, packed]
  },
  gradient({ tf, inside, dy: [dy], saved: [kernel, y, packed], attributes: { bent, biased } }) {
    const [weights, rising] = [kernel as Tf.Tensor2D, dy as Tf.Tensor]
    const [width, units] = weights.shape
    const rows = rising.size / units
    const [halfRising, halfWeights] = packHalves(inside, [
      { numbers: rising, ...(bent ? { bent: bentBy(inside, y as Tf.Tensor) } : {}) },
      { numbers: weights },
    ]).map((info) => tf.engine().makeTensorFromTensorInfo(info)) as [Tf.Tensor, Tf.Tensor]
    const dkernel = newTensor(tf, inside, [width, units])
    const dbias = biased ? [newTensor(tf, inside, [units])] : []
    const way = { bent, half: true }
    multiply(
      inside,
      weightGradient(width, units, biased, way),
      { rows: width + (biased ? 1 : 0), columns: units, depth: rows },
      [dkernel, ...dbias],
      [packed as Tf.Tensor, halfRising],
    )
    return {
      x: () => {
        const dx = newTensor(tf, inside, [rows, width])
        const sizes = { rows, columns: width, depth: units }
        multiply(inside, inputGradient(width, units, way), sizes, [dx], [halfRising, halfWeights])
        return dx
      },
      kernel: () => dkernel,
      bias: () => dbias[0] as Tf.Tensor,
    }
  },
})

function applied(
  made: typeof denseOperation,
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
  const [y] = call(tf, made, inputs, { bent, biased: bias !== undefined })
  const last = bent ? (y as Tf.Tensor) : bend(tf, y as Tf.Tensor, name)
  return tf.reshape(last, [...x.shape.slice(0, -1), units])
}

type Dense = (
  tf: typeof Tf,
  x: Tf.Tensor,
  kernel: Tf.Tensor,
  bias: Tf.Tensor | undefined,
  name: BendName,
) => Tf.Tensor

/** x [..., D] by a kernel [D, ...], whose other axes are joined to N, plus a bias of N numbers, bent: [..., N]. */
export const dense: Dense = (...given) => applied(denseOperation, ...given)

/** The same with x, the kernel and gradients rounded to half precision before they are multiplied. */
export const halfDense: Dense = (...given) => applied(halfDenseOperation, ...given)
