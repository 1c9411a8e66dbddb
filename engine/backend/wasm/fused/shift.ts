/** x + b along the last axis, bent by relu or not, in one pass. */
import type * as Tf from '@tensorflow/tfjs'
import { product } from '../../sizes'
import { bentBack } from './bend'
import { call, newTensor, operation } from './operation'

const shiftOperation = operation<'x' | 'bias', { readonly bent: boolean }>({
  name: 'WiregradShiftOnHeap',
  savesInputs: [],
  savesOutputs: [true],
  run({ inside, inputs: { x, bias }, attributes: { bent } }) {
    const width = x.shape.at(-1) ?? 1
    const y = inside.output(x.shape)
    const places = [x, bias, y].map((info) => inside.at(info))
    inside.run('shift', product(x.shape) / width, width, Number(bent), ...places)
    return y
  },
  gradient({ tf, inside, dy: [given], saved: [y], attributes: { bent } }) {
    const dy = bent ? bentBack(tf, inside, 'relu', given as Tf.Tensor, y as Tf.Tensor) : (given as Tf.Tensor)
    return {
      x: () => dy.clone(),
      bias: () => {
        const width = dy.shape.at(-1) ?? 1
        const sums = newTensor(tf, inside, [width])
        inside.run('columnSums', dy.size / width, width, width, inside.at(dy), inside.at(sums))
        return sums
      },
    }
  },
})

export function shift(tf: typeof Tf, x: Tf.Tensor, bias: Tf.Tensor, bent: boolean): Tf.Tensor {
  return call(tf, shiftOperation, { x, bias }, { bent })[0] as Tf.Tensor
}
