/** Group normalisation (Wu & He 2018): statistics of a group of channels over all places of one sample. */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { initialiser, int, real } from '../kit/fields'
import { normaliseGroups } from '../kit/maths/normalise-groups'
import { onnxNormaliseGroups } from '../kit/onnx-groups'
import { formatShape, refuse, tensor } from '../kit/spec'

export const groupNorm = defineNode({
  role: 'layer',
  type: 'group-norm',
  version: 1,
  title: 'GroupNorm',
  family: 'norm',
  doc: 'Brings each group of channels to mean 0 and deviation 1 over all places of a sample, then scales and shifts the channels. It does not mind small batches.',
  synonyms: ['group normalization', 'group normalisation', 'gn', 'diffusion'],
  fields: {
    groups: int({
      initial: 8,
      min: 1,
      max: 1_000_000,
      doc: 'How many groups the channels form; they must divide evenly. 1 group takes all channels together.',
    }),
    epsilon: real({
      initial: 1e-3,
      min: 1e-12,
      max: 1,
      doc: 'Added to the variance, so that nothing is divided by zero.',
    }),
    gammaInitialiser: initialiser({ initial: { kind: 'ones' }, doc: 'First values of the learned scale.' }),
    betaInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'First values of the learned shift.' }),
  },
  inputs: { x: { doc: 'Numbers with the channels on the last axis.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${p.groups} groups`,
  infer: ({ x }, p) => {
    const features = featureCount('GroupNorm', 'x', x)
    if (typeof features !== 'number') return features
    return features % p.groups === 0
      ? { y: tensor(x.shape) }
      : refuse(
          `GroupNorm needs channels that form ${p.groups} equal groups, but x has ${features} (${formatShape(x.shape)}). ` +
            'Take a number of groups that divides them.',
        )
  },
  weights: ({ x }, p) => ({
    gamma: { shape: [lastSize(x)], initialiser: p.gammaInitialiser, trainable: true },
    beta: { shape: [lastSize(x)], initialiser: p.betaInitialiser, trainable: true },
  }),
  uses: { normaliseGroups },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const normal = uses.normaliseGroups(tf, x, p.groups, p.epsilon)
    return { y: tf.add(tf.mul(normal, weights['gamma']!), weights['beta']!) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'nn.GroupNorm',
      args: { num_groups: p.groups, num_channels: lastSize(x), eps: p.epsilon, affine: true },
      tensors: [
        { name: 'weight', parts: [{ weight: 'gamma' }] },
        { name: 'bias', parts: [{ weight: 'beta' }] },
      ],
      channelsFirst: true,
    }),
    onnx: (g, { x }, p, specs) => {
      const normal = onnxNormaliseGroups(g, x, specs.x.shape.length, p.groups, p.epsilon)
      return { y: g.op('Add', [g.op('Mul', [normal, g.weight('gamma')]), g.weight('beta')]) }
    },
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'GroupNormalization',
        config: { groups: p.groups, axis: -1, epsilon: p.epsilon, center: true, scale: true },
        inputs: [x],
        weights: [
          { path: 'vars/0', parts: [{ weight: 'gamma' }] },
          { path: 'vars/1', parts: [{ weight: 'beta' }] },
        ],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 6]) }, params: { groups: 2 } },
    { inputs: { x: tensor([null, 2, 3, 4]) }, params: { groups: 2, epsilon: 1e-5 } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { groups: 1 } },
    { inputs: { x: tensor([null, 2, 1, 2, 4]) }, params: { groups: 2 } },
    { inputs: { x: tensor([null, 2, 3, 6]) }, params: { groups: 4 }, refused: 'form 4 equal groups' },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 3, 'C']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
