/**
 * Layer normalisation (Ba et al. 2016) over the last axis, biased variance. `run` writes it out in plain operations:
 * tfjs's layer tiles the statistics to the size of its input first.
 */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { initialiser, real } from '../kit/fields'
import { tensor } from '../kit/spec'

export const layerNorm = defineNode({
  role: 'layer',
  type: 'layer-norm',
  version: 1,
  title: 'LayerNorm',
  family: 'norm',
  doc: 'Brings the features of every sample (or place) to mean 0 and deviation 1, then scales and shifts them by learned numbers.',
  synonyms: ['layer normalization', 'layer normalisation', 'ln', 'transformer'],
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
  inputs: { x: { doc: 'Numbers with the features on the last axis.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: () => '',
  infer: ({ x }) => {
    const features = featureCount('LayerNorm', 'x', x)
    return typeof features === 'number' ? { y: tensor(x.shape) } : features
  },
  weights: ({ x }, p) => ({
    gamma: { shape: [lastSize(x)], initialiser: p.gammaInitialiser, trainable: true },
    beta: { shape: [lastSize(x)], initialiser: p.betaInitialiser, trainable: true },
  }),
  build: (tf, p, own) =>
    tf.layers.layerNormalization({
      axis: -1,
      epsilon: p.epsilon,
      center: true,
      scale: true,
      gammaInitializer: own.initialiser('gamma', p.gammaInitialiser),
      betaInitializer: own.initialiser('beta', p.betaInitialiser),
    }),
  run: ({ tf, inputs: { x }, p, weights }) => {
    const { gamma, beta } = weights
    if (!gamma || !beta) throw new Error('LayerNorm runs with its two weights.')
    const y = tf.tidy(() => {
      const centred = tf.sub(x, tf.mean(x, -1, true))
      const variance = tf.mean(tf.square(centred), -1, true) // (…, 1), biased
      const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, p.epsilon)))
      return tf.add(tf.mul(normal, gamma), beta)
    })
    return { y }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'nn.LayerNorm',
      args: { normalized_shape: [lastSize(x)], eps: p.epsilon },
      tensors: [
        { name: 'weight', parts: [{ weight: 'gamma' }] },
        { name: 'bias', parts: [{ weight: 'beta' }] },
      ],
    }),
    onnx: (g, { x }, p) => ({
      y: g.op('LayerNormalization', [x, g.weight('gamma'), g.weight('beta')], {
        axis: -1,
        epsilon: { float: p.epsilon },
      }),
    }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'LayerNormalization',
        config: { axis: -1, epsilon: p.epsilon, center: true, scale: true },
        inputs: [x],
        weights: ['gamma', 'beta'].map((weight, at) => ({ path: `vars/${at}`, parts: [{ weight }] })),
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 'T', 5]) }, params: { epsilon: 1e-5 } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 4, 'F']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
