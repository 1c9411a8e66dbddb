/**
 * tfjs must be one instance. Two of them share the global engine, so that sums come out right, but neither knows the
 * other's classes: `instanceof` fails and custom layers register with the wrong registry.
 */
import * as tf from '@tensorflow/tfjs'
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cpuTf } from '../support/tf'

test('tfjs and its wasm backend are built on one core, and its layers too', async () => {
  expect(Object.getPrototypeOf(BackendWasm)).toBe(tf.KernelBackend)
  await cpuTf()
  const output = tf.layers.dense({ units: 2 }).apply(tf.zeros([1, 2]))
  expect(output).toBeInstanceOf(tf.Tensor)
})

test('the cpu backend multiplies', async () => {
  await cpuTf()
  const product = tf.tidy(() => tf.tensor2d([[1, 2]]).matMul(tf.tensor2d([[3], [4]])))
  expect(Array.from(await product.data())).toEqual([11])
  product.dispose()
})

test('the wasm backend runs in Node', async () => {
  // In Node the path is a folder on disk with a slash at its end; tfjs adds the file name.
  setWasmPaths(
    fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)),
  )
  expect(await tf.setBackend('wasm')).toBe(true)
  const sum = tf.tidy(() => tf.tensor1d([1, 2, 3]).sum())
  expect(Array.from(await sum.data())).toEqual([6])
  sum.dispose()
  await cpuTf()
})
