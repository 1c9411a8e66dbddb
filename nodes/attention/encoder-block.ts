/**
 * A whole layer of a Transformer's encoder (Vaswani et al. 2017): self-attention and a feed-forward part, each with a norm
 * and a way round it. Causal, it is a layer of a language model (GPT).
 */
import {
  attentionMultiplyAdds,
  attentionOutputs,
  attentionTensors,
  attentionWeights,
  kerasAttention,
  onnxAttention,
} from '../kit/attention-parts'
import { maskRefusal } from '../kit/attention-shape'
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool } from '../kit/fields'
import { activate } from '../kit/maths/activate'
import { attend, project, reach } from '../kit/maths/attention'
import { drop, feedForward, multiHead, normalise, partWeights } from '../kit/maths/transformer'
import { countedPlaces, sequenceRefusal } from '../kit/sequence-shape'
import { tensor, type Spec } from '../kit/spec'
import {
  blockArguments,
  blockAttention,
  blockFields,
  blockHelpers,
  blockIdle,
  blockTensors,
  feedForwardWeights,
  kerasBlock,
  normWeights,
  onnxBlock,
  residual,
  type BlockSettings,
} from '../kit/transformer-block'

const helper = `class EncoderBlock(nn.Module):
    """Self-attention and a feed-forward part, each with a norm and a residual way round it (Vaswani et al. 2017)."""

    def __init__(self, features, heads, key_size, hidden, activation, order, norm, eps, dropout, bias, causal):
        super().__init__()
        self.order = order
        self.attention = GroupedQueryAttention(
            features, features, features, heads, heads, key_size, bias, causal, dropout=dropout
        )
        self.norm1 = block_norm(norm, features, eps)
        self.feed_forward = FeedForward(features, hidden, features, activation, False, bias, dropout)
        self.norm2 = block_norm(norm, features, eps)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        if self.order == "pre":
            x = x + self.dropout(self.attention(self.norm1(x), mask=mask)[0])
            return x + self.dropout(self.feed_forward(self.norm2(x)))
        x = self.norm1(x + self.dropout(self.attention(x, mask=mask)[0]))
        return self.norm2(x + self.dropout(self.feed_forward(x)))
`

function sizesOf(x: Spec, p: BlockSettings) {
  return blockAttention(p, lastSize(x), lastSize(x), 'attention_')
}

export const encoderBlock = defineNode({
  role: 'layer',
  type: 'encoder-block',
  version: 1,
  title: 'Encoder block',
  family: 'attention',
  doc: 'A whole Transformer layer: every place looks at the others, then each thinks for itself. Causal, it is a layer of a language model such as GPT.',
  synonyms: ['transformer layer', 'transformer encoder', 'gpt', 'bert', 'vit', 'self-attention block'],
  fields: {
    ...blockFields,
    causal: bool({
      initial: false,
      doc: 'A place may look at itself and at earlier ones only: needed to predict what comes next.',
    }),
  },
  inputs: {
    x: { doc: 'A sequence B × T × features.' },
    mask: { doc: '1 where a place may look, 0 where not: B × T × T (or B × 1 × T).', optional: true },
  },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${p.heads} heads · ${p.feedForwardSize} · ${p.order}${p.causal ? ' · causal' : ''}`,
  infer: ({ x, mask }) => {
    const time = x.shape[1] ?? null
    return (
      sequenceRefusal('Encoder block', 'x', x) ??
      (mask === undefined ? null : maskRefusal(mask, time, time)) ?? { y: tensor(x.shape) }
    )
  },
  weights: ({ x }, p) => ({
    ...attentionWeights(sizesOf(x, p), p.kernelInitialiser, p.biasInitialiser),
    ...normWeights(p, lastSize(x), 2),
    ...feedForwardWeights(p, lastSize(x)),
  }),
  multiplyAdds: ({ x }, p) => {
    const time = countedPlaces(x.shape[1])
    return attentionMultiplyAdds(sizesOf(x, p), time, time) + 2 * time * lastSize(x) * p.feedForwardSize
  },
  uses: { project, attend, reach, multiHead, partWeights, normalise, feedForward, activate, drop },
  compute: ({ tf, inputs: { x, mask = null }, p, weights, context, uses }) => {
    const time = x.shape[1] ?? 1
    const dropped = (value: typeof x) => uses.drop(tf, value, p.dropout, context)
    const norm = (value: typeof x, at: number) =>
      uses.normalise(tf, value, {
        norm: p.norm,
        epsilon: p.epsilon,
        gamma: weights[`norm${at}_gamma`],
        beta: weights[`norm${at}_beta`],
      })
    const project = (value: typeof x, kernel?: typeof x, bias?: typeof x) =>
      uses.project(tf, value, kernel, bias)
    const look = (value: typeof x) =>
      uses.multiHead(tf, value, value, uses.partWeights(weights, 'attention_'), {
        heads: p.heads,
        walls: [uses.reach(tf, time, time, p.causal, 0), mask],
        project,
        attend: (...given) => uses.attend(tf, ...given),
        drop: dropped,
      })
    const think = (value: typeof x) =>
      uses.feedForward(tf, value, uses.partWeights(weights, 'feed_forward_'), {
        project,
        bend: (inner) =>
          uses.activate(tf, inner, {
            function: p.activation,
            slope: 0,
            alpha: 1,
            threshold: 0,
            value: 0,
            axis: -1,
          }),
        drop: dropped,
      })
    if (p.order === 'pre') {
      const seen = tf.add(x, dropped(look(norm(x, 1))))
      return { y: tf.add(seen, dropped(think(norm(seen, 2)))) }
    }
    const seen = norm(tf.add(x, dropped(look(x))), 1)
    return { y: norm(tf.add(seen, dropped(think(seen))), 2) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.EncoderBlock',
      args: { ...blockArguments(p, lastSize(x)), causal: p.causal },
      tensors: [...attentionTensors(sizesOf(x, p), 'attention.'), ...blockTensors(p, 2)],
      helpers: [...blockHelpers, helper],
    }),
    onnx: (g, { x, mask }, p, specs) => {
      const block = onnxBlock(g, p, specs.x)
      const time = specs.x.shape[1]
      const wall = mask === undefined ? undefined : { value: mask, rank: specs.mask?.shape.length ?? 3 }
      const look = (value: typeof x) =>
        onnxAttention(g, sizesOf(specs.x, p), { query: value, key: value, value }, wall, {
          places: [time, time],
          causal: p.causal,
        }).y
      const seen = residual(p.order, x, look, block.norm(1), block.add)
      return { y: residual(p.order, seen, block.feedForward, block.norm(2), block.add) }
    },
    keras: (k, { x, mask }, p, specs) => {
      const block = kerasBlock(k, p, specs.x)
      const sizes = sizesOf(specs.x, p)
      const time = specs.x.shape[1] ?? null
      const look = (value: typeof x) => {
        const [y = value] = kerasAttention(k, sizes, { query: value, key: value, value }, mask, {
          causal: p.causal,
          dropout: p.dropout,
          outputs: attentionOutputs(sizes, time, time),
        })
        return block.dropped(y)
      }
      const seen = residual(p.order, x, look, block.norm(1), block.add)
      return { y: residual(p.order, seen, block.feedForward, block.norm(2), block.add) }
    },
  },
  idle: (field, _p, backEnd) => blockIdle(field, backEnd),
  cases: [
    {
      inputs: { x: tensor([null, 3, 4]) },
      params: { heads: 2, keySize: 2, feedForwardSize: 5 },
    },
    {
      inputs: { x: tensor([null, 'T', 3]), mask: tensor([null, 1, 'T']) },
      params: { heads: 1, keySize: 2, feedForwardSize: 4, order: 'post', norm: 'rms', activation: 'relu' },
    },
    {
      inputs: { x: tensor([null, 3, 4]), mask: tensor([null, 1, 3, 3]) },
      params: { heads: 2, keySize: 1, feedForwardSize: 3, causal: true, useBias: false, dropout: 0.1 },
    },
    { inputs: { x: tensor([null, 3, 4]), mask: tensor([null, 4, 4]) }, refused: 'should be B × 3 × 3' },
    { inputs: { x: tensor([null, 4]) }, refused: 'B × T × features' },
  ],
  migrations: [],
})
