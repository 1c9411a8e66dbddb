/**
 * tfjs must be one instance. Two of them share the global engine, so that sums come out right, but neither knows the
 * other's classes: `instanceof` fails and custom layers register with the wrong registry.
 */
import * as tf from '@tensorflow/tfjs'
import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cpuTf } from '../support/tf'

test('tfjs, its core and its layers are one instance, and the cpu backend multiplies', async () => {
  await cpuTf()
  expect(tf.Tensor).toBe(core.Tensor)
  expect(tf.LayersModel).toBe(layers.LayersModel)
  const product = tf.tidy(() => tf.tensor2d([[1, 2]]).matMul(tf.tensor2d([[3], [4]])))
  expect(Array.from(await product.data())).toEqual([11])
  product.dispose()
})

test('the wasm backend registers with the same engine and runs in Node', async () => {
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
