/** Tokens and their places in one node: the sum of a learned row for each (GPT, BERT). */
import { defineNode } from '../kit/define'
import { initialiser, int } from '../kit/fields'
import { formatShape, refuse, tensor, tokens } from '../kit/spec'

const helper = `class TokenPositionEmbedding(nn.Module):
    """The learned row of every token plus the learned row of its place."""

    def __init__(self, vocabulary, length, units):
        super().__init__()
        self.token = nn.Embedding(vocabulary, units)
        self.position = nn.Embedding(length, units)

    def forward(self, x):
        return self.token(x) + self.position(torch.arange(x.shape[1], device=x.device))
`

export const tokenPositionEmbedding = defineNode({
  role: 'layer',
  type: 'token-position-embedding',
  version: 1,
  title: 'Token and position embedding',
  family: 'attention',
  doc: 'Adds a learned row for every token and one for its place: what a language model begins with.',
  synonyms: ['gpt', 'bert', 'learned position', 'lookup', 'positional embedding'],
  fields: {
    vocabulary: int({
      initial: 1000,
      min: 1,
      max: 10_000_000,
      doc: 'How many different tokens there are; ids run from 0 to one less.',
    }),
    length: int({
      initial: 128,
      min: 1,
      max: 1_000_000,
      doc: 'The longest sequence that can be given; shorter ones use the first rows.',
    }),
    units: int({ initial: 32, min: 1, max: 1_000_000, doc: 'How many numbers stand for one token.' }),
    initialiser: initialiser({
      initial: { kind: 'uniform', min: -0.05, max: 0.05 },
      doc: 'How the first rows of the tokens are drawn.',
    }),
    positionInitialiser: initialiser({
      initial: { kind: 'uniform', min: -0.05, max: 0.05 },
      doc: 'How the first rows of the places are drawn.',
    }),
  },
  inputs: { x: { doc: 'Token ids B × T.', accepts: ['tokens'] } },
  outputs: { y: { doc: 'One row a token: B × T × units.' } },
  summary: (p) => `${p.vocabulary} → ${p.units} · up to ${p.length}`,
  infer: ({ x }, p) => {
    if (x.kind !== 'tokens' || x.shape.length !== 2) {
      return refuse(
        `Token and position embedding needs sequences of token ids B × T, but x is ${x.kind === 'tokens' ? '' : 'real numbers '}${formatShape(x.shape)}.`,
      )
    }
    const time = x.shape[1]
    if (typeof time === 'number' && time > p.length) {
      return refuse(
        `x has ${time} places (${formatShape(x.shape)}), but there are rows for only ${p.length}. Set length to ${time} or more.`,
      )
    }
    return { y: tensor([...x.shape, p.units]) }
  },
  weights: (_inputs, p) => ({
    embeddings: { shape: [p.vocabulary, p.units], initialiser: p.initialiser, trainable: true },
    position_embeddings: { shape: [p.length, p.units], initialiser: p.positionInitialiser, trainable: true },
  }),
  compute: ({ tf, inputs: { x }, p, weights }) => {
    const time = x.shape[1] ?? 1
    if (time > p.length)
      throw new Error(`There are position rows for ${p.length} places, but the sequence has ${time}.`)
    const rows = tf.gather(weights['embeddings']!, tf.cast(x, 'int32')) // (B, T, units)
    return { y: tf.add(rows, tf.slice(weights['position_embeddings']!, [0, 0], [time, p.units])) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.TokenPositionEmbedding',
      args: { vocabulary: p.vocabulary, length: p.length, units: p.units },
      tensors: [
        { name: 'token.weight', parts: [{ weight: 'embeddings' }] },
        { name: 'position.weight', parts: [{ weight: 'position_embeddings' }] },
      ],
      helpers: [helper],
    }),
    onnx: (g, { x }, _p, specs) => {
      const rows = g.op('Gather', [g.weight('embeddings'), x], { axis: 0 })
      const time = specs.x.shape[1]
      const end =
        typeof time === 'number'
          ? g.ints([time])
          : g.op('Gather', [g.op('Shape', [x]), g.ints([1])], { axis: 0 })
      const places = g.op('Slice', [g.weight('position_embeddings'), g.ints([0]), end, g.ints([0])])
      return { y: g.op('Add', [rows, places]) }
    },
    keras: () =>
      refuse(
        'keras.layers has no embedding of places (KerasHub has). Use an Embedding for the tokens and leave the places out, or write another format.',
      ),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'keras' ? 'it is refused whatever the settings' : null),
  cases: [
    { inputs: { x: tokens([null, 4]) }, params: { vocabulary: 5, length: 6, units: 3 } },
    { inputs: { x: tokens([null, 'T']) }, params: { vocabulary: 4, length: 8, units: 2 } },
    { inputs: { x: tensor([null, 4]) }, refused: 'token ids' },
    { inputs: { x: tokens([null, 9]) }, params: { length: 8 }, refused: 'Set length to 9' },
    { inputs: { x: tokens([null, 3, 3]) }, refused: 'token ids B × T' },
  ],
  migrations: [],
})
