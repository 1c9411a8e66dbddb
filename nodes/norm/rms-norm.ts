/** Root-mean-square normalisation (Zhang & Sennrich 2019): y = x / sqrt(mean(x²) + epsilon) · gamma, over the last axis. */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { initialiser, real } from '../kit/fields'
import { tensor } from '../kit/spec'

const helper = `class RMSNorm(nn.Module):
    """x / sqrt(mean(x^2) + eps) * weight over the last axis (Zhang & Sennrich 2019)."""

    def __init__(self, features, eps):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight
`

export const rmsNorm = defineNode({
  role: 'layer',
  type: 'rms-norm',
  version: 1,
  title: 'RMSNorm',
  family: 'norm',
  doc: 'Brings the features of every place to a root mean square of 1, then scales them by learned numbers. Cheaper than LayerNorm: no mean is taken off.',
  synonyms: ['root mean square', 'rms normalization', 'llama', 'transformer'],
  fields: {
    epsilon: real({
      initial: 1e-6,
      min: 1e-12,
      max: 1,
      doc: 'Added to the mean square, so that nothing is divided by zero.',
    }),
    gammaInitialiser: initialiser({ initial: { kind: 'ones' }, doc: 'First values of the learned scale.' }),
  },
  inputs: { x: { doc: 'Numbers with the features on the last axis.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: () => '',
  infer: ({ x }) => {
    const features = featureCount('RMSNorm', 'x', x)
    return typeof features === 'number' ? { y: tensor(x.shape) } : features
  },
  weights: ({ x }, p) => ({
    gamma: { shape: [lastSize(x)], initialiser: p.gammaInitialiser, trainable: true },
  }),
  compute: ({ tf, inputs: { x }, p, weights }) => {
    const square = tf.mean(tf.square(x), -1, true) // (…, 1)
    return { y: tf.mul(tf.mul(x, tf.rsqrt(tf.add(square, p.epsilon))), weights['gamma']!) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.RMSNorm',
      args: { features: lastSize(x), eps: p.epsilon },
      tensors: [{ name: 'weight', parts: [{ weight: 'gamma' }] }],
      helpers: [helper],
    }),
    onnx: (g, { x }, p) => {
      const square = g.op('ReduceMean', [g.op('Mul', [x, x])], { axes: [-1], keepdims: 1 })
      const root = g.op('Sqrt', [g.op('Add', [square, g.floats([p.epsilon], [])])])
      return { y: g.op('Mul', [g.op('Div', [x, root]), g.weight('gamma')]) }
    },
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'RMSNormalization', // Keras 3.9 and later
        config: { axis: -1, epsilon: p.epsilon },
        inputs: [x],
        weights: [{ path: 'vars/0', parts: [{ weight: 'gamma' }] }],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 'T', 5]) }, params: { epsilon: 1e-3 } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
  ],
  migrations: [],
})
