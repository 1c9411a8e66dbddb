/**
 * A dense layer whose weights are a direction and a length (Salimans & Kingma 2016): the weights of unit j are
 * g_j · v_j / |v_j|.
 */
import { defineNode } from '../kit/define'
import { countedSize, featureCount, lastSize } from '../kit/features'
import { bool, initialiser, int } from '../kit/fields'
import { refuse, tensor } from '../kit/spec'

const helper = `class WeightNormLinear(nn.Module):
    """A linear map whose row j is weight_g[j] * weight_v[j] / |weight_v[j]| (Salimans & Kingma 2016)."""

    def __init__(self, in_features, out_features, bias):
        super().__init__()
        self.weight_g = nn.Parameter(torch.ones(out_features, 1))
        self.weight_v = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        weight = self.weight_g * self.weight_v / self.weight_v.norm(dim=1, keepdim=True)
        return F.linear(x, weight, self.bias)
`

export const weightNorm = defineNode({
  role: 'layer',
  type: 'weight-norm',
  version: 1,
  title: 'WeightNorm',
  family: 'norm',
  doc: 'A dense layer that learns the direction and the length of its weights apart, which can make steps go straighter.',
  synonyms: ['weight normalization', 'weight normalisation', 'dense', 'linear', 'reparameterization'],
  fields: {
    units: int({ initial: 32, min: 1, max: 1_000_000, doc: 'How many outputs.' }),
    useBias: bool({ initial: true, doc: 'Adds one learned number to every output.' }),
    directionInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first directions are drawn; zeros have none.',
    }),
    lengthInitialiser: initialiser({ initial: { kind: 'ones' }, doc: 'First values of the lengths.' }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'Features on the last axis.' } },
  outputs: { y: { doc: 'The same axes, the last one as long as there are units.' } },
  summary: (p) => `${p.units}`,
  infer: ({ x }, p) => {
    const features = featureCount('WeightNorm', 'x', x)
    if (typeof features !== 'number') return features
    if (p.directionInitialiser.kind === 'zeros')
      return refuse('WeightNorm needs directions to begin with, but zeros have none. Draw them at random.')
    return { y: tensor([...x.shape.slice(0, -1), p.units]) }
  },
  weights: ({ x }, p) => ({
    direction: { shape: [lastSize(x), p.units], initialiser: p.directionInitialiser, trainable: true },
    length: { shape: [p.units], initialiser: p.lengthInitialiser, trainable: true },
    ...(p.useBias ? { bias: { shape: [p.units], initialiser: p.biasInitialiser, trainable: true } } : {}),
  }),
  multiplyAdds: ({ x }, p) => countedSize(x.shape) * p.units,
  compute: ({ tf, inputs: { x }, p, weights }) => {
    const direction = weights['direction']! // (features, units)
    const root = tf.rsqrt(tf.sum(tf.square(direction), 0)) // (units)
    const kernel = tf.mul(direction, tf.mul(weights['length']!, root))
    const rows = tf.matMul(tf.reshape(x, [-1, x.shape[x.rank - 1] ?? 1]), kernel)
    const sums = tf.reshape(rows, [...x.shape.slice(0, -1), p.units])
    return { y: p.useBias ? tf.add(sums, weights['bias']!) : sums }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.WeightNormLinear',
      args: { in_features: lastSize(x), out_features: p.units, bias: p.useBias },
      tensors: [
        { name: 'weight_v', parts: [{ weight: 'direction', permute: [1, 0] }] },
        { name: 'weight_g', parts: [{ weight: 'length', reshape: [p.units, 1] }] },
        ...(p.useBias ? [{ name: 'bias', parts: [{ weight: 'bias' }] }] : []),
      ],
      helpers: [helper],
    }),
    onnx: (g, { x }, p) => {
      const direction = g.weight('direction')
      const root = g.op('ReduceL2', [direction], { axes: [0], keepdims: 1 })
      const kernel = g.op('Mul', [direction, g.op('Div', [g.weight('length'), root])])
      const sums = g.op('MatMul', [x, kernel])
      return { y: p.useBias ? g.op('Add', [sums, g.weight('bias')]) : sums }
    },
    keras: (_k, _inputs, p) =>
      refuse(
        `Keras has no layer that learns direction and length of its ${p.units} outputs ` +
          `${p.useBias ? 'with' : 'without'} a bias apart. Use Dense instead of WeightNorm for Keras.`,
      ),
  },
  cases: [
    { inputs: { x: tensor([null, 4]) }, params: { units: 3 } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { units: 2, useBias: false } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 4, 'F']) }, refused: 'fixed number of features' },
    {
      inputs: { x: tensor([null, 4]) },
      params: { directionInitialiser: { kind: 'zeros' } },
      refused: 'zeros have none',
    },
  ],
  migrations: [],
})
