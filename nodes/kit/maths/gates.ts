/** The functions inside recurrent cells and their slopes, for gradients that are written out by hand. */
import type * as Tf from '@tensorflow/tfjs'

/** f(z) by name. `gelu` is the exact one (erf); `hard-sigmoid` is Keras 3's, relu6(z + 3) / 6. */
export const activate = (tf: typeof Tf, name: string, z: Tf.Tensor): Tf.Tensor => {
  switch (name) {
    case 'tanh':
      return tf.tanh(z)
    case 'sigmoid':
      return tf.sigmoid(z)
    case 'hard-sigmoid':
      return tf.clipByValue(tf.add(tf.mul(z, 1 / 6), 0.5), 0, 1)
    case 'relu':
      return tf.relu(z)
    case 'elu':
      return tf.elu(z)
    case 'selu':
      return tf.selu(z)
    case 'softplus':
      return tf.softplus(z)
    case 'softsign':
      return tf.div(z, tf.add(tf.abs(z), 1))
    case 'swish':
      return tf.mul(z, tf.sigmoid(z))
    case 'gelu':
      return tf.mul(tf.mul(z, 0.5), tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1))
    case 'linear':
      return z
    default:
      throw new Error(`No cell has an activation ${name}.`)
  }
}

/** f'(z), where y = f(z) is known; at a kink the slope from the left. */
export const slope = (tf: typeof Tf, name: string, z: Tf.Tensor, y: Tf.Tensor): Tf.Tensor => {
  switch (name) {
    case 'tanh':
      return tf.sub(1, tf.square(y))
    case 'sigmoid':
      return tf.mul(y, tf.sub(1, y))
    case 'hard-sigmoid':
      return tf.mul(tf.mul(tf.step(y), tf.step(tf.sub(1, y))), 1 / 6)
    case 'relu':
      return tf.step(z)
    case 'elu':
      // 1 above zero; below, e^z = y + 1.
      return tf.sub(1, tf.relu(tf.neg(y)))
    case 'selu': {
      // Klambauer et al. 2017: scale above zero; below, scale · alpha · e^z = y + scale · alpha.
      const [scale, alpha] = [1.0507009873554805, 1.6732632423543772]
      const above = tf.step(z)
      return tf.add(tf.mul(above, scale), tf.mul(tf.sub(1, above), tf.add(y, scale * alpha)))
    }
    case 'softplus':
      return tf.sigmoid(z)
    case 'softsign':
      return tf.square(tf.sub(1, tf.abs(y)))
    case 'swish': {
      const s = tf.sigmoid(z)
      return tf.add(s, tf.mul(y, tf.sub(1, s)))
    }
    case 'gelu': {
      const below = tf.mul(tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1), 0.5)
      const density = tf.mul(tf.exp(tf.mul(tf.square(z), -0.5)), 1 / Math.sqrt(2 * Math.PI))
      return tf.add(below, tf.mul(z, density))
    }
    case 'linear':
      return tf.onesLike(z)
    default:
      throw new Error(`No cell has an activation ${name}.`)
  }
}
