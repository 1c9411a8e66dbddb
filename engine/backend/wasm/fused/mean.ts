/** The mean of all numbers, whose gradient is one pass. */
import type * as Tf from '@tensorflow/tfjs'
import { product } from '../../sizes'
import { call, newTensor, operation } from './operation'

const meanOperation = operation<'x', Record<never, never>>({
  name: 'WiregradMeanOnHeap',
  savesInputs: ['x'],
  savesOutputs: [],
  run({ inside, inputs: { x } }) {
    const y = inside.output([])
    inside.run('mean', product(x.shape), inside.at(x), inside.at(y))
    return y
  },
  gradient: ({ tf, inside, dy: [dy], saved: [x] }) => ({
    x: () => {
      const { shape, size } = x as Tf.Tensor
      const dx = newTensor(tf, inside, shape)
      inside.run('meanBack', size, inside.at(dy as Tf.Tensor), inside.at(dx))
      return dx
    },
  }),
})

export function mean(tf: typeof Tf, x: Tf.Tensor): Tf.Scalar {
  return call(tf, meanOperation, { x }, {})[0] as Tf.Scalar
}
