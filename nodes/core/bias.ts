/** Learned numbers, one a feature, added to every place. */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { initialiser } from '../kit/fields'
import { kerasMerge } from '../kit/merge'
import { tensor } from '../kit/spec'

const helper = `class Bias(nn.Module):
    """Adds one learned number to every feature."""

    def __init__(self, features):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(features))

    def forward(self, x):
        return x + self.bias
`

export const bias = defineNode({
  role: 'layer',
  type: 'bias',
  version: 1,
  title: 'Bias',
  family: 'core',
  doc: 'Adds one learned number to every feature. Dense and convolution have their own; this stands where something comes between.',
  synonyms: ['shift', 'offset', 'intercept'],
  fields: {
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'Numbers with the features on the last axis.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: () => '',
  infer: ({ x }) => {
    const features = featureCount('Bias', 'x', x)
    return typeof features === 'number' ? { y: tensor(x.shape) } : features
  },
  weights: ({ x }, p) => ({
    bias: { shape: [lastSize(x)], initialiser: p.biasInitialiser, trainable: true },
  }),
  compute: ({ tf, inputs: { x }, weights }) => ({ y: tf.add(x, weights['bias']!) }),
  emit: {
    torch: (_p, { x }) => ({
      call: 'wiregrad.Bias',
      args: { features: lastSize(x) },
      tensors: [{ name: 'bias', parts: [{ weight: 'bias' }] }],
      helpers: [helper],
    }),
    onnx: (g, { x }) => ({ y: g.op('Add', [x, g.weight('bias')]) }),
    // Keras has no such layer, but LayerNormalization of zeros is its own shift and nothing else.
    keras: (k, { x }, _p, specs) => {
      const outputs = [tensor(specs.x.shape)]
      const zeros = k.layer({ layer: 'Rescaling', config: { scale: 0, offset: 0 }, inputs: [x], outputs })
      const shift = k.layer({
        layer: 'LayerNormalization',
        config: { axis: -1, epsilon: 1, center: true, scale: false },
        inputs: [zeros],
        weights: [{ path: 'vars/0', parts: [{ weight: 'bias' }] }],
        outputs,
      })
      return { y: kerasMerge(k, 'Add', [x, shift], [specs.x, specs.x]) }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 'T', 3]) } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 3, 'T']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
