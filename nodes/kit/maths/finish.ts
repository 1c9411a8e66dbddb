/** What a layer does with its sums: the bias is added, and the activation bends them as a stock layer's would. */
import type * as Tf from '@tensorflow/tfjs'
import type { Activation } from '../activations'

/** y of the shape of `sums`; the bias, where there is one, runs along the last axis. */
export const finish = (
  tf: typeof Tf,
  sums: Tf.Tensor,
  bias: Tf.Tensor | undefined,
  activation: Activation,
): Tf.Tensor => {
  const y = bias === undefined ? sums : tf.add(sums, bias)
  return activation === 'linear' ? y : (tf.layers.activation({ activation }).apply(y) as Tf.Tensor)
}
