/** Seeded random numbers of one node in one pass, as device tensors; the same on every backend. */
import type * as Tf from '@tensorflow/tfjs'
import type { RunContext } from '../../nodes/kit/define'
import { stream } from '../random/stream'

/** Numbers of the stream (seed, name, step), drawn one after another; the stream is begun at the first call. */
export function deviceRandom(tf: typeof Tf, seed: number, name: string, step: number): RunContext['random'] {
  let drawn: ReturnType<typeof stream> | null = null
  const numbers = () => (drawn ??= stream(seed, name, step))
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
  return {
    uniform: (shape) => tf.tensor(numbers().uniforms(size(shape)), [...shape], 'float32'),
    normal: (shape) => tf.tensor(numbers().normals(size(shape)), [...shape], 'float32'),
  }
}
