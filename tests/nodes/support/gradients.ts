/** Analytic gradients of a node against central finite differences along a random direction (each entry 1 or -1). */
import type * as Tf from '@tensorflow/tfjs'
import { stream } from '../../../engine/random/stream'

/** A tensor that a node depends on: how to read it and how to set it. */
export interface Knob {
  readonly name: string
  readonly values: Float32Array
  readonly shape: readonly number[]
}

/** y by port, for the given values of every knob. The caller's scope frees them. */
export type Forward = (values: readonly Tf.Tensor[]) => Readonly<Record<string, Tf.Tensor>>

export interface Comparison {
  readonly name: string
  readonly analytic: number
  readonly numeric: number
  /** |analytic - numeric| over the larger of both, a twentieth of the steepest slope, or the noise floor. */
  readonly error: number
}

const h = 1e-2
/** Slopes below this drown in the rounding of float32 over 2h. */
const noise = 5e-3

/** Fixed weights that make one number of all outputs. */
function weightsOf(port: string, size: number): Float32Array {
  return stream(11, `loss/${port}`, 0).normals(size)
}

/** The weighted sum of all outputs, added up in double precision. */
function weightedSum(
  tf: typeof Tf,
  forward: Forward,
  knobs: readonly Knob[],
  changed: number,
  values: Float32Array,
): number {
  return tf.tidy(() => {
    const tensors = knobs.map((knob, index) =>
      tf.tensor(index === changed ? values : knob.values, [...knob.shape]),
    )
    let sum = 0
    for (const [port, y] of Object.entries(forward(tensors))) {
      const r = weightsOf(port, y.size)
      for (const [index, value] of y.dataSync().entries()) sum += value * (r[index] ?? 0)
    }
    return sum
  })
}

/** Gradient of the weighted sum of all outputs by every knob. */
export function analyticGradients(tf: typeof Tf, forward: Forward, knobs: readonly Knob[]): Float32Array[] {
  return tf.tidy(() => {
    const loss = (...tensors: Tf.Tensor[]): Tf.Scalar => {
      const terms = Object.entries(forward(tensors)).map(([port, y]) =>
        tf.sum<Tf.Scalar>(tf.mul(y, tf.tensor(weightsOf(port, y.size), y.shape))),
      )
      return tf.addN<Tf.Scalar>(terms)
    }
    const gradients = tf.grads(loss)(knobs.map((knob) => tf.tensor(knob.values, [...knob.shape])))
    return gradients.map((gradient) => new Float32Array(gradient.dataSync()))
  })
}

export function compareGradients(tf: typeof Tf, forward: Forward, knobs: readonly Knob[]): Comparison[] {
  const gradients = analyticGradients(tf, forward, knobs)
  return knobs.map((knob, index) => {
    const direction = stream(13, `direction/${knob.name}`, 0).normals(knob.values.length).map(Math.sign)
    const gradient = gradients[index] ?? new Float32Array()
    let analytic = 0
    let steepest = 0
    for (const [i, g] of gradient.entries()) {
      analytic += g * (direction[i] ?? 0)
      steepest += Math.abs(g * (direction[i] ?? 0))
    }
    const along = (sign: number) =>
      weightedSum(
        tf,
        forward,
        knobs,
        index,
        knob.values.map((x, i) => x + sign * h * (direction[i] ?? 0)),
      )
    const numeric = (along(1) - along(-1)) / (2 * h)
    const scale = Math.max(Math.abs(analytic), Math.abs(numeric), 0.05 * steepest, noise)
    return { name: knob.name, analytic, numeric, error: Math.abs(analytic - numeric) / scale }
  })
}
