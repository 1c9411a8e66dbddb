/**
 * The nets of `models.ts` written by hand for stock tfjs, with its own layers where it has them. They draw weights and
 * samples of their own, or take those of a run of ours (`Given`), by our names, to be held against it.
 */
import * as tf from '@tensorflow/tfjs'
import { gptSizes, hidden, isResnet, sizes, stages, units, type ModelName } from './models'

/** Numbers by our names of weights, row-major. */
export type Numbers = Readonly<Record<string, readonly number[]>>

export interface Given {
  readonly x: readonly number[]
  /** A class for every prediction. */
  readonly y: readonly number[]
  readonly weights: Numbers
}

interface Net {
  readonly variables: tf.Variable[]
  readonly loss: () => tf.Scalar
  /** The weights by our names. */
  readonly weights: () => Promise<Numbers>
  /** For `fit`; null where tfjs has no such layers. */
  readonly model: tf.LayersModel | null
  readonly dispose: () => void
}

/** Numbers in [-scale, scale], the same every time. */
export function drawn(shape: readonly number[], scale: number, seed: number): tf.Tensor {
  return tf.randomUniform([...shape], -scale, scale, 'float32', seed)
}

/** Rows with a single 1, of these classes or made-up ones. */
export function classesOf(count: number, classes: number, given?: readonly number[]): tf.Tensor {
  return tf.tidy(() => {
    const numbers = Int32Array.from({ length: count }, (_, at) => given?.[at] ?? (at * 7 + 3) % classes)
    return tf.oneHot(tf.tensor1d(numbers, 'int32'), classes).toFloat()
  })
}

type Layered = Exclude<ModelName, 'gpt' | 'small-gpt'>

function isGpt(name: ModelName): name is 'gpt' | 'small-gpt' {
  return name === 'gpt' || name === 'small-gpt'
}

/** Layers one after the other. `like`: the gates as ours, where tfjs's own habit is another. */
function layersOf(name: Exclude<Layered, keyof typeof stages>, like: boolean): tf.layers.Layer[] {
  const { shape, classes } = sizes[name]
  const inputShape = [...shape]
  const scores = tf.layers.dense({ name: 'scores', units: classes })
  const gates = like ? ({ recurrentActivation: 'sigmoid' } as const) : {}
  const recurrent = { recurrentInitializer: 'glorotUniform', ...gates } as const
  switch (name) {
    case 'tiny-mlp':
    case 'mlp': {
      const [first, second] = hidden[name]
      return [
        tf.layers.dense({ name: 'hidden0', units: first, activation: 'relu', inputShape }),
        tf.layers.dense({ name: 'hidden1', units: second, activation: 'relu' }),
        scores,
      ]
    }
    case 'cnn':
      return [
        tf.layers.conv2d({ name: 'conv1', filters: 32, kernelSize: 3, activation: 'relu', inputShape }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ name: 'conv2', filters: 64, kernelSize: 3, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dropout({ rate: 0.5 }),
        scores,
      ]
    case 'small-cnn':
      return [
        tf.layers.conv2d({ name: 'conv1', filters: 8, kernelSize: 3, activation: 'relu', inputShape }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        scores,
      ]
    case 'lstm':
    case 'small-lstm':
      return [tf.layers.lstm({ name: 'lstm', units: units[name], inputShape, ...recurrent }), scores]
    case 'bigru':
    case 'small-bigru':
      return [
        tf.layers.bidirectional({
          name: 'walk',
          layer: tf.layers.gru({ units: units[name], ...recurrent }),
          mergeMode: 'concat',
          inputShape,
        }),
        scores,
      ]
  }
}

function resnet(name: keyof typeof stages): tf.LayersModel {
  const { shape, classes } = sizes[name]
  type Symbolic = tf.SymbolicTensor
  const conv = (x: Symbolic, id: string, filters: number, kernelSize = 3, strides = 1) =>
    tf.layers
      .conv2d({ name: id, filters, kernelSize, strides, padding: 'same', useBias: false })
      .apply(x) as Symbolic
  const norm = (x: Symbolic, id: string) =>
    tf.layers.batchNormalization({ name: id, momentum: 0.9 }).apply(x) as Symbolic
  const relu = (x: Symbolic) => tf.layers.reLU().apply(x) as Symbolic
  const image = tf.input({ shape: [...shape] })
  let x = relu(norm(conv(image, 'stem', stages[name][0]), 'stem_norm'))
  for (const [at, filters] of stages[name].entries()) {
    for (const block of [0, 1]) {
      const id = (part: string) => `s${at}b${block}_${part}`
      const narrows = at > 0 && block === 0
      const strides = narrows ? 2 : 1
      const inner = relu(norm(conv(x, id('conv1'), filters, 3, strides), id('norm1')))
      const branch = norm(conv(inner, id('conv2'), filters), id('norm2'))
      const skip = narrows ? norm(conv(x, id('skip'), filters, 1, strides), id('skip_norm')) : x
      x = relu(tf.layers.add().apply([branch, skip]) as Symbolic)
    }
  }
  const mean = tf.layers.globalAveragePooling2d({}).apply(x) as Symbolic
  const outputs = tf.layers.dense({ name: 'scores', units: classes }).apply(mean) as Symbolic
  return tf.model({ inputs: image, outputs })
}

interface Named {
  readonly key: string
  readonly variable: tf.Variable
}

/** What the weights of a model are called here: `layer:weight`. */
function namedWeights(model: tf.LayersModel): Named[] {
  return model.layers.flatMap((layer) => {
    const all = layer.trainableWeights
    return all.map((weight, at) => {
      const own = weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1)
      const way =
        layer.getClassName() === 'Bidirectional' ? (at < all.length / 2 ? 'forward_' : 'backward_') : ''
      return { key: `${layer.name}:${way}${own}`, variable: (weight as unknown as { val: tf.Variable }).val }
    })
  })
}

function put(variable: tf.Variable, key: string, numbers: readonly number[] | undefined): void {
  if (numbers?.length !== variable.size)
    throw new Error(`The weight ${key} was given ${numbers?.length ?? 'no'} numbers, not ${variable.size}.`)
  tf.tidy(() => variable.assign(tf.tensor([...numbers], variable.shape)))
}

function layered(name: Layered, given?: Given): Net {
  const { batch, shape, classes } = sizes[name]
  const model = isResnet(name) ? resnet(name) : tf.sequential({ layers: layersOf(name, given !== undefined) })
  const named = namedWeights(model)
  if (given !== undefined) for (const { key, variable } of named) put(variable, key, given.weights[key])
  const x = given === undefined ? drawn([batch, ...shape], 1, 1) : tf.tensor([...given.x], [batch, ...shape])
  const y = classesOf(batch, classes, given?.y)
  return {
    variables: named.map(({ variable }) => variable),
    model,
    loss: () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor),
    async weights() {
      const read = await Promise.all(
        named.map(async ({ key, variable }) => [key, [...(await variable.data())]]),
      )
      return Object.fromEntries(read) as Numbers
    },
    dispose: () => {
      model.dispose()
      tf.dispose([x, y])
    },
  }
}

function gpt(name: 'gpt' | 'small-gpt', given?: Given): Net {
  const { batch, shape, classes } = sizes[name]
  const { layers, heads, width } = gptSizes[name]
  const [length = 1] = shape
  const size = width / heads
  const all: tf.Variable[] = []
  /** Which weights of ours stand side by side in which of these. */
  const parts: (readonly string[])[] = []
  const keep = (value: tf.Tensor, keys: readonly string[]): tf.Variable => {
    const variable = tf.variable(value)
    value.dispose()
    all.push(variable)
    parts.push(keys)
    return variable
  }
  const matrix = (from: number, to: number, ...keys: string[]) =>
    keep(drawn([from, to], 0.02, all.length + 1), keys)
  const zeros = (count: number, ...keys: string[]) => keep(tf.zeros([count]), keys)
  const ones = (count: number, ...keys: string[]) => keep(tf.ones([count]), keys)
  const three = (at: number, kind: string) =>
    ['query', 'key', 'value'].map((one) => `look${at}:${one}_${kind}`)
  const tokens = matrix(classes, width, 'embed:embeddings')
  const places = matrix(length, width, 'place:embeddings')
  const blocks = Array.from({ length: layers }, (_, at) => ({
    gain: ones(width, `norm${at}:gamma`),
    shift: zeros(width, `norm${at}:beta`),
    look: matrix(width, 3 * width, ...three(at, 'kernel')),
    lookBias: zeros(3 * width, ...three(at, 'bias')),
    out: matrix(width, width, `look${at}:output_kernel`),
    outBias: zeros(width, `look${at}:output_bias`),
    gain2: ones(width, `inner${at}:gamma`),
    shift2: zeros(width, `inner${at}:beta`),
    wide: matrix(width, 4 * width, `wide${at}:kernel`),
    wideBias: zeros(4 * width, `wide${at}:bias`),
    back: matrix(4 * width, width, `back${at}:kernel`),
    backBias: zeros(width, `back${at}:bias`),
  }))
  const lastGain = ones(width, 'last:gamma')
  const lastShift = zeros(width, 'last:beta')
  const head = matrix(width, classes, 'scores:kernel')
  const sideBySide = (keys: readonly string[], numbers: Numbers, rows: number): number[] =>
    Array.from({ length: rows }, (_, row) =>
      keys.flatMap((key) => {
        const of = numbers[key] ?? []
        return of.slice((row * of.length) / rows, ((row + 1) * of.length) / rows)
      }),
    ).flat()
  const rowsOf = (variable: tf.Variable) => (variable.rank === 1 ? 1 : (variable.shape[0] ?? 1))
  if (given !== undefined)
    for (const [at, variable] of all.entries()) {
      const keys = parts[at] ?? []
      put(variable, keys.join(), sideBySide(keys, given.weights, rowsOf(variable)))
    }
  const ids = Int32Array.from({ length: batch * length }, (_, at) => given?.x[at] ?? (at * 31 + 5) % classes)
  const x = tf.tensor1d(ids, 'int32')
  const y = classesOf(batch * length, classes, given?.y)
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
      // The quick gelu: the fewest operations that tfjs can do it with. Beside ours, the exact one.
      const bent =
        given === undefined
          ? wide.mul(wide.mul(1.702).sigmoid())
          : wide.mul(0.5).mul(wide.mul(Math.SQRT1_2).erf().add(1))
      h = h.add(tf.matMul(bent, block.back).add(block.backBias))
    }
    return tf.matMul(normal(h, lastGain, lastShift), head)
  }
  return {
    variables: all,
    model: null,
    loss: () => tf.losses.softmaxCrossEntropy(y, scores()),
    async weights() {
      const found: Record<string, number[]> = {}
      for (const [at, variable] of all.entries()) {
        const numbers = [...(await variable.data())]
        const keys = parts[at] ?? []
        const [rows, width] = [rowsOf(variable), variable.size / rowsOf(variable) / keys.length]
        for (const [part, key] of keys.entries())
          found[key] = Array.from({ length: rows }, (_, row) => {
            const start = (row * keys.length + part) * width
            return numbers.slice(start, start + width)
          }).flat()
      }
      return found
    },
    dispose: () => tf.dispose([...all, x, y, wall]),
  }
}

export function stockNet(name: ModelName, given?: Given): Net {
  return isGpt(name) ? gpt(name, given) : layered(name, given)
}
