/** How likely a model thinks a whole text, as the sum of the log-probabilities of its tokens: what DPO and PPO compare. */
import { defineNode } from '../kit/define'
import { bool } from '../kit/fields'
import { formatShape, refuse, sameShape, tensor, tokens } from '../kit/spec'

const helper = `def sequence_log_probability(prediction, tokens, mask=None, *, shift, average):
    """Sum (or mean) of the log-probabilities of the tokens that count; numbers below zero are no tokens."""
    tokens = tokens.long()
    if shift:
        prediction, tokens = prediction[:, :-1], tokens[:, 1:]
    counts = (tokens >= 0).to(prediction.dtype)
    if mask is not None:
        counts = counts * (mask[:, 1:] if shift else mask)
    logs = F.log_softmax(prediction, dim=-1)
    each = logs.gather(-1, tokens.clamp_min(0).unsqueeze(-1)).squeeze(-1)
    total = (each * counts).sum(-1)
    return total / counts.sum(-1).clamp_min(1e-12) if average else total
`

export const sequenceLogProbability = defineNode({
  role: 'layer',
  type: 'sequence-log-probability',
  version: 1,
  title: 'Sequence log-probability',
  family: 'sequence',
  doc: 'How likely a language model thinks a whole text: the log-probabilities of its tokens, summed. One number a text, for DPO, PPO or ranking.',
  synonyms: ['log likelihood', 'language model', 'dpo', 'rlhf', 'score', 'sequence probability'],
  fields: {
    shift: bool({
      initial: false,
      doc: 'On: the scores at a place speak of the next token, as in a language model that reads its own text; the first token is then given.',
    }),
    average: bool({
      initial: false,
      doc: 'Divide by the number of tokens that count, so that long texts are not less likely for their length.',
    }),
  },
  inputs: {
    prediction: { doc: 'One score a token of the vocabulary (logits): B × T × vocabulary.' },
    tokens: {
      doc: 'The tokens of the text, B × T; numbers below zero are no tokens.',
      accepts: ['tokens', 'target'],
    },
    mask: {
      doc: '1 for each token that counts, 0 for padding or the question; open: all count.',
      accepts: ['tensor', 'target'],
      optional: true,
    },
  },
  outputs: { y: { doc: 'One log-probability a text, in nats.' } },
  summary: (p) => [p.shift ? 'next token' : '', p.average ? 'average' : ''].filter(Boolean).join(' · '),
  infer: ({ prediction, tokens, mask }) => {
    const { shape } = prediction
    if (shape.length !== 3 || typeof shape[2] !== 'number') {
      return refuse(
        `Sequence log-probability needs scores for every token (B × T × vocabulary), but the prediction is ${formatShape(shape)}.`,
      )
    }
    const places = shape.slice(0, 2)
    if (tokens.dtype !== 'int32' || !sameShape(tokens.shape, places)) {
      return refuse(
        `Sequence log-probability needs one token number for each row of scores (${formatShape(places)}), but the tokens are ${formatShape(tokens.shape)}.`,
      )
    }
    if (mask !== undefined && (mask.dtype !== 'float32' || !sameShape(mask.shape, places))) {
      return refuse(
        `Sequence log-probability needs a mask of one number a token (${formatShape(places)}), but it is ${formatShape(mask.shape)}.`,
      )
    }
    return { y: tensor(shape.slice(0, 1)) }
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { prediction, tokens, mask }, p }) => {
    const [, places = 1, vocabulary = 1] = prediction.shape
    const range = tf.range(0, vocabulary, 1, 'int32')
    const moved = (x: typeof prediction, fill: number) => {
      if (!p.shift) return x
      const padded = tf.pad(
        x,
        [
          [0, 0],
          [0, 1],
        ],
        fill,
      )
      return tf.slice(padded, [0, 1], [-1, places])
    }
    const named = moved(tf.cast(tokens, 'int32'), -1) // (B, T): the token that each row of scores speaks of
    const right = tf.cast(tf.equal(tf.expandDims(named, -1), range), 'float32') // (B, T, V)
    const each = tf.sum(tf.mul(right, tf.logSoftmax(prediction)), -1) // (B, T)
    const known = tf.cast(tf.greaterEqual(named, 0), 'float32')
    const counts = mask === undefined ? known : tf.mul(known, moved(mask, 0))
    const total = tf.sum(tf.mul(each, counts), -1)
    if (!p.average) return { y: total }
    const count = tf.sum(counts, -1)
    return { y: tf.div(total, tf.maximum(count, tf.fill(count.shape, 1e-12))) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.sequence_log_probability',
      args: { shift: p.shift, average: p.average },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, { prediction, tokens, mask }, p) => {
      const [second, end, start, last, time] = [[1], [2 ** 31 - 1], [0], [-1], [1]].map((x) => g.ints(x))
      const cut = (x: typeof prediction, from: typeof second, to: typeof second) =>
        p.shift ? g.op('Slice', [x, from!, to!, time!]) : x
      const named = g.op('Cast', [cut(tokens, second, end)], { to: 7 }) // INT64
      const logs = g.op('LogSoftmax', [cut(prediction, start, last)], { axis: -1 })
      const place = g.op('Unsqueeze', [g.op('Max', [named, g.ints([0], [])]), g.ints([-1])])
      const each = g.op('Squeeze', [g.op('GatherElements', [logs, place], { axis: 2 }), g.ints([-1])])
      const known = g.op('Cast', [g.op('GreaterOrEqual', [named, g.ints([0], [])])], { to: 1 }) // FLOAT
      const counts = mask === undefined ? known : g.op('Mul', [known, cut(mask, second, end)])
      const sum = (x: typeof each) => g.op('ReduceSum', [x, g.ints([-1])], { keepdims: 0 })
      const total = sum(g.op('Mul', [each, counts]))
      if (!p.average) return { y: total }
      return { y: g.op('Div', [total, g.op('Max', [sum(counts), g.floats([1e-12], [])])]) }
    },
    keras: (_k, _inputs, p) =>
      refuse(
        `Keras has no layer that picks the score of each token${p.shift ? ' that follows' : ''} and ${p.average ? 'averages' : 'adds up'} a text of any length; take the log-probabilities outside the model.`,
      ),
  },
  cases: [
    { inputs: { prediction: tensor([null, 5, 3]), tokens: tokens([null, 5]) } },
    {
      inputs: { prediction: tensor([null, 'T', 4]), tokens: tokens([null, 'T']) },
      numbers: { tokens: { below: 4 } },
      params: { shift: true, average: true },
    },
    {
      inputs: { prediction: tensor([null, 5, 3]), tokens: tokens([null, 5]), mask: tensor([null, 5]) },
      params: { average: true },
    },
    {
      inputs: { prediction: tensor([null, 'T', 3]), tokens: tokens([null, 'T']), mask: tensor([null, 'T']) },
      numbers: { mask: 'positive' },
      params: { shift: true },
    },
    { inputs: { prediction: tensor([null, 3]), tokens: tokens([null]) }, refused: 'for every token' },
    { inputs: { prediction: tensor([null, 5, 3]), tokens: tokens([null, 4]) }, refused: 'one token number' },
    {
      inputs: { prediction: tensor([null, 5, 3]), tokens: tokens([null, 5]), mask: tensor([null, 4]) },
      refused: 'a mask of one number',
    },
  ],
  migrations: [],
})
