/**
 * Dropout (Srivastava et al. 2014), inverted: the kept numbers are scaled up in training, so that nothing changes in
 * evaluation. The mask is drawn from the run's seed, which stock tfjs cannot do; hence `run`.
 */
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { tensor } from '../kit/spec'

export const dropout = defineNode({
  role: 'layer',
  type: 'dropout',
  version: 1,
  title: 'Dropout',
  family: 'core',
  doc: 'While training, sets a random share of the numbers to zero, so that no unit can rely on one other. In evaluation it does nothing.',
  synonyms: ['regularisation', 'regularization', 'overfitting'],
  fields: {
    rate: real({
      initial: 0.5,
      min: 0,
      max: 0.99,
      doc: 'The share that is set to zero; the others grow by 1 / (1 - rate).',
    }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${Math.round(p.rate * 100)} %`,
  infer: ({ x }) => ({ y: tensor(x.shape) }),
  weights: () => ({}),
  build: (tf, p) => tf.layers.dropout({ rate: p.rate }),
  run: ({ tf, inputs: { x }, p, context }) => {
    if (!context.training || p.rate === 0) return { y: x.clone() }
    const y = tf.tidy(() => {
      const kept = tf.cast(tf.greaterEqual(context.random.uniform(x.shape), p.rate), 'float32')
      return tf.mul(x, tf.mul(kept, 1 / (1 - p.rate)))
    })
    return { y }
  },
  emit: {
    torch: (p) => ({ call: 'nn.Dropout', args: { p: p.rate }, tensors: [] }),
    onnx: (_g, { x }) => ({ y: x }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'Dropout',
        config: { rate: p.rate, noise_shape: null },
        inputs: [x],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  idle: (field, _p, backEnd) =>
    field === 'rate' && backEnd === 'onnx' ? 'nothing is dropped in evaluation' : null,
  cases: [
    { inputs: { x: tensor([null, 6]) } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { rate: 0.25 } },
    { inputs: { x: tensor([null, 3]) }, params: { rate: 0 } },
  ],
  migrations: [],
})
