/**
 * The same nets written by hand for stock tfjs, with the best loop that it has: gradients of a list of variables and
 * `applyGradients`, samples on the device, and no number read back but the last loss.
 */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { startGauge } from './gauge'
import { gptSizes, hidden, sizes, units, type ModelName } from './models'
import { benchBackend, processorTime, type StepRunner } from './runner'

tf.enableProdMode()
const backend = benchBackend()
const gauge = startGauge()

interface Net {
  readonly variables: tf.Variable[]
  readonly loss: () => tf.Scalar
  readonly dispose: () => void
}

/** Numbers in [-scale, scale], the same every time. */
function drawn(shape: readonly number[], scale: number, seed: number): tf.Tensor {
  return tf.randomUniform([...shape], -scale, scale, 'float32', seed)
}

function classesOf(count: number, classes: number): tf.Tensor {
  return tf.tidy(() => {
    const numbers = Int32Array.from({ length: count }, (_, at) => (at * 7 + 3) % classes)
    return tf.oneHot(tf.tensor1d(numbers, 'int32'), classes).toFloat()
  })
}

function layersOf(name: Exclude<ModelName, 'gpt' | 'small-gpt'>): tf.layers.Layer[] {
  const { shape, classes } = sizes[name]
  const inputShape = [...shape]
  const scores = tf.layers.dense({ units: classes })
  switch (name) {
    case 'tiny-mlp':
    case 'mlp': {
      const [first, second] = hidden[name]
      return [
        tf.layers.dense({ units: first, activation: 'relu', inputShape }),
        tf.layers.dense({ units: second, activation: 'relu' }),
        scores,
      ]
    }
    case 'cnn':
      return [
        tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dropout({ rate: 0.5 }),
        scores,
      ]
    case 'small-cnn':
      return [
        tf.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        scores,
      ]
    case 'lstm':
    case 'small-lstm':
      return [
        tf.layers.lstm({ units: units[name], inputShape, recurrentInitializer: 'glorotUniform' }),
        scores,
      ]
  }
}

function layered(name: Exclude<ModelName, 'gpt' | 'small-gpt'>): Net {
  const { batch, shape, classes } = sizes[name]
  const model = tf.sequential({ layers: layersOf(name) })
  const x = drawn([batch, ...shape], 1, 1)
  const y = classesOf(batch, classes)
  return {
    variables: model.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val),
    loss: () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor),
    dispose: () => {
      model.dispose()
      tf.dispose([x, y])
    },
  }
}

function gpt(name: 'gpt' | 'small-gpt'): Net {
  const { batch, shape, classes } = sizes[name]
  const { layers, heads, width } = gptSizes[name]
  const [length = 1] = shape
  const size = width / heads
  const all: tf.Variable[] = []
  const keep = (value: tf.Tensor): tf.Variable => {
    const variable = tf.variable(value)
    value.dispose()
    all.push(variable)
    return variable
  }
  const matrix = (from: number, to: number) => keep(drawn([from, to], 0.02, all.length + 1))
  const zeros = (count: number) => keep(tf.zeros([count]))
  const ones = (count: number) => keep(tf.ones([count]))
  const tokens = matrix(classes, width)
  const places = matrix(length, width)
  const blocks = Array.from({ length: layers }, () => ({
    gain: ones(width),
    shift: zeros(width),
    look: matrix(width, 3 * width),
    lookBias: zeros(3 * width),
    out: matrix(width, width),
    outBias: zeros(width),
    gain2: ones(width),
    shift2: zeros(width),
    wide: matrix(width, 4 * width),
    wideBias: zeros(4 * width),
    back: matrix(4 * width, width),
    backBias: zeros(width),
  }))
  const [lastGain, lastShift, head] = [ones(width), zeros(width), matrix(width, classes)]
  const ids = Int32Array.from({ length: batch * length }, (_, at) => (at * 31 + 5) % classes)
  const x = tf.tensor1d(ids, 'int32')
  const y = classesOf(batch * length, classes)
  const wall = tf.tensor(
    Float32Array.from({ length: length * length }, (_, at) =>
      at % length <= Math.floor(at / length) ? 0 : -1e9,
    ),
    [length, length],
  )
  const normal = (h: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) => {
    const { mean, variance } = tf.moments(h, -1, true)
    return h.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(gain).add(shift)
  }
  const scores = () => {
    let h = tf.gather(tokens, x).reshape([batch, length, width]).add(places).reshape([-1, width])
    for (const block of blocks) {
      const rows = tf.matMul(normal(h, block.gain, block.shift), block.look).add(block.lookBias)
      const [q, k, v] = tf
        .split(rows, 3, 1)
        .map((part) => part.reshape([batch, length, heads, size]).transpose([0, 2, 1, 3]))
      if (q === undefined || k === undefined || v === undefined) throw new Error('Three parts are missing.')
      const looks = tf.softmax(
        tf
          .matMul(q, k, false, true)
          .mul(1 / Math.sqrt(size))
          .add(wall),
      )
      const mixed = tf.matMul(looks, v).transpose([0, 2, 1, 3]).reshape([-1, width])
      h = h.add(tf.matMul(mixed, block.out).add(block.outBias))
      const wide = tf.matMul(normal(h, block.gain2, block.shift2), block.wide).add(block.wideBias)
      // The quick gelu: the fewest operations that tfjs can do it with.
      const bent = wide.mul(wide.mul(1.702).sigmoid())
      h = h.add(tf.matMul(bent, block.back).add(block.backBias))
    }
    return tf.matMul(normal(h, lastGain, lastShift), head)
  }
  return {
    variables: all,
    loss: () => tf.losses.softmaxCrossEntropy(y, scores()),
    dispose: () => tf.dispose([...all, x, y, wall]),
  }
}

let net: { readonly net: Net; readonly optimiser: tf.AdamOptimizer } | null = null

function oneStep(): tf.Scalar {
  if (net === null) throw new Error('No net has been started.')
  const { value, grads } = tf.variableGrads(net.net.loss, net.net.variables)
  net.optimiser.applyGradients(grads as never)
  tf.dispose(grads)
  return value
}

const runner: StepRunner = {
  async start(name) {
    await runner.stop()
    await tf.setBackend(backend)
    await tf.ready()
    gauge.restart()
    net = {
      net: name === 'gpt' || name === 'small-gpt' ? gpt(name) : layered(name),
      optimiser: tf.train.adam(1e-3, 0.9, 0.999, 1e-7),
    }
    await runner.run(3)
  },
  async run(steps) {
    const begun = performance.now()
    const used = processorTime()
    let last: tf.Scalar | null = null
    for (let at = 0; at < steps; at++) {
      last?.dispose()
      last = oneStep()
    }
    const given = performance.now()
    const host = used === null ? given - begun : (processorTime() ?? 0) - used
    await last?.data()
    last?.dispose()
    return { host: host / steps, wall: (performance.now() - begun) / steps }
  },
  async count() {
    gauge.dispatches()
    await runner.run(1)
    const { count, kinds } = gauge.dispatches()
    return { dispatches: count, kinds, peakBytes: gauge.peakBytes() }
  },
  async stop() {
    net?.net.dispose()
    net?.optimiser.dispose()
    net = null
  },
}

Object.assign(globalThis, { runner })
