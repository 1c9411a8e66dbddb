/**
 * An activation as a node of its own, for nets where something stands between the sum and its bend. What stock tfjs has
 * by name is its own layer in an exported model; the rest travels as text.
 */
import {
  activationFunctions,
  readsSetting,
  sharesAxis,
  torchActivationFunction,
  type ActivationFunction,
  type ActivationSettings,
} from '../kit/activation-functions'
import { kerasActivationFunction } from '../kit/keras-activation-functions'
import { onnxActivationFunction } from '../kit/onnx-activation-functions'
import { frontAxis } from '../kit/axes'
import { defineNode, type ComputeArguments } from '../kit/define'
import { choice, int, real } from '../kit/fields'
import { activate } from '../kit/maths/activate'
import type { ComputedSource } from '../kit/own'
import { refuse, tensor, type Spec } from '../kit/spec'

/** tfjs's names of the functions that it has; for softmax and log-softmax along the last axis, for elu with alpha 1. */
const stock = {
  relu: 'relu',
  linear: 'linear',
  elu: 'elu',
  selu: 'selu',
  relu6: 'relu6',
  gelu: 'gelu',
  swish: 'swish',
  mish: 'mish',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softplus: 'softplus',
  softsign: 'softsign',
  softmax: 'softmax',
  'log-softmax': 'logSoftmax',
} as const satisfies { readonly [K in ActivationFunction]?: string }

/** tfjs's name for these settings, or null where it has none. */
function stockName(p: ActivationSettings, x: Spec): (typeof stock)[keyof typeof stock] | null {
  if (p.function === 'elu' && p.alpha !== 1) return null
  if (sharesAxis(p.function) && p.axis !== -1 && p.axis !== x.shape.length - 1) return null
  return Object.hasOwn(stock, p.function) ? stock[p.function as keyof typeof stock] : null
}

const source: ComputedSource = {
  compute: ({
    tf,
    inputs,
    p,
    uses,
  }: ComputeArguments<
    Record<never, never>,
    { readonly x: { doc: string } },
    { activate: typeof activate }
  >) => ({
    y: uses.activate(tf, inputs.x, p as unknown as ActivationSettings),
  }),
  uses: { activate },
}

const why: Readonly<Record<string, string>> = {
  slope: 'only leaky-relu has a slope',
  alpha: 'only elu and celu have an alpha',
  threshold: 'only threshold, hard-shrink and soft-shrink have a threshold',
  value: 'only threshold puts a value in the place of others',
  axis: 'only softmax, log-softmax and sparsemax look at an axis',
}

export const activation = defineNode({
  role: 'layer',
  type: 'activation',
  version: 2,
  title: 'Activation',
  family: 'core',
  doc: 'Applies one function to every number. Without it, a stack of layers can learn no more than a single one.',
  synonyms: [...activationFunctions, 'leaky relu', 'silu', 'hard silu', 'nonlinearity'],
  fields: {
    function: choice(activationFunctions, {
      initial: 'relu',
      doc: 'Which function. swish is SiLU, gelu the exact one (erf). softmax makes the numbers along an axis add up to one.',
    }),
    slope: real({
      initial: 0.3,
      min: 0,
      max: 1,
      doc: 'How steep leaky-relu is below zero; the other functions have no slope to set.',
    }),
    alpha: real({
      initial: 1,
      min: 0.01,
      max: 100,
      doc: 'How far below zero elu and celu go; the other functions have none.',
    }),
    threshold: real({
      initial: 0.5,
      min: -1000,
      max: 1000,
      doc: 'threshold keeps what is larger; hard-shrink and soft-shrink set what is nearer to zero to zero.',
    }),
    value: real({
      initial: 0,
      min: -1000,
      max: 1000,
      doc: 'What threshold puts in the place of numbers that are not larger.',
    }),
    axis: int({
      initial: -1,
      min: -8,
      max: 8,
      doc: 'The axis along which softmax, log-softmax and sparsemax work; -1 is the last one.',
    }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => {
    const read = (['slope', 'alpha', 'threshold'] as const).find((name) => readsSetting(p.function, name))
    return read === undefined ? p.function : `${p.function} ${p[read]}`
  },
  infer: ({ x }, p) => {
    const axis = sharesAxis(p.function) ? frontAxis(p.function, 'x', x, p.axis) : 0
    if (typeof axis !== 'number') return axis
    if (p.function.endsWith('-shrink') && readsSetting(p.function, 'threshold') && p.threshold < 0) {
      return refuse(`The threshold of ${p.function} cannot be below zero, but is ${p.threshold}.`)
    }
    return { y: tensor(x.shape) }
  },
  weights: () => ({}),
  computed: source,
  build: (tf, p, own, { x }) => {
    if (p.function === 'leaky-relu') return tf.layers.leakyReLU({ alpha: p.slope })
    const name = stockName(p, x)
    // tfjs registers logSoftmax, but its types do not say so.
    if (name !== null) return tf.layers.activation({ activation: name as 'relu' })
    const shape = x.shape.map((d) => (typeof d === 'number' ? d : null))
    return own.computed({
      type: 'activation',
      p,
      ports: [{ port: 'x', count: null }],
      outputs: [{ port: 'y', shape }],
      weights: {},
      source,
    })
  },
  run: ({ tf, inputs: { x }, p }) => ({ y: tf.tidy(() => activate(tf, x, p)) }),
  emit: {
    torch: (p) => ({ ...torchActivationFunction(p), tensors: [] }),
    onnx: (g, { x }, p, specs) => ({ y: onnxActivationFunction(g, x, p, specs.x) }),
    keras: (k, { x }, p, specs) => kerasActivationFunction(k, x, p, specs.x),
  },
  idle: (field, p) => (readsSetting(p.function, field) ? null : (why[field] ?? null)),
  cases: [
    ...activationFunctions.map((name) => ({ inputs: { x: tensor([null, 5]) }, params: { function: name } })),
    { inputs: { x: tensor([null, 'T', 3]) }, params: { function: 'softmax' } },
    { inputs: { x: tensor([null]) } },
    { inputs: { x: tensor([null, 3, 3, 2]) }, params: { function: 'leaky-relu', slope: 0.1 } },
    { inputs: { x: tensor([null, 4]) }, params: { function: 'elu', alpha: 0.5 } },
    { inputs: { x: tensor([null, 4]) }, params: { function: 'celu', alpha: 0.5 } },
    { inputs: { x: tensor([null, 4]) }, params: { function: 'threshold', threshold: 0, value: -1 } },
    { inputs: { x: tensor([null, 4]) }, params: { function: 'hard-shrink', threshold: 0.3 } },
    { inputs: { x: tensor([null, 4]) }, params: { function: 'soft-shrink', threshold: 0.3 } },
    { inputs: { x: tensor([null, 3, 2]) }, params: { function: 'softmax', axis: 1 } },
    { inputs: { x: tensor([null, 2, 'T', 2]) }, params: { function: 'log-softmax', axis: -2 } },
    { inputs: { x: tensor([null, 4, 2]) }, params: { function: 'sparsemax', axis: 1 } },
    {
      inputs: { x: tensor([null]) },
      params: { function: 'softmax' },
      refused: 'softmax needs an axis after the batch',
    },
    {
      inputs: { x: tensor([null, 3]) },
      params: { function: 'soft-shrink', threshold: -1 },
      refused: 'cannot be below zero',
    },
    {
      inputs: { x: tensor([null, 3]) },
      params: { function: 'log-softmax', axis: 0 },
      refused: 'leaves the samples of a batch apart',
    },
  ],
  migrations: [(p) => ({ ...p, alpha: 1, threshold: 0.5, value: 0, axis: -1 })],
})
