/** Learned positions: attention alone cannot tell the first token from the last. */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { initialiser, int } from '../kit/fields'
import { formatShape, refuse, tensor } from '../kit/spec'

const helper = `class PositionEmbedding(nn.Module):
    """Adds a learned row to every place of a sequence."""

    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(length, features))

    def forward(self, x):
        return x + self.weight[: x.shape[1]]
`

export const positionEmbedding = defineNode({
  role: 'layer',
  type: 'position-embedding',
  version: 1,
  title: 'Position embedding',
  family: 'sequence',
  doc: 'Adds a learned row to every place of a sequence. Attention looks at all places alike; this tells it which is where.',
  synonyms: ['positional encoding', 'order', 'transformer'],
  fields: {
    length: int({
      initial: 128,
      min: 1,
      max: 1_000_000,
      doc: 'The longest sequence that can be given; shorter ones use the first rows.',
    }),
    initialiser: initialiser({
      initial: { kind: 'uniform', min: -0.05, max: 0.05 },
      doc: 'How the first rows are drawn.',
    }),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `up to ${p.length}`,
  infer: ({ x }, p) => {
    const [, time, features] = x.shape
    if (x.shape.length !== 3 || typeof features !== 'number') {
      return refuse(`Position embedding needs a sequence B × T × features, but x is ${formatShape(x.shape)}.`)
    }
    if (typeof time === 'number' && time > p.length) {
      return refuse(
        `x has ${time} places (${formatShape(x.shape)}), but there are rows for only ${p.length}. Set length to ${time} or more.`,
      )
    }
    return { y: tensor(x.shape) }
  },
  weights: ({ x }, p) => ({
    embeddings: { shape: [p.length, lastSize(x)], initialiser: p.initialiser, trainable: true },
  }),
  build: (_tf, p, own) =>
    own.positionEmbedding({ length: p.length, initialiser: own.initialiser('embeddings', p.initialiser) }),
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.PositionEmbedding',
      args: { length: p.length, features: lastSize(x) },
      tensors: [{ name: 'weight', parts: [{ weight: 'embeddings' }] }],
      helpers: [helper],
    }),
    onnx: (g, { x }, p, specs) => {
      const time = specs.x.shape[1]
      const rows = g.weight('embeddings')
      if (time === p.length) return { y: g.op('Add', [x, rows]) }
      const end = typeof time === 'number' ? g.ints([time]) : g.op('Shape', [x], { start: 1, end: 2 })
      return { y: g.op('Add', [x, g.op('Slice', [rows, g.ints([0]), end, g.ints([0])])]) }
    },
    // keras.layers has none; but a LayerNormalization of zeros over both axes is its shift, a table of rows.
    keras: (k, { x }, p, specs) => {
      if (specs.x.shape[1] !== p.length)
        return refuse(
          `keras.layers can only add a learned row to every place of a sequence of one length, but x is ${formatShape(specs.x.shape)} and there are ${p.length} rows.`,
        )
      const outputs = [tensor(specs.x.shape)]
      const zeros = k.layer({ layer: 'Rescaling', config: { scale: 0, offset: 0 }, inputs: [x], outputs })
      const rows = k.layer({
        layer: 'LayerNormalization',
        config: { axis: [1, 2], epsilon: 1, center: true, scale: false },
        inputs: [zeros],
        weights: [{ path: 'vars/0', parts: [{ weight: 'embeddings' }] }],
        outputs,
      })
      return { y: k.layer({ layer: 'Add', config: {}, inputs: [[x, rows]], outputs }) }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 5, 3]) }, params: { length: 5 } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { length: 9 } },
    { inputs: { x: tensor([null, 12, 3]) }, params: { length: 5 }, refused: 'Set length to 12' },
    { inputs: { x: tensor([null, 12]) }, refused: 'B × T × features' },
  ],
  migrations: [],
})
