/** A weighted sum of every input for every output: the layer that the others are compared with. */
import { activationField, afterActivation } from '../kit/activations'
import { defineNode } from '../kit/define'
import { countedSize, featureCount, lastSize } from '../kit/features'
import { bool, initialiser, int } from '../kit/fields'
import { onnxActivation } from '../kit/onnx-activation'
import { kerasActivation } from '../kit/keras-activation'
import { tensor, tokens } from '../kit/spec'

export const dense = defineNode({
  role: 'layer',
  type: 'dense',
  version: 1,
  title: 'Dense',
  family: 'core',
  doc: 'Every output is a weighted sum of all inputs plus a bias, passed through an activation. On inputs with more axes it works on the last one.',
  synonyms: ['linear', 'fully connected', 'perceptron', 'affine', 'feed forward'],
  fields: {
    units: int({
      initial: 32,
      min: 1,
      max: 1_000_000,
      doc: 'How many outputs. More can tell finer differences apart, and cost more.',
    }),
    activation: activationField({
      initial: 'linear',
      doc: 'Bends the sums; without a bend, several dense layers are no more than one.',
    }),
    useBias: bool({ initial: true, doc: 'Adds one learned number to every output.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights are drawn. Glorot suits tanh and sigmoid, He suits relu.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'Features on the last axis.' } },
  outputs: { y: { doc: 'The same axes, the last one as long as there are units.' } },
  summary: (p) => `${p.units} · ${p.activation}`,
  infer: ({ x }, p) => {
    const features = featureCount('Dense', 'x', x)
    return typeof features === 'number' ? { y: tensor([...x.shape.slice(0, -1), p.units]) } : features
  },
  weights: ({ x }, p) => ({
    kernel: { shape: [lastSize(x), p.units], initialiser: p.kernelInitialiser, trainable: true },
    ...(p.useBias ? { bias: { shape: [p.units], initialiser: p.biasInitialiser, trainable: true } } : {}),
  }),
  multiplyAdds: ({ x }, p) => countedSize(x.shape) * p.units,
  build: (tf, p, own) =>
    tf.layers.dense({
      units: p.units,
      activation: p.activation,
      useBias: p.useBias,
      kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
      ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
    }),
  emit: {
    torch: (p, { x }) => ({
      call: 'nn.Linear',
      args: { in_features: lastSize(x), out_features: p.units, bias: p.useBias },
      tensors: [
        { name: 'weight', parts: [{ weight: 'kernel', permute: [1, 0] }] },
        ...(p.useBias ? [{ name: 'bias', parts: [{ weight: 'bias' }] }] : []),
      ],
      ...afterActivation(p.activation),
    }),
    onnx: (g, { x }, p, specs) => {
      const bias = p.useBias ? g.weight('bias') : null
      if (specs.x.shape.length === 2) {
        const kernel = g.weight('kernel', { permute: [1, 0] })
        const y = g.op('Gemm', [x, kernel, bias], { transB: 1 })
        return { y: onnxActivation(g, y, p.activation) }
      }
      const sums = g.op('MatMul', [x, g.weight('kernel')])
      return { y: onnxActivation(g, bias === null ? sums : g.op('Add', [sums, bias]), p.activation) }
    },
    keras: (k, { x }, p, specs) => {
      const activation = kerasActivation(p.activation)
      if (typeof activation !== 'string') return activation
      return {
        y: k.layer({
          layer: 'Dense',
          config: { units: p.units, activation, use_bias: p.useBias },
          inputs: [x],
          weights: [
            { path: 'vars/0', parts: [{ weight: 'kernel' }] },
            ...(p.useBias ? [{ path: 'vars/1', parts: [{ weight: 'bias' }] }] : []),
          ],
          outputs: [tensor([...specs.x.shape.slice(0, -1), p.units])],
        }),
      }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 4]) }, params: { units: 3 } },
    { inputs: { x: tensor([null, 4]) }, params: { units: 3, activation: 'tanh', useBias: false } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { units: 3, activation: 'softmax' } },
    { inputs: { x: tensor([null, 2, 3, 2]) }, params: { units: 2, activation: 'gelu' } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 3, 'T']) }, refused: 'fixed number of features' },
    { inputs: { x: tokens([null]) }, refused: 'needs an axis of features' },
    {
      inputs: { x: tensor([null, 2]) },
      params: { units: 1, kernelInitialiser: { kind: 'values', values: [[0.5], [-1]] } },
    },
    {
      inputs: { x: tensor([null, 3]) },
      params: { units: 1, kernelInitialiser: { kind: 'values', values: [[0.5], [-1]] } },
      refused: 'The values for kernel form 2 × 1, but the weight is 3 × 1',
    },
    {
      inputs: { x: tensor([null, 3]) },
      params: { units: 3, biasInitialiser: { kind: 'unitForgetBias' } },
      refused: 'unitForgetBias fills the bias of an LSTM',
    },
  ],
  migrations: [],
})
