/** Stock tfjs in a page of its own, untouched by our repairs: trains the same nets from the same weights. */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import type { ModelName } from '../../bench/steps/models'
import { stockNet, type Given, type Numbers } from '../../bench/steps/stock-nets'

tf.enableProdMode()

export const stockTests = {
  async weights(name: ModelName, backend: 'cpu' | 'webgpu', steps: number, given: Given): Promise<Numbers> {
    if (!(await tf.setBackend(backend))) throw new Error(`tfjs would not start ${backend}.`)
    await tf.ready()
    const net = stockNet(name, given)
    const optimiser = tf.train.adam(1e-3, 0.9, 0.999, 1e-7)
    for (let step = 0; step < steps; step++) {
      const { value, grads } = tf.variableGrads(net.loss, net.variables)
      optimiser.applyGradients(grads as never)
      tf.dispose(grads)
      value.dispose()
    }
    const weights = await net.weights()
    net.dispose()
    optimiser.dispose()
    return weights
  },
}

export type StockTests = typeof stockTests

Object.assign(globalThis, { stockTests })
