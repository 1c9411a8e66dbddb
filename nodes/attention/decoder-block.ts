/**
 * A whole layer of a Transformer's decoder (Vaswani et al. 2017): causal self-attention, attention to what the encoder made,
 * and a feed-forward part, each with a norm and a way round it.
 */
import {
  attentionMultiplyAdds,
  attentionOutputs,
  attentionTensors,
  attentionWeights,
  kerasAttention,
  onnxAttention,
} from '../kit/attention-parts'
import { inferAttention, maskRefusal } from '../kit/attention-shape'
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { activate } from '../kit/maths/activate'
import { attend, project, reach } from '../kit/maths/attention'
import { drop, feedForward, multiHead, normalise, partWeights } from '../kit/maths/transformer'
import { countedPlaces, sequenceRefusal } from '../kit/sequence-shape'
import { isRefusal, tensor, type Spec } from '../kit/spec'
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

const helper = `class DecoderBlock(nn.Module):
    """Causal self-attention, attention to memory, feed-forward, each with a norm and a residual way round it."""

    def __init__(self, features, heads, key_size, hidden, activation, order, norm, eps, dropout, bias, memory):
        super().__init__()
        self.order = order
        self.attention = GroupedQueryAttention(
            features, features, features, heads, heads, key_size, bias, True, dropout=dropout
        )
        self.norm1 = block_norm(norm, features, eps)
        self.cross_attention = GroupedQueryAttention(
            features, memory, memory, heads, heads, key_size, bias, dropout=dropout
        )
        self.norm2 = block_norm(norm, features, eps)
        self.feed_forward = FeedForward(features, hidden, features, activation, False, bias, dropout)
        self.norm3 = block_norm(norm, features, eps)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, memory, mask=None, memory_mask=None):
        if self.order == "pre":
            x = x + self.dropout(self.attention(self.norm1(x), mask=mask)[0])
            x = x + self.dropout(self.cross_attention(self.norm2(x), memory, mask=memory_mask)[0])
            return x + self.dropout(self.feed_forward(self.norm3(x)))
        x = self.norm1(x + self.dropout(self.attention(x, mask=mask)[0]))
        x = self.norm2(x + self.dropout(self.cross_attention(x, memory, mask=memory_mask)[0]))
        return self.norm3(x + self.dropout(self.feed_forward(x)))
`

interface Inputs {
  readonly x: Spec
  readonly memory: Spec
}

function selfSizes({ x }: Inputs, p: BlockSettings) {
  return blockAttention(p, lastSize(x), lastSize(x), 'attention_')
}

function crossSizes({ x, memory }: Inputs, p: BlockSettings) {
  return blockAttention(p, lastSize(x), lastSize(memory), 'cross_attention_')
}

function wallOf<T>(value: T | undefined, spec: Spec | undefined) {
  return value === undefined ? undefined : { value, rank: spec?.shape.length ?? 3 }
}

export const decoderBlock = defineNode({
  role: 'layer',
  type: 'decoder-block',
  version: 1,
  title: 'Decoder block',
  family: 'attention',
  doc: 'A whole layer of a Transformer that writes while it reads: it looks back at its own places, then at those of an encoder, then thinks.',
  synonyms: ['transformer layer', 'transformer decoder', 'seq2seq', 'translation', 'cross-attention block'],
  fields: blockFields,
  inputs: {
    x: { doc: 'The sequence that is written, B × T × features. A place sees itself and earlier ones only.' },
    memory: { doc: 'The sequence that is read, such as what the last encoder block gives.' },
    mask: {
      doc: '1 where a place of x may look in x, 0 where not: B × T × T (or B × 1 × T).',
      optional: true,
    },
    memory_mask: {
      doc: '1 where a place of x may look in memory: B × T of x × T of memory (or × 1 ×).',
      optional: true,
    },
  },
  outputs: { y: { doc: 'The shape of x.' } },
  summary: (p) => `${p.heads} heads · ${p.feedForwardSize} · ${p.order}`,
  infer: ({ x, memory, mask, memory_mask }, p) => {
    const time = x.shape[1] ?? null
    const bad =
      sequenceRefusal('Decoder block', 'x', x) ?? (mask === undefined ? null : maskRefusal(mask, time, time))
    if (bad !== null) return bad
    const cross = inferAttention({ query: x, key: memory, value: undefined, mask: memory_mask }, p.heads, {
      query: 'x',
      key: 'memory',
    })
    return isRefusal(cross) ? cross : { y: tensor(x.shape) }
  },
  weights: (inputs, p) => ({
    ...attentionWeights(selfSizes(inputs, p), p.kernelInitialiser, p.biasInitialiser),
    ...attentionWeights(crossSizes(inputs, p), p.kernelInitialiser, p.biasInitialiser),
    ...normWeights(p, lastSize(inputs.x), 3),
    ...feedForwardWeights(p, lastSize(inputs.x)),
  }),
  multiplyAdds: (inputs, p) => {
    const [time, memory] = [countedPlaces(inputs.x.shape[1]), countedPlaces(inputs.memory.shape[1])]
    return (
      attentionMultiplyAdds(selfSizes(inputs, p), time, time) +
      attentionMultiplyAdds(crossSizes(inputs, p), time, memory) +
      2 * time * lastSize(inputs.x) * p.feedForwardSize
    )
  },
  uses: { project, attend, reach, multiHead, partWeights, normalise, feedForward, activate, drop },
  compute: ({ tf, inputs: { x, memory, mask = null, memory_mask = null }, p, weights, context, uses }) => {
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
    const look = (value: typeof x, at: typeof x, part: string, walls: readonly (typeof mask)[]) =>
      uses.multiHead(tf, value, at, uses.partWeights(weights, part), {
        heads: p.heads,
        walls,
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
    const parts: readonly ((value: typeof x) => typeof x)[] = [
      (value) => look(value, value, 'attention_', [uses.reach(tf, time, time, true, 0), mask]),
      (value) => look(value, memory, 'cross_attention_', [memory_mask]),
      think,
    ]
    let y = x
    for (const [at, part] of parts.entries()) {
      y =
        p.order === 'pre'
          ? tf.add(y, dropped(part(norm(y, at + 1))))
          : norm(tf.add(y, dropped(part(y))), at + 1)
    }
    return { y }
  },
  emit: {
    torch: (p, inputs) => ({
      call: 'wiregrad.DecoderBlock',
      args: { ...blockArguments(p, lastSize(inputs.x)), memory: lastSize(inputs.memory) },
      tensors: [
        ...attentionTensors(selfSizes(inputs, p), 'attention.'),
        ...attentionTensors(crossSizes(inputs, p), 'cross_attention.'),
        ...blockTensors(p, 3),
      ],
      helpers: [...blockHelpers, helper],
    }),
    onnx: (g, { x, memory, mask, memory_mask }, p, specs) => {
      const block = onnxBlock(g, p, specs.x)
      const [time, other] = [specs.x.shape[1], specs.memory.shape[1]]
      const look = (value: typeof x) =>
        onnxAttention(g, selfSizes(specs, p), { query: value, key: value, value }, wallOf(mask, specs.mask), {
          places: [time, time],
          causal: true,
        }).y
      const read = (value: typeof x) =>
        onnxAttention(
          g,
          crossSizes(specs, p),
          { query: value, key: memory, value: memory },
          wallOf(memory_mask, specs.memory_mask),
          { places: [time, other], causal: false },
        ).y
      const parts = [look, read, block.feedForward]
      return {
        y: parts.reduce((y, part, at) => residual(p.order, y, part, block.norm(at + 1), block.add), x),
      }
    },
    keras: (k, { x, memory, mask, memory_mask }, p, specs) => {
      const block = kerasBlock(k, p, specs.x)
      const [time = null, other = null] = [specs.x.shape[1], specs.memory.shape[1]]
      const look = (value: typeof x) => {
        const sizes = selfSizes(specs, p)
        const [y = value] = kerasAttention(k, sizes, { query: value, key: value, value }, mask, {
          causal: true,
          dropout: p.dropout,
          outputs: attentionOutputs(sizes, time, time),
        })
        return block.dropped(y)
      }
      const read = (value: typeof x) => {
        const sizes = crossSizes(specs, p)
        const sources = { query: value, key: memory, value: memory }
        const [y = value] = kerasAttention(k, sizes, sources, memory_mask, {
          causal: false,
          dropout: p.dropout,
          outputs: attentionOutputs(sizes, time, other),
        })
        return block.dropped(y)
      }
      const parts = [look, read, block.feedForward]
      return {
        y: parts.reduce((y, part, at) => residual(p.order, y, part, block.norm(at + 1), block.add), x),
      }
    },
  },
  idle: (field, _p, backEnd) => blockIdle(field, backEnd),
  cases: [
    {
      inputs: { x: tensor([null, 3, 4]), memory: tensor([null, 2, 3]) },
      params: { heads: 2, keySize: 2, feedForwardSize: 3, order: 'post', activation: 'relu' },
    },
    {
      inputs: {
        x: tensor([null, 'T', 4]),
        memory: tensor([null, 4, 4]),
        mask: tensor([null, 1, 'T']),
        memory_mask: tensor([null, 'T', 4]),
      },
      numbers: { memory_mask: 'binary' },
      params: { heads: 1, keySize: 2, feedForwardSize: 3, useBias: false, norm: 'rms', dropout: 0.1 },
    },
    { inputs: { x: tensor([null, 3, 4]), memory: tensor([null, 4]) }, refused: 'memory is B × 4' },
    {
      inputs: { x: tensor([null, 3, 4]), memory: tensor([null, 5, 4]), mask: tensor([null, 3, 5]) },
      refused: 'should be B × 3 × 3',
    },
    {
      inputs: { x: tensor([null, 3, 4]), memory: tensor([null, 5, 4]), memory_mask: tensor([null, 3, 3]) },
      refused: 'should be B × 3 × 5',
    },
  ],
  migrations: [],
})
