/**
 * Scaled dot-product attention with several heads (Vaswani et al. 2017). The weights have Keras's shapes; where heads ×
 * key size is the width of the query they are also those of PyTorch's module, cut differently.
 */
import { attentionWidths, inferAttention, type AttentionInputs } from '../kit/attention-shape'
import { defineNode, type WeightSpecs } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, initialiser, int } from '../kit/fields'
import { onnxAttend, onnxProject } from '../kit/onnx-attention'
import { countedPlaces } from '../kit/sequence-shape'
import { tensor } from '../kit/spec'
import type { TorchEmit, TorchTensor } from '../kit/torch'
import { attentionBarrier } from '../kit/torch-helpers'

/** PyTorch's own module, called as nodes are called. */
const stockHelper = `class MultiheadAttention(nn.MultiheadAttention):
    """nn.MultiheadAttention for which an open key is the query, an open value the key, and a mask is 1 where to look."""

    def forward(self, query, key=None, value=None, mask=None, causal=False):
        key = query if key is None else key
        value = key if value is None else value
        barrier = attention_barrier(query, key, mask, causal)
        if barrier is not None:
            barrier = barrier.expand(query.shape[0], query.shape[1], key.shape[1])
            barrier = barrier.repeat_interleave(self.num_heads, dim=0)
        return super().forward(query, key, value, attn_mask=barrier, need_weights=True, average_attn_weights=False)
`

const ownHelper = `class MultiHeadAttention(nn.Module):
    """Attention whose heads need not share out the width of the query (Vaswani et al. 2017, section 3.2.2)."""

    def __init__(self, query_size, key_features, value_features, heads, key_size, value_size, bias):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(query_size, heads * key_size, bias=bias)
        self.key = nn.Linear(key_features, heads * key_size, bias=bias)
        self.value = nn.Linear(value_features, heads * value_size, bias=bias)
        self.output = nn.Linear(heads * value_size, query_size, bias=bias)

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (B, heads, T, size)

    def forward(self, query, key=None, value=None, mask=None, causal=False):
        key = query if key is None else key
        value = key if value is None else value
        q, k, v = self.split(self.query(query)), self.split(self.key(key)), self.split(self.value(value))
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (B, heads, Tq, Tk)
        barrier = attention_barrier(query, key, mask, causal)
        if barrier is not None:
            scores = scores + barrier.unsqueeze(1)
        attention = scores.softmax(-1)
        return self.output((attention @ v).transpose(1, 2).flatten(2)), attention
`

interface Settings {
  readonly heads: number
  readonly keySize: number
  readonly valueSize: number
  readonly useBias: boolean
  readonly causal: boolean
}

function valueSize(p: Settings): number {
  return p.valueSize === 0 ? p.keySize : p.valueSize
}

/** One projection [D, H, K] as PyTorch's [H·K, D]. */
function projection(weight: string, width: number, size: number) {
  return { weight, reshape: [width, size], permute: [1, 0] }
}

/** Of nn.MultiheadAttention, which has one size for everything. */
function stockTorch(inputs: AttentionInputs, p: Settings): TorchEmit {
  const width = attentionWidths(inputs)
  const all = width.query
  const same = width.key === all && width.value === all
  const parts = [
    projection('query_kernel', width.query, all),
    projection('key_kernel', width.key, all),
    projection('value_kernel', width.value, all),
  ] as const
  const weights: readonly TorchTensor[] = same
    ? [{ name: 'in_proj_weight', parts }]
    : [
        { name: 'q_proj_weight', parts: [parts[0]] },
        { name: 'k_proj_weight', parts: [parts[1]] },
        { name: 'v_proj_weight', parts: [parts[2]] },
      ]
  const biases: readonly TorchTensor[] = p.useBias
    ? [
        {
          name: 'in_proj_bias',
          parts: ['query_bias', 'key_bias', 'value_bias'].map((weight) => ({ weight, reshape: [all] })),
        },
        { name: 'out_proj.bias', parts: [{ weight: 'output_bias' }] },
      ]
    : []
  return {
    call: 'wiregrad.MultiheadAttention',
    args: {
      embed_dim: all,
      num_heads: p.heads,
      bias: p.useBias,
      batch_first: true,
      ...(same ? {} : { kdim: width.key, vdim: width.value }),
    },
    tensors: [
      ...weights,
      { name: 'out_proj.weight', parts: [projection('output_kernel', all, all)] },
      ...biases,
    ],
    forward: { causal: p.causal },
    helpers: [attentionBarrier, stockHelper],
  }
}

/** Head sizes of their own: a module that the exporter writes, with one linear map a projection. */
function ownTorch(inputs: AttentionInputs, p: Settings): TorchEmit {
  const width = attentionWidths(inputs)
  const [keys, values] = [p.heads * p.keySize, p.heads * valueSize(p)]
  const linear = (name: string, from: number, to: number): readonly TorchTensor[] => [
    { name: `${name}.weight`, parts: [projection(`${name}_kernel`, from, to)] },
    ...(p.useBias ? [{ name: `${name}.bias`, parts: [{ weight: `${name}_bias`, reshape: [to] }] }] : []),
  ]
  return {
    call: 'wiregrad.MultiHeadAttention',
    args: {
      query_size: width.query,
      key_features: width.key,
      value_features: width.value,
      heads: p.heads,
      key_size: p.keySize,
      value_size: valueSize(p),
      bias: p.useBias,
    },
    tensors: [
      ...linear('query', width.query, keys),
      ...linear('key', width.key, keys),
      ...linear('value', width.value, values),
      ...linear('output', values, width.query),
    ],
    forward: { causal: p.causal },
    helpers: [attentionBarrier, ownHelper],
  }
}

export const multiHeadAttention = defineNode({
  role: 'layer',
  type: 'multi-head-attention',
  version: 1,
  title: 'Multi-head attention',
  family: 'attention',
  doc: 'Every place of a sequence looks at all places, weighs them by how well they match, and takes a mix of them. Several heads look for different things.',
  synonyms: ['self-attention', 'cross-attention', 'transformer', 'mha', 'scaled dot product'],
  fields: {
    heads: int({ initial: 4, min: 1, max: 1024, doc: 'How many ways of looking, side by side.' }),
    keySize: int({
      initial: 16,
      min: 1,
      max: 65_536,
      doc: 'Numbers by which one head matches. Heads × key size is usually the width of the query.',
    }),
    valueSize: int({
      initial: 0,
      min: 0,
      max: 65_536,
      doc: 'Numbers that one head takes from a place; 0 means as many as the key size.',
    }),
    useBias: bool({ initial: true, doc: 'Adds learned numbers to all four projections.' }),
    causal: bool({
      initial: false,
      doc: 'A place may look at itself and at earlier ones only: needed to predict what comes next.',
    }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights of the four projections are drawn.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: {
    query: { doc: 'The sequence that looks, B × T × features.' },
    key: { doc: 'The sequence that is looked at; open, the query itself (self-attention).', optional: true },
    value: { doc: 'What is taken from each place of key; open, the key.', optional: true },
    mask: {
      doc: '1 where a place may look, 0 where not: B × T of query × T of key (or × 1 ×).',
      optional: true,
    },
  },
  outputs: {
    y: { doc: 'As query: for every place the mix of what it looked at.' },
    attention: {
      doc: 'Who looked where: B × heads × T of query × T of key; each row adds up to one.',
      secondary: true,
    },
  },
  summary: (p) => `${p.heads} heads × ${p.keySize}${p.causal ? ' · causal' : ''}`,
  infer: (inputs, p) => inferAttention(inputs, p.heads),
  weights: (inputs, p) => {
    const width = attentionWidths(inputs)
    const kernel = (shape: readonly number[]) => ({
      shape,
      initialiser: p.kernelInitialiser,
      trainable: true,
    })
    const bias = (shape: readonly number[]) => ({ shape, initialiser: p.biasInitialiser, trainable: true })
    const biases: WeightSpecs = p.useBias
      ? {
          query_bias: bias([p.heads, p.keySize]),
          key_bias: bias([p.heads, p.keySize]),
          value_bias: bias([p.heads, valueSize(p)]),
          output_bias: bias([width.query]),
        }
      : {}
    return {
      query_kernel: kernel([width.query, p.heads, p.keySize]),
      key_kernel: kernel([width.key, p.heads, p.keySize]),
      value_kernel: kernel([width.value, p.heads, valueSize(p)]),
      output_kernel: kernel([p.heads, valueSize(p), width.query]),
      ...biases,
    }
  },
  multiplyAdds: (inputs, p) => {
    const width = attentionWidths(inputs)
    const from = countedPlaces(inputs.query.shape[1])
    const to = countedPlaces((inputs.key ?? inputs.query).shape[1])
    const [keys, values] = [p.heads * p.keySize, p.heads * valueSize(p)]
    const projections =
      from * width.query * keys +
      to * width.key * keys +
      to * width.value * values +
      from * values * width.query
    return projections + from * to * (keys + values)
  },
  build: (_tf, p, own, inputs) =>
    own.multiHeadAttention({
      heads: p.heads,
      keySize: p.keySize,
      valueSize: valueSize(p),
      outputSize: lastSize(inputs.query),
      useBias: p.useBias,
      causal: p.causal,
      inputs: (['key', 'value', 'mask'] as const).filter((port) => inputs[port] !== undefined),
      kernelInitialiser: (weight) => own.initialiser(weight, p.kernelInitialiser),
      biasInitialiser: (weight) => own.initialiser(weight, p.biasInitialiser),
    }),
  emit: {
    torch: (p, inputs) => {
      const width = lastSize(inputs.query)
      const stock = p.heads * p.keySize === width && p.heads * valueSize(p) === width
      return stock ? stockTorch(inputs, p) : ownTorch(inputs, p)
    },
    onnx: (g, { query, key = query, value = key, mask }, p, specs) => {
      const keySpec = specs.key ?? specs.query
      const [keys, values] = [p.heads * p.keySize, p.heads * valueSize(p)]
      const project = (name: string, x: typeof query, from: number, to: number) =>
        onnxProject(
          g,
          x,
          g.weight(`${name}_kernel`, { reshape: [from, to] }),
          p.useBias ? g.weight(`${name}_bias`, { reshape: [to] }) : undefined,
        )
      const width = lastSize(specs.query)
      const { mixed, attention } = onnxAttend(
        g,
        project('query', query, width, keys),
        project('key', key, lastSize(keySpec), keys),
        project('value', value, lastSize(specs.value ?? keySpec), values),
        {
          heads: p.heads,
          groups: p.heads,
          size: p.keySize,
          width: valueSize(p),
          places: [specs.query.shape[1], keySpec.shape[1]],
          causal: p.causal,
          mask: mask && { value: mask, rank: specs.mask?.shape.length ?? 3 },
        },
      )
      return { y: project('output', mixed, values, width), attention }
    },
    keras: (k, { query, key, value, mask }, p, specs) => {
      const from = specs.query.shape[1] ?? null
      const to = (specs.key ?? specs.query).shape[1] ?? null
      const [y, attention] = k.layers({
        layer: 'MultiHeadAttention',
        config: {
          num_heads: p.heads,
          key_dim: p.keySize,
          value_dim: valueSize(p),
          dropout: 0,
          use_bias: p.useBias,
          output_shape: null,
          attention_axes: null,
        },
        // Keras takes query, value, key; without a key it is the value.
        inputs: [query, value ?? key ?? query, ...(value === undefined || key === undefined ? [] : [key])],
        call: { use_causal_mask: p.causal, ...(mask === undefined ? {} : { attention_mask: mask }) },
        extra: 'return_attention_scores',
        weights: ['query', 'key', 'value', 'output'].flatMap((part) => [
          { path: `${part}_dense/vars/0`, parts: [{ weight: `${part}_kernel` }] },
          ...(p.useBias ? [{ path: `${part}_dense/vars/1`, parts: [{ weight: `${part}_bias` }] }] : []),
        ]),
        outputs: [tensor([null, from, lastSize(specs.query)]), tensor([null, p.heads, from, to])],
      })
      return { y: y!, attention: attention! }
    },
  },
  cases: [
    { inputs: { query: tensor([null, 4, 6]) }, params: { heads: 2, keySize: 3 } },
    { inputs: { query: tensor([null, 'T', 4]) }, params: { heads: 2, keySize: 2, causal: true } },
    {
      inputs: { query: tensor([null, 3, 4]) },
      params: { heads: 2, keySize: 3, valueSize: 1, useBias: false },
    },
    { inputs: { query: tensor([null, 3, 4]), key: tensor([null, 5, 3]) }, params: { heads: 2, keySize: 2 } },
    {
      inputs: {
        query: tensor([null, 3, 4]),
        key: tensor([null, 5, 4]),
        value: tensor([null, 5, 2]),
        mask: tensor([null, 3, 5]),
      },
      params: { heads: 2, keySize: 2 },
    },
    {
      inputs: { query: tensor([null, 3, 4]), mask: tensor([null, 1, 3, 3]) },
      params: { heads: 1, keySize: 4, causal: true },
    },
    {
      inputs: { query: tensor([null, 3, 4]), mask: tensor([null, 1, 3]) },
      params: { heads: 2, keySize: 3, valueSize: 2 },
    },
    { inputs: { query: tensor([null, 8]) }, refused: 'query is B × 8' },
    { inputs: { query: tensor([null, 3, 4]), key: tensor([null, 4]) }, refused: 'key is B × 4' },
    { inputs: { query: tensor([null, 3, 4]), value: tensor([null, 3, 4]) }, refused: 'key is not' },
    {
      inputs: { query: tensor([null, 3, 4]), key: tensor([null, 5, 4]), value: tensor([null, 6, 4]) },
      refused: 'one place for each other',
    },
    { inputs: { query: tensor([null, 3, 4]), mask: tensor([null, 4, 4]) }, refused: 'should be B × 3 × 3' },
  ],
  migrations: [],
})
