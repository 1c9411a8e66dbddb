/** Every activation function in tf operations whose gradients are right on every backend. */
import type * as Tf from '@tensorflow/tfjs'
import type { ActivationFunction, ActivationSettings } from '../activation-functions'

/** y of the shape of x. Masks come from `step`, whose gradient is zero: a comparison has none at all. */
export const activate = (tf: typeof Tf, x: Tf.Tensor, p: ActivationSettings): Tf.Tensor => {
  /** f works along the last axis; here it works along any. */
  const along = (f: (rows: Tf.Tensor) => Tf.Tensor) => {
    const axis = p.axis < 0 ? p.axis + x.rank : p.axis
    if (axis === x.rank - 1) return f(x)
    const order = x.shape.map((_, at) => (at === axis ? x.rank - 1 : at === x.rank - 1 ? axis : at))
    return tf.transpose(f(tf.transpose(x, order)), order)
  }
  /** Martins & Astudillo 2016: what stays of the largest numbers above a level at which they add up to one. */
  const sparsemax = tf.customGrad((...given: (Tf.Tensor | Tf.GradSaveFunc)[]) => {
    const [rows, save] = given as [Tf.Tensor, Tf.GradSaveFunc]
    const n = rows.shape[rows.rank - 1] ?? 1
    const ordered = tf.topk(tf.reshape(rows, [-1, n]), n, true).values // (R, n), falling
    const place = tf.range(1, n + 1, 1, 'float32')
    const inside = tf.step(tf.sub(tf.add(tf.mul(ordered, place), 1), tf.cumsum(ordered, 1)))
    const level = tf.div(tf.sub(tf.sum(tf.mul(ordered, inside), 1), 1), tf.sum(inside, 1)) // (R)
    const y = tf.relu(tf.sub(rows, tf.reshape(level, [...rows.shape.slice(0, -1), 1])))
    save([y])
    return {
      value: y,
      gradFunc: (dy: Tf.Tensor, [saved]: Tf.Tensor[]) => {
        const kept = tf.step(saved as Tf.Tensor)
        const mean = tf.div(tf.sum(tf.mul(dy, kept), -1, true), tf.sum(kept, -1, true))
        return tf.mul(kept, tf.sub(dy, mean))
      },
    }
  })
  const below = () => tf.neg(tf.relu(tf.neg(x))) // x where it is below zero
  const hardSigmoid = () => tf.div(tf.relu6(tf.add(x, 3)), 6)
  const functions: { readonly [K in ActivationFunction]: () => Tf.Tensor } = {
    linear: () => tf.clone(x),
    relu: () => tf.relu(x),
    'leaky-relu': () => tf.leakyRelu(x, p.slope),
    elu: () => tf.add(tf.relu(x), tf.mul(tf.elu(below()), p.alpha)),
    selu: () => tf.selu(x),
    celu: () => tf.mul(tf.elu(tf.div(x, p.alpha)), p.alpha),
    relu6: () => tf.relu6(x),
    threshold: () => {
      const large = tf.step(tf.sub(x, p.threshold))
      return tf.add(tf.mul(x, large), tf.mul(tf.sub(1, large), p.value))
    },
    gelu: () => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
    'gelu-tanh': () => {
      const cube = tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)
      return tf.mul(x, tf.sigmoid(tf.mul(tf.add(x, cube), 2 * Math.sqrt(2 / Math.PI))))
    },
    swish: () => tf.mul(x, tf.sigmoid(x)),
    'hard-swish': () => tf.mul(x, hardSigmoid()),
    mish: () => tf.mul(x, tf.tanh(tf.softplus(x))),
    sigmoid: () => tf.sigmoid(x),
    'hard-sigmoid': hardSigmoid,
    'sparse-sigmoid': () => tf.clipByValue(tf.mul(tf.add(x, 1), 0.5), 0, 1),
    'log-sigmoid': () => tf.neg(tf.softplus(tf.neg(x))),
    tanh: () => tf.tanh(x),
    'hard-tanh': () => tf.clipByValue(x, -1, 1),
    'tanh-shrink': () => tf.sub(x, tf.tanh(x)),
    'hard-shrink': () =>
      tf.mul(x, tf.add(tf.step(tf.sub(x, p.threshold)), tf.step(tf.sub(tf.neg(x), p.threshold)))),
    'soft-shrink': () => tf.sub(tf.relu(tf.sub(x, p.threshold)), tf.relu(tf.sub(tf.neg(x), p.threshold))),
    softplus: () => tf.softplus(x),
    'sparse-plus': () =>
      tf.add(tf.mul(tf.square(tf.add(tf.clipByValue(x, -1, 1), 1)), 0.25), tf.relu(tf.sub(x, 1))),
    squareplus: () => tf.mul(tf.add(x, tf.sqrt(tf.add(tf.square(x), 4))), 0.5),
    softsign: () => tf.div(x, tf.add(tf.abs(x), 1)),
    exponential: () => tf.exp(x),
    softmax: () => along((rows) => tf.softmax(rows)),
    'log-softmax': () => along((rows) => tf.logSoftmax(rows)),
    sparsemax: () => along(sparsemax),
  }
  return functions[p.function]()
}
