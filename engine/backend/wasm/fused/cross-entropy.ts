/**
 * Cross-entropy from scores, row by row: each row costs -Σ y'_k log softmax(scores)_k, where y' = (1 - ε) y + ε / K. What
 * is wanted is the number of a class or a row of shares.
 */
import type * as Tf from '@tensorflow/tfjs'
import { product } from '../../sizes'
import { call, newTensor, operation } from './operation'

const entropyOperation = operation<
  'scores' | 'wanted',
  { readonly sparse: boolean; readonly smoothing: number }
>({
  name: 'WiregradCrossEntropyOnHeap',
  savesInputs: ['scores', 'wanted'],
  savesOutputs: [],
  run({ inside, inputs: { scores, wanted }, attributes: { sparse, smoothing } }) {
    const width = scores.shape.at(-1) ?? 1
    const shape = scores.shape.slice(0, -1)
    const costs = inside.output(shape)
    const room = inside.output([width])
    const places = [scores, wanted, costs, room].map((info) => inside.at(info))
    inside.run('entropy', product(shape), width, Number(sparse), smoothing, ...places)
    inside.free(room)
    return costs
  },
  gradient({ tf, inside, dy: [dy], saved, attributes: { sparse, smoothing } }) {
    const [scores, wanted] = saved as [Tf.Tensor, Tf.Tensor]
    const width = scores.shape.at(-1) ?? 1
    return {
      scores: () => {
        const slopes = newTensor(tf, inside, scores.shape)
        const places = [scores, wanted, dy as Tf.Tensor, slopes].map((info) => inside.at(info))
        inside.run('entropyBack', scores.size / width, width, Number(sparse), smoothing, ...places)
        return slopes
      },
      // What a net wants of another one learns, too.
      wanted: () => tf.mul(tf.logSoftmax(scores), tf.mul(tf.expandDims(dy as Tf.Tensor, -1), smoothing - 1)),
    }
  },
})

/** The cost of each row of scores (…, K): (…). `wanted` is (…) of whole numbers or (…, K). */
export function crossEntropy(
  tf: typeof Tf,
  scores: Tf.Tensor,
  wanted: Tf.Tensor,
  smoothing: number,
): Tf.Tensor {
  const sparse = wanted.dtype === 'int32'
  return call(tf, entropyOperation, { scores, wanted }, { sparse, smoothing })[0] as Tf.Tensor
}
