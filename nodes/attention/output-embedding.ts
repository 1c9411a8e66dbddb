/**
 * From features back to the vocabulary with the rows of an embedding (Press & Wolf 2017): y = x · Eᵀ. With `weightsOf` an
 * embedding, both use and train the same table; the Transformer of Vaswani et al. ties its two embeddings and this.
 */
import { defineNode } from '../kit/define'
import { countedSize, featureCount, lastSize } from '../kit/features'
import { bool, initialiser, int } from '../kit/fields'
import { tensor } from '../kit/spec'

export const outputEmbedding = defineNode({
  role: 'layer',
  type: 'output-embedding',
  version: 1,
  title: 'Output embedding',
  family: 'attention',
  doc: 'Scores every token of the vocabulary by how well its row matches the features. Let it use the weights of an Embedding to tie the two.',
  synonyms: [
    'tied weights',
    'language model head',
    'lm head',
    'unembedding',
    'logits',
    'reversible embedding',
  ],
  fields: {
    vocabulary: int({
      initial: 1000,
      min: 1,
      max: 10_000_000,
      doc: 'How many different tokens there are: the scores of one place.',
    }),
    useBias: bool({
      initial: false,
      doc: 'Adds one learned number to the score of every token. An embedding whose weights are used has none to give.',
    }),
    initialiser: initialiser({
      initial: { kind: 'uniform', min: -0.05, max: 0.05 },
      doc: 'How the first rows are drawn, where they are its own.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'Features on the last axis, as many as a row has.' } },
  outputs: { y: { doc: 'One score (logit) for every token, on the last axis.' } },
  summary: (p) => `→ ${p.vocabulary}`,
  infer: ({ x }, p) => {
    const features = featureCount('Output embedding', 'x', x)
    return typeof features === 'number' ? { y: tensor([...x.shape.slice(0, -1), p.vocabulary]) } : features
  },
  weights: ({ x }, p) => ({
    embeddings: { shape: [p.vocabulary, lastSize(x)], initialiser: p.initialiser, trainable: true },
    ...(p.useBias
      ? { bias: { shape: [p.vocabulary], initialiser: p.biasInitialiser, trainable: true } }
      : {}),
  }),
  multiplyAdds: ({ x }, p) => countedSize(x.shape) * p.vocabulary,
  compute: ({ tf, inputs: { x }, p, weights }) => {
    const rows = weights['embeddings']!
    const flat = tf.reshape(x, [-1, rows.shape[1]!])
    const scores = tf.matMul(flat, rows, false, true) // (B · T, vocabulary)
    const shifted = p.useBias ? tf.add(scores, weights['bias']!) : scores
    return { y: tf.reshape(shifted, [...x.shape.slice(0, -1), p.vocabulary]) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'nn.Linear',
      args: { in_features: lastSize(x), out_features: p.vocabulary, bias: p.useBias },
      tensors: [
        { name: 'weight', parts: [{ weight: 'embeddings' }] },
        ...(p.useBias ? [{ name: 'bias', parts: [{ weight: 'bias' }] }] : []),
      ],
    }),
    onnx: (g, { x }, p) => {
      // Turned round in the graph, so that a table which an embedding has too stands in the file once.
      const columns = g.op('Transpose', [g.weight('embeddings')], { perm: [1, 0] })
      const scores = g.op('MatMul', [x, columns])
      return { y: p.useBias ? g.op('Add', [scores, g.weight('bias')]) : scores }
    },
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'Dense',
        config: { units: p.vocabulary, activation: 'linear', use_bias: p.useBias },
        inputs: [x],
        weights: [
          { path: 'vars/0', parts: [{ weight: 'embeddings', permute: [1, 0] }] },
          ...(p.useBias ? [{ path: 'vars/1', parts: [{ weight: 'bias' }] }] : []),
        ],
        outputs: [tensor([...specs.x.shape.slice(0, -1), p.vocabulary])],
      }),
    }),
  },
  sharesWith: {
    embedding: { torch: { call: 'F.linear', tensors: ['weight'] } },
    'token-position-embedding': { torch: { call: 'F.linear', tensors: ['token.weight'] } },
  },
  cases: [
    { inputs: { x: tensor([null, 4]) }, params: { vocabulary: 5 } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { vocabulary: 6, useBias: true } },
    { inputs: { x: tensor([null, 2, 3, 2]) }, params: { vocabulary: 2 } },
    { inputs: { x: tensor([null]) }, refused: 'needs an axis of features' },
    { inputs: { x: tensor([null, 3, 'T']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
