/**
 * The variables of Keras's own layers, in the order and with the shapes in which Keras 3 makes them (`build` of each class
 * in keras/src/layers). Written from Keras's sources and documentation, and knows nothing of the exporter.
 */
import type { Json } from '../../../../nodes/kit/torch'

export type Config = { readonly [name: string]: Json }
export type Shape = readonly (number | null)[]
/** Place in the layer's store and shape. */
export type Stored = readonly (readonly [path: string, shape: readonly number[]])[]

const number = (value: Json | undefined): number => {
  if (typeof value !== 'number') throw new Error(`${JSON.stringify(value)} is no number`)
  return value
}
const list = (value: Json | undefined): number[] =>
  (Array.isArray(value) ? (value as Json[]) : [value as Json]).map(number)
const last = (shape: Shape | undefined): number => number(shape?.at(-1) ?? undefined)

function inOrder(shapes: readonly (readonly number[])[], room = ''): Stored {
  return shapes.map((shape, at) => [`${room}vars/${at}`, shape])
}

const bias = (config: Config, size: number) => (config['use_bias'] === false ? [] : [[size]])

function convolution(config: Config, [x]: readonly Shape[]): Stored {
  const filters = number(config['filters'])
  const groups = number(config['groups'] ?? 1)
  return inOrder([[...list(config['kernel_size']), last(x) / groups, filters], ...bias(config, filters)])
}

function transposed(config: Config, [x]: readonly Shape[]): Stored {
  const filters = number(config['filters'])
  return inOrder([[...list(config['kernel_size']), filters, last(x)], ...bias(config, filters)])
}

function depthwise(config: Config, [x]: readonly Shape[]): Stored {
  const multiplier = number(config['depth_multiplier'] ?? 1)
  return inOrder([
    [...list(config['kernel_size']), last(x), multiplier],
    ...bias(config, last(x) * multiplier),
  ])
}

function separable(config: Config, [x]: readonly Shape[]): Stored {
  const sizes = list(config['kernel_size'])
  const multiplier = number(config['depth_multiplier'] ?? 1)
  const filters = number(config['filters'])
  return inOrder([
    [...sizes, last(x), multiplier],
    [...sizes.map(() => 1), last(x) * multiplier, filters],
    ...bias(config, filters),
  ])
}

/** gamma if there is a scale, beta if there is a centre, then statistics. */
function norm(statistics: number) {
  return (config: Config, [x]: readonly Shape[]): Stored => {
    const axes = list(config['axis'] ?? -1)
    const shape = axes.map((axis) => number(x?.at(axis) ?? undefined))
    return inOrder([
      ...(config['scale'] === false ? [] : [shape]),
      ...(config['center'] === false ? [] : [shape]),
      ...Array.from({ length: statistics }, () => shape),
    ])
  }
}

function recurrent(gates: number) {
  return (config: Config, [x]: readonly Shape[], room = ''): Stored => {
    const units = number(config['units'])
    const size = gates * units
    const biases = gates === 3 && config['reset_after'] === true ? [2, size] : [size]
    return inOrder(
      [[last(x), size], [units, size], ...(config['use_bias'] === false ? [] : [biases])],
      `${room}cell/`,
    )
  }
}

const cells = { LSTM: recurrent(4), GRU: recurrent(3), SimpleRNN: recurrent(1) } as const

function bidirectional(config: Config, inputs: readonly Shape[]): Stored {
  const side = (layer: Json | undefined, room: string): Stored => {
    const { class_name: name, config: inner } = layer as { class_name: keyof typeof cells; config: Config }
    return cells[name](inner, inputs, room)
  }
  return [
    ...side(config['layer'], 'forward_layer/'),
    ...side(config['backward_layer'] ?? config['layer'], 'backward_layer/'),
  ]
}

function convLstm(config: Config, [x]: readonly Shape[]): Stored {
  const sizes = list(config['kernel_size'])
  const filters = number(config['filters'])
  const kernels = [last(x), filters].map((channels) => [...sizes, channels, 4 * filters])
  return inOrder([...kernels, ...bias(config, 4 * filters)], 'cell/')
}

/** The wrapped layer's own, on one step. */
function timeDistributed(config: Config, [x]: readonly Shape[]): Stored {
  const { class_name: name, config: inner } = config['layer'] as { class_name: string; config: Config }
  const step = (x ?? []).filter((_, axis) => axis !== 1)
  return keras3Variables(name, inner, [step]).map(([path, shape]) => [`layer/${path}`, shape])
}

function attention(config: Config, [query, value, key]: readonly Shape[]): Stored {
  const heads = number(config['num_heads'])
  const keys = number(config['key_dim'])
  const values = number(config['value_dim'] ?? keys)
  const part = (name: string, kernel: number[], biasShape: number[]): Stored =>
    inOrder([kernel, ...(config['use_bias'] === false ? [] : [biasShape])], `${name}_dense/`)
  return [
    ...part('query', [last(query), heads, keys], [heads, keys]),
    ...part('key', [last(key ?? value), heads, keys], [heads, keys]),
    ...part('value', [last(value), heads, values], [heads, values]),
    ...part('output', [heads, values, last(query)], [last(query)]),
  ]
}

/** Its four maps are private attributes, which plain attention has properties for: hence the underscore. */
function grouped(config: Config, [query, value, key]: readonly Shape[]): Stored {
  const queries = number(config['num_query_heads'])
  const pairs = number(config['num_key_value_heads'])
  const size = number(config['head_dim'])
  const part = (name: string, kernel: number[], biasShape: number[]): Stored =>
    inOrder([kernel, ...(config['use_bias'] === false ? [] : [biasShape])], `_${name}_dense/`)
  return [
    ...part('query', [last(query), queries, size], [queries, size]),
    ...part('key', [last(key ?? value), pairs, size], [pairs, size]),
    ...part('value', [last(value), pairs, size], [pairs, size]),
    ...part('output', [queries, size, last(query)], [last(query)]),
  ]
}

/** einsum: sizes of the kernel's letters from the input and the output. */
function einsum(config: Config, [x]: readonly Shape[]): Stored {
  const [inputs = '', results = ''] = (config['equation'] as string).split('->')
  const [data = '', kernel = ''] = inputs.split(',')
  const output = [null, ...list(config['output_shape'])]
  const size = (letter: string): number => {
    const place = data.indexOf(letter)
    return number(
      (place >= 0 ? x?.[place] : output.at(results.indexOf(letter) - results.length)) ?? undefined,
    )
  }
  const axes = config['bias_axes']
  return inOrder([
    [...kernel].map(size),
    ...(typeof axes === 'string' ? [[...results].filter((letter) => axes.includes(letter)).map(size)] : []),
  ])
}

const none = (): Stored => []

type Rule = (config: Config, inputs: readonly Shape[]) => Stored

const rules: Readonly<Record<string, Rule>> = {
  InputLayer: none,
  Dense: (config, [x]) =>
    inOrder([[last(x), number(config['units'])], ...bias(config, number(config['units']))]),
  EinsumDense: einsum,
  Embedding: (config) => inOrder([[number(config['input_dim']), number(config['output_dim'])]]),
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv1DTranspose: transposed,
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  DepthwiseConv1D: depthwise,
  DepthwiseConv2D: depthwise,
  SeparableConv1D: separable,
  SeparableConv2D: separable,
  BatchNormalization: norm(2),
  LayerNormalization: norm(0),
  GroupNormalization: norm(0),
  RMSNormalization: (_config, [x]) => inOrder([[last(x)]]),
  LSTM: (config, inputs) => cells.LSTM(config, inputs),
  GRU: (config, inputs) => cells.GRU(config, inputs),
  SimpleRNN: (config, inputs) => cells.SimpleRNN(config, inputs),
  Bidirectional: bidirectional,
  TimeDistributed: timeDistributed,
  ConvLSTM2D: convLstm,
  MultiHeadAttention: attention,
  GroupQueryAttention: grouped,
  PReLU: (config, [x]) => {
    const shared = config['shared_axes'] === null ? [] : list(config['shared_axes'])
    return inOrder([
      (x ?? []).slice(1).map((size, at) => (shared.includes(at + 1) ? 1 : number(size ?? undefined))),
    ])
  },
}

const withoutWeights = new Set(
  `Activation ReLU LeakyReLU ELU Softmax Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout
  GaussianNoise AlphaDropout ActivityRegularization Add Subtract Multiply Average Maximum Minimum Dot Concatenate Flatten
  Reshape Permute RepeatVector Cropping1D Cropping2D Cropping3D ZeroPadding1D ZeroPadding2D ZeroPadding3D UpSampling1D
  UpSampling2D UpSampling3D MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D
  GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D
  GlobalMaxPooling3D AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D
  AdaptiveMaxPooling2D AdaptiveMaxPooling3D UnitNormalization Rescaling Masking Identity Attention AdditiveAttention
  CategoryEncoding Resizing`.split(/\s+/),
)

/** What Keras stores of a layer. Throws for a class that nobody has written down here. */
export function keras3Variables(className: string, config: Config, inputs: readonly Shape[]): Stored {
  const rule = rules[className]
  if (rule !== undefined) return rule(config, inputs)
  if (!withoutWeights.has(className)) throw new Error(`keras-variables.ts does not know ${className} yet.`)
  return []
}
