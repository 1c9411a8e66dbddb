/** What tests of our functions on WebAssembly's heap compare with: plain words in doubles, and their differences. */
import type * as Tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { numbers, tf } from '../support'

/** The largest difference, relative to the largest number. */
export function apart(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length)
  let [most, size] = [0, 1]
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs((found[i] ?? NaN) - (wanted[i] ?? NaN))
    if (!(difference <= most)) most = difference
    size = Math.max(size, Math.abs(wanted[i] ?? 0))
  }
  return most / size
}

/** What `make` gives on wasm; it must leave no tensor. */
export async function valuesOf(make: () => Tf.Tensor): Promise<Float32Array> {
  const before = tf.memory().numTensors
  const made = tf.tidy(make)
  const values = (await made.data<'float32'>()).slice()
  made.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return values
}

export type Shape = readonly number[]

export const count = (shape: Shape) => shape.reduce((all, size) => all * size, 1)

/** The gradients of Σ weights · f(inputs), by central differences of f in doubles. */
function differences(
  f: (inputs: readonly Float64Array[]) => ArrayLike<number>,
  inputs: readonly ArrayLike<number>[],
  weights: ArrayLike<number>,
): Float64Array[] {
  const doubles = inputs.map((input) => Float64Array.from(input))
  const total = () => {
    const y = f(doubles)
    let sum = 0
    for (let i = 0; i < y.length; i++) sum += Number(y[i]) * Number(weights[i])
    return sum
  }
  const step = 1e-5
  return doubles.map((input) =>
    Float64Array.from(input, (value, at) => {
      input[at] = value + step
      const above = total()
      input[at] = value - step
      const below = total()
      input[at] = value
      return (above - below) / (2 * step)
    }),
  )
}

/** Value and gradients of an operation on the heap against its plain words in doubles. */
export async function expectLike(
  operation: (...inputs: Tf.Tensor[]) => Tf.Tensor,
  plain: (inputs: readonly Float64Array[]) => ArrayLike<number>,
  inputs: readonly { readonly shape: Shape; readonly values: Float32Array<ArrayBuffer> }[],
  tolerance = 1e-5,
): Promise<void> {
  const make = () => inputs.map(({ shape, values }) => tf.tensor(values, [...shape]))
  const value = await valuesOf(() => operation(...make()))
  const wanted = plain(inputs.map(({ values }) => Float64Array.from(values)))
  expect(apart(value, wanted)).toBeLessThan(tolerance)
  const weights = numbers(wanted.length, 77)
  const gradients = differences(
    plain,
    inputs.map(({ values }) => values),
    weights,
  )
  for (const [at, gradient] of gradients.entries()) {
    const found = await valuesOf(() => {
      const all = tf.grads((...given: Tf.Tensor[]) => {
        const y = operation(...given)
        return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)))
      })(make())
      return all[at] as Tf.Tensor
    })
    expect(apart(found, gradient)).toBeLessThan(10 * tolerance)
  }
}

export const drawn = (shape: Shape, seed: number) => ({ shape, values: numbers(count(shape), seed) })
