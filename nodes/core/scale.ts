/** Learned factors, one a feature: FiLM's second half, LayerScale (Touvron et al. 2021), or an affine map by feature. */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { bool, initialiser } from '../kit/fields'
import { tensor } from '../kit/spec'

const helper = `class Scale(nn.Module):
    """Multiplies every feature by a learned number and, where asked, adds one."""

    def __init__(self, features, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features)) if bias else None

    def forward(self, x):
        return x * self.weight if self.bias is None else x * self.weight + self.bias
`

export const scale = defineNode({
  role: 'layer',
  type: 'scale',
  version: 1,
  title: 'Scale',
  family: 'core',
  doc: 'Multiplies every feature by a learned number of its own, and can add another. Small first factors let a deep residual net start gently.',
  synonyms: ['layer scale', 'affine', 'gain', 'gamma', 'film', 'diagonal'],
  fields: {
    useShift: bool({ initial: false, doc: 'Adds one learned number to every feature as well.' }),
    scaleInitialiser: initialiser({ initial: { kind: 'ones' }, doc: 'First values of the factors.' }),
    shiftInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'First values of what is added.' }),
  },
  inputs: { x: { doc: 'Numbers with the features on the last axis.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => (p.useShift ? 'with shift' : ''),
  infer: ({ x }) => {
    const features = featureCount('Scale', 'x', x)
    return typeof features === 'number' ? { y: tensor(x.shape) } : features
  },
  weights: ({ x }, p) => ({
    scale: { shape: [lastSize(x)], initialiser: p.scaleInitialiser, trainable: true },
    ...(p.useShift
      ? { shift: { shape: [lastSize(x)], initialiser: p.shiftInitialiser, trainable: true } }
      : {}),
  }),
  compute: ({ tf, inputs: { x }, p, weights }) => {
    const scaled = tf.mul(x, weights['scale']!)
    return { y: p.useShift ? tf.add(scaled, weights['shift']!) : scaled }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.Scale',
      args: { features: lastSize(x), bias: p.useShift },
      tensors: [
        { name: 'weight', parts: [{ weight: 'scale' }] },
        ...(p.useShift ? [{ name: 'bias', parts: [{ weight: 'shift' }] }] : []),
      ],
      helpers: [helper],
    }),
    onnx: (g, { x }, p) => {
      const scaled = g.op('Mul', [x, g.weight('scale')])
      return { y: p.useShift ? g.op('Add', [scaled, g.weight('shift')]) : scaled }
    },
    keras: (k, { x }, p, specs) => {
      const axes = 'abcdefghijklmnop'.slice(0, specs.x.shape.length)
      const last = axes.slice(-1)
      return {
        y: k.layer({
          layer: 'EinsumDense',
          config: {
            equation: `${axes},${last}->${axes}`,
            output_shape: specs.x.shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : null)),
            activation: 'linear',
            bias_axes: p.useShift ? last : null,
          },
          inputs: [x],
          weights: [
            { path: 'vars/0', parts: [{ weight: 'scale' }] },
            ...(p.useShift ? [{ path: 'vars/1', parts: [{ weight: 'shift' }] }] : []),
          ],
          outputs: [tensor(specs.x.shape)],
        }),
      }
    },
  },
  idle: (field, p) => (field === 'shiftInitialiser' && !p.useShift ? 'nothing is added' : null),
  cases: [
    { inputs: { x: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { useShift: true } },
    { inputs: { x: tensor([null, 2, 2, 3]) }, params: { useShift: true } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 3, 'T']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
