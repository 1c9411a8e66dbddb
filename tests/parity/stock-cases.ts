/**
 * Nodes that are exported as helpers, against PyTorch's own modules from the same weights: a helper that is compared with
 * its own formulas proves little. Only what those modules can do is here.
 */
import type { TorchEmit, TorchTensor } from '../../nodes/kit/torch'
import type { Case } from './case'
import { reals, type Numbers } from './numbers'
import { caseOfType } from './type-documents'

/** Causal masks and masks of ones and zeros as torch's layers want them: true where a place may not look. */
const forbidden = `def forbidden(x, memory, heads, mask, causal):
    allowed = torch.ones(x.shape[0], x.shape[1], memory.shape[1], dtype=torch.bool)
    if causal:
        allowed = allowed & torch.ones(x.shape[1], memory.shape[1], dtype=torch.bool).tril()
    if mask is not None:
        allowed = allowed & (mask.reshape(x.shape[0], -1, memory.shape[1]) > 0.5)
    return ~allowed.repeat_interleave(heads, dim=0)
`

const encoder = `class StockEncoderLayer(nn.TransformerEncoderLayer):
    def forward(self, x, mask=None, causal=False):
        return super().forward(x, forbidden(x, x, self.self_attn.num_heads, mask, causal))
`

const decoder = `class StockDecoderLayer(nn.TransformerDecoderLayer):
    def forward(self, x, memory, mask=None, memory_mask=None):
        heads = self.self_attn.num_heads
        walls = forbidden(x, x, heads, mask, True), forbidden(x, memory, heads, memory_mask, False)
        return super().forward(x, memory, *walls)
`

const attention = `class StockAttention(nn.MultiheadAttention):
    def forward(self, x, memory=None, value=None, mask=None, causal=False):
        memory = x if memory is None else memory
        value = memory if value is None else value
        walls = forbidden(x, memory, self.num_heads, mask, causal)
        return super().forward(x, memory, value, attn_mask=walls, average_attn_weights=False)
`

const reader = `class StockReader(StockAttention):
    def forward(self, x, memory, mask=None):
        return super().forward(x, memory, memory, mask)
`

const width = 4
const inner = 3

/** nn.MultiheadAttention's tensors from our four projections; `same` where query, key and value have one width. */
function attentionTensors(module: string, prefix: string, memory = width): readonly TorchTensor[] {
  const part = (name: string, from: number) => ({
    weight: `${prefix}${name}_kernel`,
    reshape: [from, width],
    permute: [1, 0],
  })
  const parts = [part('query', width), part('key', memory), part('value', memory)] as const
  const weights: readonly TorchTensor[] =
    memory === width
      ? [{ name: `${module}in_proj_weight`, parts }]
      : (['q', 'k', 'v'] as const).map((letter, at) => ({
          name: `${module}${letter}_proj_weight`,
          parts: [parts[at] ?? parts[0]],
        }))
  return [
    ...weights,
    {
      name: `${module}in_proj_bias`,
      parts: ['query', 'key', 'value'].map((name) => ({ weight: `${prefix}${name}_bias`, reshape: [width] })),
    },
    { name: `${module}out_proj.weight`, parts: [part('output', width)] },
    { name: `${module}out_proj.bias`, parts: [{ weight: `${prefix}output_bias` }] },
  ]
}

function blockTensors(norms: number): readonly TorchTensor[] {
  return [
    ...[1, 2].flatMap((at): readonly TorchTensor[] => [
      { name: `linear${at}.weight`, parts: [{ weight: `feed_forward_kernel${at}`, permute: [1, 0] }] },
      { name: `linear${at}.bias`, parts: [{ weight: `feed_forward_bias${at}` }] },
    ]),
    ...Array.from({ length: norms }, (_, at): readonly TorchTensor[] => [
      { name: `norm${at + 1}.weight`, parts: [{ weight: `norm${at + 1}_gamma` }] },
      { name: `norm${at + 1}.bias`, parts: [{ weight: `norm${at + 1}_beta` }] },
    ]).flat(),
  ]
}

function layerArguments(activation: string, order: string): TorchEmit['args'] {
  return {
    d_model: width,
    nhead: 2,
    dim_feedforward: inner,
    dropout: 0,
    activation,
    layer_norm_eps: 1e-5,
    batch_first: true,
    norm_first: order === 'pre',
  }
}

/** 1 where a place may look; every place may look somewhere, the first always. */
function looks(name: string, shape: readonly number[]): Numbers {
  const last = shape.at(-1) ?? 1
  const { values } = reals(name, shape)
  return { dtype: 'float32', shape, values: values.map((x, at) => (at % last === 0 || x > 0 ? 1 : 0)) }
}

function stockCase(
  name: string,
  type: string,
  params: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, Numbers>>,
  emit: TorchEmit,
): Case {
  const masks = Object.keys(inputs).filter((port) => port.endsWith('mask'))
  return {
    ...caseOfType({ name, type, params, inputs }),
    fixed: masks.map((port) => `in_${port}:y`),
    stock: { node: emit },
  }
}

function encoderCase(
  name: string,
  activation: string,
  order: string,
  causal: boolean,
  masked: boolean,
): Case {
  return stockCase(
    name,
    'encoder-block',
    { heads: 2, keySize: 2, feedForwardSize: inner, activation, order, causal },
    { x: reals(`${name}-x`, [2, 3, width]), ...(masked ? { mask: looks(`${name}-mask`, [2, 3, 3]) } : {}) },
    {
      call: 'wiregrad.StockEncoderLayer',
      args: layerArguments(activation, order),
      tensors: [...attentionTensors('self_attn.', 'attention_'), ...blockTensors(2)],
      forward: { causal },
      helpers: [forbidden, encoder],
    },
  )
}

function decoderCase(name: string, activation: string, order: string): Case {
  return stockCase(
    name,
    'decoder-block',
    { heads: 2, keySize: 2, feedForwardSize: inner, activation, order },
    {
      x: reals(`${name}-x`, [2, 3, width]),
      memory: reals(`${name}-memory`, [2, 4, width]),
      mask: looks(`${name}-mask`, [2, 1, 3]),
      memory_mask: looks(`${name}-memory-mask`, [2, 3, 4]),
    },
    {
      call: 'wiregrad.StockDecoderLayer',
      args: layerArguments(activation, order),
      tensors: [
        ...attentionTensors('self_attn.', 'attention_'),
        ...attentionTensors('multihead_attn.', 'cross_attention_'),
        ...blockTensors(3),
      ],
      helpers: [forbidden, decoder],
    },
  )
}

const modules = { embed_dim: width, num_heads: 2, batch_first: true }

export function stockCases(): readonly Case[] {
  return [
    encoderCase('stock-encoder-post', 'relu', 'post', false, true),
    encoderCase('stock-encoder-pre-causal', 'gelu', 'pre', true, false),
    decoderCase('stock-decoder-post', 'relu', 'post'),
    decoderCase('stock-decoder-pre', 'gelu', 'pre'),
    stockCase(
      'stock-grouped-query',
      'grouped-query-attention',
      { heads: 2, groups: 2, keySize: 2, useBias: true, causal: true },
      { query: reals('stock-grouped-query', [2, 3, width]) },
      {
        call: 'wiregrad.StockAttention',
        args: modules,
        tensors: attentionTensors('', ''),
        forward: { causal: true },
        helpers: [forbidden, attention],
      },
    ),
    stockCase(
      'stock-cross',
      'cross-attention',
      { heads: 2, keySize: 2 },
      {
        x: reals('stock-cross-x', [2, 3, width]),
        memory: reals('stock-cross-memory', [2, 5, 3]),
        mask: looks('stock-cross-mask', [2, 1, 5]),
      },
      {
        call: 'wiregrad.StockReader',
        args: { ...modules, kdim: 3, vdim: 3 },
        tensors: attentionTensors('', '', 3),
        helpers: [forbidden, attention, reader],
      },
    ),
  ]
}
