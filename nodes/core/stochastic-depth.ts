/**
 * Stochastic depth (Huang et al. 2016), also called DropPath: at the end of a residual branch it drops the whole branch
 * for some samples. Drawn from the run's seed, which stock tfjs cannot do; hence `run`.
 */
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { formatShape, refuse, tensor } from '../kit/spec'

const helper = `class StochasticDepth(nn.Module):
    """Drops whole samples while training and scales the others up (Huang et al. 2016)."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        kept = torch.rand(x.shape[:1] + (1,) * (x.dim() - 1), dtype=x.dtype, device=x.device) >= self.p
        return x * kept / (1 - self.p)
`

export const stochasticDepth = defineNode({
  role: 'layer',
  type: 'stochastic-depth',
  version: 1,
  title: 'StochasticDepth',
  family: 'core',
  doc: 'While training, sets whole samples to zero. At the end of a residual branch this skips the branch for them, as if the net were shallower.',
  synonyms: ['drop path', 'residual', 'regularisation', 'regularization', 'vision transformer'],
  fields: {
    rate: real({
      initial: 0.1,
      min: 0,
      max: 0.99,
      doc: 'The share of samples that is set to zero; the others grow by 1 / (1 - rate).',
    }),
  },
  inputs: { x: { doc: 'What a residual branch gives.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${Math.round(p.rate * 100)} %`,
  infer: ({ x }) =>
    x.shape.length >= 2
      ? { y: tensor(x.shape) }
      : refuse(`StochasticDepth needs samples with an axis, but x is ${formatShape(x.shape)}.`),
  weights: () => ({}),
  build: (tf, p, _own, { x }) => {
    const noiseShape = x.shape.map((_, at) => (at === 0 ? null : 1))
    return tf.layers.dropout({ rate: p.rate, noiseShape: noiseShape as number[] })
  },
  run: ({ tf, inputs: { x }, p, context }) => {
    if (!context.training || p.rate === 0) return { y: x.clone() }
    const shape = x.shape.map((size, at) => (at === 0 ? size : 1))
    const y = tf.tidy(() => {
      const kept = tf.cast(tf.greaterEqual(context.random.uniform(shape), p.rate), 'float32')
      return tf.mul(x, tf.mul(kept, 1 / (1 - p.rate)))
    })
    return { y }
  },
  emit: {
    torch: (p) => ({ call: 'wiregrad.StochasticDepth', args: { p: p.rate }, tensors: [], helpers: [helper] }),
    onnx: (g, { x }) => ({ y: g.op('Identity', [x]) }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'Dropout',
        config: {
          rate: p.rate,
          noise_shape: specs.x.shape.map((_, at) => (at === 0 ? null : 1)),
          seed: null,
        },
        inputs: [x],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'onnx' ? 'nothing is dropped in evaluation' : null),
  cases: [
    { inputs: { x: tensor([null, 6]) }, params: { rate: 0.5 } },
    { inputs: { x: tensor([null, 'T', 4]) } },
    { inputs: { x: tensor([null, 3]) }, params: { rate: 0 } },
    { inputs: { x: tensor([null]) }, refused: 'needs samples with an axis' },
  ],
  migrations: [],
})
