/** A table of learned rows, one for each token. */
import { defineNode } from '../kit/define'
import { initialiser, int } from '../kit/fields'
import { formatShape, refuse, tensor, tokens } from '../kit/spec'

export const embedding = defineNode({
  role: 'layer',
  type: 'embedding',
  version: 1,
  title: 'Embedding',
  family: 'sequence',
  doc: 'Looks up a learned row of numbers for every token, so that tokens with like uses can come to lie near each other.',
  synonyms: ['lookup', 'word vectors', 'tokens', 'vocabulary'],
  fields: {
    vocabulary: int({
      initial: 1000,
      min: 1,
      max: 10_000_000,
      doc: 'How many different tokens there are; ids run from 0 to one less.',
    }),
    units: int({ initial: 32, min: 1, max: 1_000_000, doc: 'How many numbers stand for one token.' }),
    initialiser: initialiser({
      initial: { kind: 'uniform', min: -0.05, max: 0.05 },
      doc: 'How the first rows are drawn.',
    }),
  },
  inputs: { x: { doc: 'Token ids.', accepts: ['tokens'] } },
  outputs: { y: { doc: 'One row a token: the axes of x and one more.' } },
  summary: (p) => `${p.vocabulary} → ${p.units}`,
  infer: ({ x }, p) => {
    if (x.kind !== 'tokens') {
      return refuse(
        `Embedding looks up token ids (whole numbers), but x holds real numbers ${formatShape(x.shape)}. ` +
          'Use a Dense layer for those.',
      )
    }
    if (x.shape.length === 0) return refuse('Embedding needs a batch of token ids, but x is a scalar.')
    return { y: tensor([...x.shape, p.units]) }
  },
  weights: (_inputs, p) => ({
    embeddings: { shape: [p.vocabulary, p.units], initialiser: p.initialiser, trainable: true },
  }),
  build: (tf, p, own) =>
    tf.layers.embedding({
      inputDim: p.vocabulary,
      outputDim: p.units,
      embeddingsInitializer: own.initialiser('embeddings', p.initialiser),
      maskZero: false,
    }),
  emit: {
    torch: (p) => ({
      call: 'nn.Embedding',
      args: { num_embeddings: p.vocabulary, embedding_dim: p.units },
      tensors: [{ name: 'weight', parts: [{ weight: 'embeddings' }] }],
    }),
    onnx: (g, { x }) => ({ y: g.op('Gather', [g.weight('embeddings'), x], { axis: 0 }) }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'Embedding',
        config: { input_dim: p.vocabulary, output_dim: p.units, mask_zero: false },
        inputs: [x],
        weights: [{ path: 'vars/0', parts: [{ weight: 'embeddings' }] }],
        outputs: [tensor([...specs.x.shape, p.units])],
      }),
    }),
  },
  cases: [
    { inputs: { x: tokens([null, 6]) }, params: { vocabulary: 5, units: 3 } },
    { inputs: { x: tokens([null, 'T']) }, params: { vocabulary: 5, units: 3 } },
    { inputs: { x: tokens([null]) }, params: { vocabulary: 4, units: 2 } },
    { inputs: { x: tensor([null, 4]) }, refused: 'looks up token ids' },
  ],
  migrations: [],
})
