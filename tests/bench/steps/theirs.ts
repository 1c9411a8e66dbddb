/**
 * The same nets for stock tfjs, with the best loop that it has (gradients of a list of variables and `applyGradients`,
 * samples on the device, and no number read back but the last loss), or with its own `model.fit`.
 */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { startGauge } from './gauge'
import { sizes, type ModelName } from './models'
import { benchBackend, processorTime, type StepRunner } from './runner'
import { classesOf, drawn, stockNet } from './stock-nets'

tf.enableProdMode()
const backend = benchBackend()
const gauge = startGauge()

interface Training {
  /** Trains so many steps, or a few more; how many, once the device is done. */
  readonly train: (steps: number) => Promise<{ readonly steps: number; readonly given: number | null }>
  readonly dispose: () => void
}

const adam = () => tf.train.adam(1e-3, 0.9, 0.999, 1e-7)

function ownLoop(name: ModelName): Training {
  const net = stockNet(name)
  const optimiser = adam()
  return {
    async train(steps) {
      let last: tf.Scalar | null = null
      for (let at = 0; at < steps; at++) {
        last?.dispose()
        const { value, grads } = tf.variableGrads(net.loss, net.variables)
        optimiser.applyGradients(grads as never)
        tf.dispose(grads)
        last = value
      }
      const given = hostTime()
      await last?.data()
      last?.dispose()
      return { steps, given }
    },
    dispose() {
      net.dispose()
      optimiser.dispose()
    },
  }
}

/** Batches of an epoch, after which `fit` reads its losses. */
const epoch = 8

function fit(name: ModelName): Training {
  const { model, dispose } = stockNet(name)
  if (model === null) throw new Error(`tfjs has no layers for the net ${name}.`)
  const { batch, shape, classes } = sizes[name]
  const x = drawn([epoch * batch, ...shape], 1, 1)
  const y = classesOf(epoch * batch, classes)
  model.compile({ optimizer: adam(), loss: (a, b) => tf.losses.softmaxCrossEntropy(a, b) })
  return {
    async train(steps) {
      const epochs = Math.ceil(steps / epoch)
      await model.fit(x, y, { batchSize: batch, epochs, shuffle: false, verbose: 0, yieldEvery: 'never' })
      return { steps: epochs * epoch, given: null }
    },
    dispose() {
      dispose()
      tf.dispose([x, y])
    },
  }
}

const hostTime = () => processorTime() ?? performance.now()
let training: Training | null = null

function current(): Training {
  if (training === null) throw new Error('No net has been started.')
  return training
}

const runner: StepRunner = {
  async start(name, _probeEvery, way = 'loop') {
    await runner.stop()
    await tf.setBackend(backend)
    await tf.ready()
    gauge.restart()
    training = way === 'fit' ? fit(name) : ownLoop(name)
    await runner.run(3)
  },
  async run(wanted) {
    const [begun, used] = [performance.now(), hostTime()]
    const { steps, given } = await current().train(wanted)
    const host = (given ?? hostTime()) - used
    return { host: host / steps, wall: (performance.now() - begun) / steps }
  },
  async count() {
    gauge.dispatches()
    const { steps } = await current().train(1)
    const { count, kinds } = gauge.dispatches()
    return { dispatches: count / steps, kinds, peakBytes: gauge.peakBytes() }
  },
  async stop() {
    training?.dispose()
    training = null
  },
}

Object.assign(globalThis, { runner })
