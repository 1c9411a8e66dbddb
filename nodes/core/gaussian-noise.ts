/** Normal noise added while training, drawn from the run's seed, which stock tfjs cannot do; hence `run`. */
import { defineNode } from '../kit/define'
import { real } from '../kit/fields'
import { tensor } from '../kit/spec'

const helper = `class GaussianNoise(nn.Module):
    """Adds normal noise while training."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + torch.randn_like(x) * self.stddev if self.training else x
`

export const gaussianNoise = defineNode({
  role: 'layer',
  type: 'gaussian-noise',
  version: 1,
  title: 'GaussianNoise',
  family: 'core',
  doc: 'While training, adds normal noise to every number, so that small differences cannot be learned by heart. In evaluation it does nothing.',
  synonyms: ['noise', 'augmentation', 'regularisation', 'regularization', 'denoising'],
  fields: {
    stddev: real({
      initial: 0.1,
      min: 0,
      max: 1000,
      doc: 'How far the noise strays: its standard deviation.',
    }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `± ${p.stddev}`,
  infer: ({ x }) => ({ y: tensor(x.shape) }),
  weights: () => ({}),
  build: (tf, p) => tf.layers.gaussianNoise({ stddev: p.stddev }),
  run: ({ tf, inputs: { x }, p, context }) => {
    if (!context.training || p.stddev === 0) return { y: x.clone() }
    return { y: tf.tidy(() => tf.add(x, tf.mul(context.random.normal(x.shape), p.stddev))) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.GaussianNoise',
      args: { stddev: p.stddev },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, { x }) => ({ y: g.op('Identity', [x]) }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'GaussianNoise',
        config: { stddev: p.stddev, seed: null },
        inputs: [x],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'onnx' ? 'no noise is added in evaluation' : null),
  cases: [
    { inputs: { x: tensor([null, 6]) } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { stddev: 0.5 } },
    { inputs: { x: tensor([null, 3]) }, params: { stddev: 0 } },
  ],
  migrations: [],
})
