/**
 * Multiplicative normal noise of mean 1 (Srivastava et al. 2014, section 10), as strong as dropout of the same rate.
 * Drawn from the run's seed, which stock tfjs cannot do; hence `run`.
 */
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { tensor } from '../kit/spec'

const helper = `class GaussianDropout(nn.Module):
    """Multiplies by normal noise of mean 1 and variance p / (1 - p) while training."""

    def __init__(self, p):
        super().__init__()
        self.stddev = math.sqrt(p / (1 - p))

    def forward(self, x):
        return x * (1 + torch.randn_like(x) * self.stddev) if self.training else x
`

export const gaussianDropout = defineNode({
  role: 'layer',
  type: 'gaussian-dropout',
  version: 1,
  title: 'GaussianDropout',
  family: 'core',
  doc: 'While training, multiplies every number by normal noise around 1: dropout without zeros. In evaluation it does nothing.',
  synonyms: ['noise', 'regularisation', 'regularization', 'multiplicative noise'],
  fields: {
    rate: real({
      initial: 0.5,
      min: 0,
      max: 0.99,
      doc: 'As strong as dropout of this rate: the variance of the noise is rate / (1 - rate).',
    }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${Math.round(p.rate * 100)} %`,
  infer: ({ x }) => ({ y: tensor(x.shape) }),
  weights: () => ({}),
  build: (tf, p) => tf.layers.gaussianDropout({ rate: p.rate }),
  run: ({ tf, inputs: { x }, p, context }) => {
    if (!context.training || p.rate === 0) return { y: x.clone() }
    const stddev = Math.sqrt(p.rate / (1 - p.rate))
    return {
      y: tf.tidy(() => tf.mul(x, tf.add(tf.mul(context.random.normal(x.shape), stddev), 1))),
    }
  },
  emit: {
    torch: (p) => ({ call: 'wiregrad.GaussianDropout', args: { p: p.rate }, tensors: [], helpers: [helper] }),
    onnx: (g, { x }) => ({ y: g.op('Identity', [x]) }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'GaussianDropout',
        config: { rate: p.rate, seed: null },
        inputs: [x],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'onnx' ? 'no noise is there in evaluation' : null),
  cases: [
    { inputs: { x: tensor([null, 6]) } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { rate: 0.25 } },
    { inputs: { x: tensor([null, 3]) }, params: { rate: 0 } },
  ],
  migrations: [],
})
