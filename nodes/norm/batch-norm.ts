/**
 * Batch normalisation (Ioffe & Szegedy 2015). In training it uses the batch's own mean and biased variance, and the
 * gradient goes through both; moving averages of them serve in evaluation. `run`, because a layer's call cannot be told
 * whether the averages may move in this pass.
 */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { initialiser, real } from '../kit/fields'
import { toChannelsFirst, toChannelsLast } from '../kit/onnx'
import { tensor } from '../kit/spec'

export const batchNorm = defineNode({
  role: 'layer',
  type: 'batch-norm',
  version: 1,
  title: 'BatchNorm',
  family: 'norm',
  doc: 'Brings every channel to mean 0 and deviation 1 over the batch, then scales and shifts it by learned numbers. Deep nets train faster with it.',
  synonyms: ['batch normalization', 'batch normalisation', 'bn'],
  fields: {
    momentum: real({
      initial: 0.99,
      min: 0,
      max: 1,
      doc: 'How much of the moving averages stays at each step. Nearer to 1 is steadier; short runs want 0.9.',
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
  summary: (p) => `momentum ${p.momentum}`,
  infer: ({ x }) => {
    const features = featureCount('BatchNorm', 'x', x)
    return typeof features === 'number' ? { y: tensor(x.shape) } : features
  },
  weights: ({ x }, p) => ({
    gamma: { shape: [lastSize(x)], initialiser: p.gammaInitialiser, trainable: true },
    beta: { shape: [lastSize(x)], initialiser: p.betaInitialiser, trainable: true },
    moving_mean: { shape: [lastSize(x)], initialiser: { kind: 'zeros' }, trainable: false },
    moving_variance: { shape: [lastSize(x)], initialiser: { kind: 'ones' }, trainable: false },
  }),
  build: (tf, p, own) =>
    tf.layers.batchNormalization({
      axis: -1,
      momentum: p.momentum,
      epsilon: p.epsilon,
      center: true,
      scale: true,
      gammaInitializer: own.initialiser('gamma', p.gammaInitialiser),
      betaInitializer: own.initialiser('beta', p.betaInitialiser),
      movingMeanInitializer: own.initialiser('moving_mean', { kind: 'zeros' }),
      movingVarianceInitializer: own.initialiser('moving_variance', { kind: 'ones' }),
    }),
  run: ({ tf, inputs: { x }, p, context, weights }) => {
    const { gamma, beta, moving_mean: movingMean, moving_variance: movingVariance } = weights
    if (!gamma || !beta || !movingMean || !movingVariance)
      throw new Error('BatchNorm runs with its four weights.')
    const y = tf.tidy(() => {
      const axes = x.shape.map((_, axis) => axis).slice(0, -1)
      const mean = context.training ? tf.mean(x, axes) : movingMean // (C)
      const centred = tf.sub(x, mean)
      const variance = context.training ? tf.mean(tf.square(centred), axes) : movingVariance // (C), biased
      if (context.training && context.updateStatistics) {
        movingMean.assign(tf.add(tf.mul(movingMean, p.momentum), tf.mul(mean, 1 - p.momentum)))
        movingVariance.assign(tf.add(tf.mul(movingVariance, p.momentum), tf.mul(variance, 1 - p.momentum)))
      }
      const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, p.epsilon))) // (C)
      return tf.add(tf.mul(centred, scale), beta)
    })
    return { y }
  },
  emit: {
    torch: (p, { x }) => ({
      call: x.shape.length === 4 ? 'nn.BatchNorm2d' : 'nn.BatchNorm1d',
      // PyTorch's momentum is the share of the new value.
      args: { num_features: lastSize(x), eps: p.epsilon, momentum: Number((1 - p.momentum).toPrecision(12)) },
      tensors: [
        { name: 'weight', parts: [{ weight: 'gamma' }] },
        { name: 'bias', parts: [{ weight: 'beta' }] },
        { name: 'running_mean', parts: [{ weight: 'moving_mean' }] },
        { name: 'running_var', parts: [{ weight: 'moving_variance' }] },
        { name: 'num_batches_tracked', zeros: [], dtype: 'I64' },
      ],
      channelsFirst: true,
    }),
    onnx: (g, { x }, p, specs) => {
      const rank = specs.x.shape.length
      const weights = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => g.weight(name))
      const y = g.op('BatchNormalization', [toChannelsFirst(g, x, rank), ...weights], {
        epsilon: { float: p.epsilon },
        training_mode: 0,
      })
      return { y: toChannelsLast(g, y, rank) }
    },
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'BatchNormalization',
        config: { axis: -1, momentum: p.momentum, epsilon: p.epsilon, center: true, scale: true },
        inputs: [x],
        weights: ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((weight, at) => ({
          path: `vars/${at}`,
          parts: [{ weight }],
        })),
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  idle: (field, _p, backEnd) =>
    field === 'momentum' && backEnd === 'onnx' ? 'the averages no longer move in evaluation' : null,
  cases: [
    { inputs: { x: tensor([null, 3]) } },
    { inputs: { x: tensor([null, 3, 2, 2]) }, params: { momentum: 0.9, epsilon: 1e-5 } },
    { inputs: { x: tensor([null, 'T', 3]) } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 3, 'C']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
