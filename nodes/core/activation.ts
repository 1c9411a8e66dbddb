/** An activation as a node of its own, for nets where something stands between the sum and its bend. */
import { activations, torchActivation } from '../kit/activations'
import { defineNode } from '../kit/define'
import { choice, real } from '../kit/fields'
import { formatShape, refuse, tensor } from '../kit/spec'

const functions = ['relu', 'leaky-relu', ...activations.filter((name) => name !== 'relu')] as const

export const activation = defineNode({
  role: 'layer',
  type: 'activation',
  version: 1,
  title: 'Activation',
  family: 'core',
  doc: 'Applies one function to every number. Without it, a stack of layers can learn no more than a single one.',
  synonyms: [
    'relu',
    'leaky relu',
    'sigmoid',
    'tanh',
    'softmax',
    'gelu',
    'silu',
    'swish',
    'elu',
    'selu',
    'nonlinearity',
  ],
  fields: {
    function: choice(functions as readonly ['relu', 'leaky-relu', ...(typeof activations)[number][]], {
      initial: 'relu',
      doc: 'Which function. softmax works along the last axis and makes its numbers add up to one.',
    }),
    slope: real({
      initial: 0.3,
      min: 0,
      max: 1,
      doc: 'How steep leaky-relu is below zero; the other functions have no slope to set.',
    }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => (p.function === 'leaky-relu' ? `leaky-relu ${p.slope}` : p.function),
  infer: ({ x }, p) =>
    p.function === 'softmax' && x.shape.length < 2
      ? refuse(`softmax needs an axis of features after the batch, but x is ${formatShape(x.shape)}.`)
      : { y: tensor(x.shape) },
  weights: () => ({}),
  build: (tf, p) =>
    p.function === 'leaky-relu'
      ? tf.layers.leakyReLU({ alpha: p.slope })
      : tf.layers.activation({ activation: p.function }),
  emit: {
    torch: (p) => {
      if (p.function === 'leaky-relu')
        return { call: 'F.leaky_relu', args: { negative_slope: p.slope }, tensors: [] }
      return { ...(torchActivation(p.function) ?? { call: 'nn.Identity', args: {} }), tensors: [] }
    },
  },
  idle: (field, p) =>
    field === 'slope' && p.function !== 'leaky-relu' ? 'only leaky-relu has a slope' : null,
  cases: [
    ...functions.map((name) => ({ inputs: { x: tensor([null, 5]) }, params: { function: name } })),
    { inputs: { x: tensor([null, 'T', 3]) }, params: { function: 'softmax' } },
    { inputs: { x: tensor([null]) } },
    { inputs: { x: tensor([null, 3, 3, 2]) }, params: { function: 'leaky-relu', slope: 0.1 } },
    {
      inputs: { x: tensor([null]) },
      params: { function: 'softmax' },
      refused: 'softmax needs an axis of features',
    },
  ],
  migrations: [],
})
