/** Instance normalisation (Ulyanov et al. 2016): statistics of every channel over the places of one sample. */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { initialiser, real } from '../kit/fields'
import { normaliseGroups } from '../kit/maths/normalise-groups'
import { toChannelsFirst, toChannelsLast } from '../kit/onnx'
import { formatShape, refuse, tensor } from '../kit/spec'

export const instanceNorm = defineNode({
  role: 'layer',
  type: 'instance-norm',
  version: 1,
  title: 'InstanceNorm',
  family: 'norm',
  doc: 'Brings every channel of every sample to mean 0 and deviation 1 over its places, then scales and shifts it. It takes the contrast out of pictures.',
  synonyms: ['instance normalization', 'instance normalisation', 'contrast normalization', 'style transfer'],
  fields: {
    epsilon: real({
      initial: 1e-3,
      min: 1e-12,
      max: 1,
      doc: 'Added to the variance, so that nothing is divided by zero.',
    }),
    gammaInitialiser: initialiser({ initial: { kind: 'ones' }, doc: 'First values of the learned scale.' }),
    betaInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'First values of the learned shift.' }),
  },
  inputs: { x: { doc: 'Places (a line, an image or a volume) with the channels on the last axis.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: () => '',
  infer: ({ x }) => {
    const features = featureCount('InstanceNorm', 'x', x)
    if (typeof features !== 'number') return features
    return x.shape.length >= 3 && x.shape.length <= 5
      ? { y: tensor(x.shape) }
      : refuse(
          `InstanceNorm needs one to three axes of places between batch and channels, but x is ${formatShape(x.shape)}.`,
        )
  },
  weights: ({ x }, p) => ({
    gamma: { shape: [lastSize(x)], initialiser: p.gammaInitialiser, trainable: true },
    beta: { shape: [lastSize(x)], initialiser: p.betaInitialiser, trainable: true },
  }),
  uses: { normaliseGroups },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const normal = uses.normaliseGroups(tf, x, x.shape[x.rank - 1] ?? 1, p.epsilon)
    return { y: tf.add(tf.mul(normal, weights['gamma']!), weights['beta']!) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: `nn.InstanceNorm${x.shape.length - 2}d`,
      args: {
        num_features: lastSize(x),
        eps: p.epsilon,
        momentum: 0.1,
        affine: true,
        track_running_stats: false,
      },
      tensors: [
        { name: 'weight', parts: [{ weight: 'gamma' }] },
        { name: 'bias', parts: [{ weight: 'beta' }] },
      ],
      channelsFirst: true,
    }),
    onnx: (g, { x }, p, specs) => {
      const rank = specs.x.shape.length
      const normal = g.op(
        'InstanceNormalization',
        [toChannelsFirst(g, x, rank), g.weight('gamma'), g.weight('beta')],
        { epsilon: { float: p.epsilon } },
      )
      return { y: toChannelsLast(g, normal, rank) }
    },
    // A group of one channel each.
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'GroupNormalization',
        config: { groups: lastSize(specs.x), axis: -1, epsilon: p.epsilon, center: true, scale: true },
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
    { inputs: { x: tensor([null, 3, 2, 2]) } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { epsilon: 1e-5 } },
    { inputs: { x: tensor([null, 2, 2, 2, 2]) } },
    { inputs: { x: tensor([null, 3]) }, refused: 'one to three axes of places' },
    { inputs: { x: tensor([null, 3, 'C']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
