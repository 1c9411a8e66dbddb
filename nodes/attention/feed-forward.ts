/** The part of a Transformer that works on each place alone (Vaswani et al. 2017, section 3.3), plain or gated (Shazeer 2020). */
import { kerasActivationFunction } from '../kit/keras-activation-functions'
import { onnxActivationFunction } from '../kit/onnx-activation-functions'
import { defineNode, type WeightSpecs } from '../kit/define'
import { countedSize, featureCount, lastSize } from '../kit/features'
import { feedActivationField, feedSettings } from '../kit/feed-activations'
import { bool, initialiser, int, real } from '../kit/fields'
import type { KerasBuilder, KerasValue } from '../kit/keras'
import { project } from '../kit/maths/attention'
import { activate } from '../kit/maths/activate'
import { drop, feedForward as feed } from '../kit/maths/transformer'
import { onnxProject } from '../kit/onnx-attention'
import { tensor, type Spec } from '../kit/spec'
import type { TorchTensor } from '../kit/torch'
import { torchFeedForwardHelpers } from '../kit/torch-attention'

interface Settings {
  readonly hidden: number
  readonly units: number
  readonly gate: boolean
  readonly useBias: boolean
}

/** Width of what comes out. */
function unitsOf(x: Spec, p: Settings): number {
  return p.units === 0 ? lastSize(x) : p.units
}

/** The maps in order: their weights, and from how many numbers to how many. */
function maps(x: Spec, p: Settings) {
  return [
    { kernel: 'kernel1', bias: 'bias1', module: 'wide', from: lastSize(x), to: p.hidden },
    ...(p.gate
      ? [{ kernel: 'gate_kernel', bias: 'gate_bias', module: 'gate', from: lastSize(x), to: p.hidden }]
      : []),
    { kernel: 'kernel2', bias: 'bias2', module: 'narrow', from: p.hidden, to: unitsOf(x, p) },
  ]
}

function kerasDense(
  k: KerasBuilder,
  x: KerasValue,
  spec: Spec,
  map: ReturnType<typeof maps>[number],
  useBias: boolean,
): readonly [KerasValue, Spec] {
  const out = tensor([...spec.shape.slice(0, -1), map.to])
  const y = k.layer({
    layer: 'Dense',
    config: { units: map.to, activation: 'linear', use_bias: useBias },
    inputs: [x],
    weights: [
      { path: 'vars/0', parts: [{ weight: map.kernel }] },
      ...(useBias ? [{ path: 'vars/1', parts: [{ weight: map.bias }] }] : []),
    ],
    outputs: [out],
  })
  return [y, out]
}

export const feedForward = defineNode({
  role: 'layer',
  type: 'feed-forward',
  version: 1,
  title: 'Feed-forward',
  family: 'attention',
  doc: 'Two dense layers with an activation between, on each place alone: what a Transformer does after every attention. A gate makes it SwiGLU or GEGLU.',
  synonyms: ['mlp', 'ffn', 'swiglu', 'geglu', 'glu', 'gated linear unit', 'transformer'],
  fields: {
    hidden: int({
      initial: 128,
      min: 1,
      max: 1_000_000,
      doc: 'How many numbers stand between the two; usually four times the features.',
    }),
    units: int({
      initial: 0,
      min: 0,
      max: 1_000_000,
      doc: 'How many outputs; 0 means as many as there are inputs.',
    }),
    activation: feedActivationField({
      initial: 'gelu',
      doc: 'Bends the hidden numbers, or the gate. gelu-tanh is the approximation that GPT-2 uses.',
    }),
    gate: bool({
      initial: false,
      doc: 'Multiplies the hidden numbers by a second, bent map of x: SwiGLU with swish, GEGLU with gelu.',
    }),
    dropout: real({
      initial: 0,
      min: 0,
      max: 0.99,
      doc: 'The share of hidden numbers that is set to zero while training.',
    }),
    useBias: bool({ initial: true, doc: 'Adds learned numbers to every map.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights are drawn.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'Features on the last axis.' } },
  outputs: { y: { doc: 'The same axes, the last one as long as there are units.' } },
  summary: (p) => `${p.hidden} · ${p.activation}${p.gate ? ' · gated' : ''}`,
  infer: ({ x }, p) => {
    const features = featureCount('Feed-forward', 'x', x)
    return typeof features === 'number' ? { y: tensor([...x.shape.slice(0, -1), unitsOf(x, p)]) } : features
  },
  weights: ({ x }, p) =>
    Object.fromEntries(
      maps(x, p).flatMap(({ kernel, bias, from, to }) => [
        [kernel, { shape: [from, to], initialiser: p.kernelInitialiser, trainable: true }],
        ...(p.useBias ? [[bias, { shape: [to], initialiser: p.biasInitialiser, trainable: true }]] : []),
      ]),
    ) as WeightSpecs,
  multiplyAdds: ({ x }, p) =>
    (countedSize(x.shape) / lastSize(x)) * maps(x, p).reduce((sum, { from, to }) => sum + from * to, 0),
  uses: { project, feed, drop, activate },
  compute: ({ tf, inputs: { x }, p, weights, context, uses }) => ({
    y: uses.feed(tf, x, weights, {
      project: (...given) => uses.project(tf, ...given),
      bend: (inner) =>
        uses.activate(tf, inner, {
          function: p.activation,
          slope: 0,
          alpha: 1,
          threshold: 0,
          value: 0,
          axis: -1,
        }),
      drop: (inner) => uses.drop(tf, inner, p.dropout, context),
    }),
  }),
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.FeedForward',
      args: {
        features: lastSize(x),
        hidden: p.hidden,
        units: unitsOf(x, p),
        activation: p.activation,
        gate: p.gate,
        bias: p.useBias,
        dropout: p.dropout,
      },
      tensors: maps(x, p).flatMap(({ module, kernel, bias }): TorchTensor[] => [
        { name: `${module}.weight`, parts: [{ weight: kernel, permute: [1, 0] }] },
        ...(p.useBias ? [{ name: `${module}.bias`, parts: [{ weight: bias }] }] : []),
      ]),
      helpers: torchFeedForwardHelpers,
    }),
    onnx: (g, { x }, p, specs) => {
      const map = (value: typeof x, kernel: string, bias: string) =>
        onnxProject(g, value, g.weight(kernel), p.useBias ? g.weight(bias) : undefined)
      const hidden = tensor([...specs.x.shape.slice(0, -1), p.hidden])
      const bent = (value: typeof x) => onnxActivationFunction(g, value, feedSettings(p.activation), hidden)
      const wide = map(x, 'kernel1', 'bias1')
      const inner = p.gate ? g.op('Mul', [bent(map(x, 'gate_kernel', 'gate_bias')), wide]) : bent(wide)
      return { y: map(inner, 'kernel2', 'bias2') }
    },
    keras: (k, { x }, p, specs) => {
      const all = maps(specs.x, p)
      const [first, second, last] = p.gate ? all : [all[0], undefined, all[1]]
      if (first === undefined || last === undefined) throw new Error('A feed-forward part has two maps.')
      const [wide, hidden] = kerasDense(k, x, specs.x, first, p.useBias)
      const source = second === undefined ? wide : kerasDense(k, x, specs.x, second, p.useBias)[0]
      const bent = kerasActivationFunction(k, source, feedSettings(p.activation), hidden)
      if ('refused' in bent) return bent
      const inner =
        second === undefined
          ? bent.y
          : k.layer({ layer: 'Multiply', config: {}, inputs: [[bent.y, wide]], outputs: [hidden] })
      const kept =
        p.dropout === 0
          ? inner
          : k.layer({ layer: 'Dropout', config: { rate: p.dropout }, inputs: [inner], outputs: [hidden] })
      return { y: kerasDense(k, kept, hidden, last, p.useBias)[0] }
    },
  },
  idle: (field, _p, backEnd) =>
    field === 'dropout' && backEnd === 'onnx' ? 'an ONNX file is evaluated, and dropout passes on' : null,
  cases: [
    { inputs: { x: tensor([null, 3]) }, params: { hidden: 5 } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { hidden: 4, gate: true, activation: 'swish' } },
    {
      inputs: { x: tensor([null, 2, 3]) },
      params: { hidden: 4, units: 2, activation: 'tanh', useBias: false },
    },
    { inputs: { x: tensor([null, 3]) }, params: { hidden: 4, activation: 'gelu-tanh', dropout: 0.25 } },
    {
      inputs: { x: tensor([null, 3]) },
      params: { hidden: 4, gate: true, activation: 'sigmoid', useBias: false },
    },
    { inputs: { x: tensor([null, 3]) }, params: { hidden: 4, activation: 'linear' } },
    { inputs: { x: tensor([null, 3]) }, params: { hidden: 4, activation: 'relu', gate: true } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 3, 'T']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
