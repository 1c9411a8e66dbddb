/**
 * Dropout of whole channels (Tompson et al. 2015): neighbours of a place say much the same, so dropping single ones does
 * little. Drawn from the run's seed, which stock tfjs cannot do; hence `run`.
 */
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { formatShape, refuse, tensor } from '../kit/spec'
import type { Json } from '../kit/torch'

export const spatialDropout = defineNode({
  role: 'layer',
  type: 'spatial-dropout',
  version: 1,
  title: 'SpatialDropout',
  family: 'core',
  doc: 'While training, sets a random share of the channels to zero at all places of a sample at once. In evaluation it does nothing.',
  synonyms: ['dropout2d', 'channel dropout', 'feature dropout', 'regularisation', 'regularization'],
  fields: {
    rate: real({
      initial: 0.5,
      min: 0,
      max: 0.99,
      doc: 'The share of channels that is set to zero; the others grow by 1 / (1 - rate).',
    }),
  },
  inputs: { x: { doc: 'Places (a line, an image or a volume) with the channels on the last axis.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${Math.round(p.rate * 100)} %`,
  infer: ({ x }) =>
    x.shape.length >= 3 && x.shape.length <= 5
      ? { y: tensor(x.shape) }
      : refuse(
          `SpatialDropout needs one to three axes of places between batch and channels, but x is ${formatShape(x.shape)}. ` +
            'Use Dropout instead.',
        ),
  weights: () => ({}),
  build: (tf, p, _own, { x }) => {
    const noiseShape = x.shape.map((_, at) => (at === 0 || at === x.shape.length - 1 ? null : 1))
    return tf.layers.dropout({ rate: p.rate, noiseShape: noiseShape as number[] })
  },
  run: ({ tf, inputs: { x }, p, context }) => {
    if (!context.training || p.rate === 0) return { y: x.clone() }
    const shape = x.shape.map((size, at) => (at === 0 || at === x.rank - 1 ? size : 1))
    const y = tf.tidy(() => {
      const kept = tf.cast(tf.greaterEqual(context.random.uniform(shape), p.rate), 'float32')
      return tf.mul(x, tf.mul(kept, 1 / (1 - p.rate)))
    })
    return { y }
  },
  emit: {
    torch: (p, { x }) => ({
      call: `nn.Dropout${x.shape.length - 2}d`,
      args: { p: p.rate },
      tensors: [],
      channelsFirst: true,
    }),
    onnx: (g, { x }) => ({ y: g.op('Identity', [x]) }),
    keras: (k, { x }, p, specs) => {
      const places = specs.x.shape.length - 2
      const config: { readonly [name: string]: Json } =
        places === 1
          ? { rate: p.rate, seed: null }
          : { rate: p.rate, seed: null, data_format: 'channels_last' }
      return {
        y: k.layer({
          layer: `SpatialDropout${places}D`,
          config,
          inputs: [x],
          outputs: [tensor(specs.x.shape)],
        }),
      }
    },
  },
  idle: (_field, _p, backEnd) => (backEnd === 'onnx' ? 'nothing is dropped in evaluation' : null),
  cases: [
    { inputs: { x: tensor([null, 2, 3, 4]) } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { rate: 0.25 } },
    { inputs: { x: tensor([null, 2, 2, 1, 3]) }, params: { rate: 0 } },
    { inputs: { x: tensor([null, 3]) }, refused: 'Use Dropout instead' },
  ],
  migrations: [],
})
