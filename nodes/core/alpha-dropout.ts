/**
 * Dropout for nets of SELUs (Klambauer et al. 2017): dropped numbers go to SELU's floor and everything is scaled and
 * shifted so that mean and variance stay. Drawn from the run's seed, which stock tfjs cannot do; hence `run`.
 */
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { tensor } from '../kit/spec'

/** Where SELU ends far below zero: -scale · alpha. */
const floor = -1.0507009873554805 * 1.6732632423543772

export const alphaDropout = defineNode({
  role: 'layer',
  type: 'alpha-dropout',
  version: 1,
  title: 'AlphaDropout',
  family: 'core',
  doc: 'Dropout for layers with selu: while training, a random share of the numbers goes to the floor of selu, and mean and deviation stay as they were.',
  synonyms: ['selu', 'self-normalizing', 'regularisation', 'regularization'],
  fields: {
    rate: real({ initial: 0.1, min: 0, max: 0.99, doc: 'The share that is dropped.' }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${Math.round(p.rate * 100)} %`,
  infer: ({ x }) => ({ y: tensor(x.shape) }),
  weights: () => ({}),
  build: (tf, p) => tf.layers.alphaDropout({ rate: p.rate }),
  run: ({ tf, inputs: { x }, p, context }) => {
    if (!context.training || p.rate === 0) return { y: x.clone() }
    const a = 1 / Math.sqrt((1 - p.rate) * (1 + p.rate * floor ** 2))
    const b = -a * floor * p.rate
    const y = tf.tidy(() => {
      const kept = tf.cast(tf.greaterEqual(context.random.uniform(x.shape), p.rate), 'float32')
      const mixed = tf.add(tf.mul(x, kept), tf.mul(tf.sub(1, kept), floor))
      return tf.add(tf.mul(mixed, a), b)
    })
    return { y }
  },
  emit: {
    torch: (p) => ({ call: 'nn.AlphaDropout', args: { p: p.rate }, tensors: [] }),
    onnx: (g, { x }) => ({ y: g.op('Identity', [x]) }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'AlphaDropout',
        config: { rate: p.rate, noise_shape: null, seed: null },
        inputs: [x],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'onnx' ? 'nothing is dropped in evaluation' : null),
  cases: [
    { inputs: { x: tensor([null, 6]) } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { rate: 0.25 } },
    { inputs: { x: tensor([null, 3]) }, params: { rate: 0 } },
  ],
  migrations: [],
})
