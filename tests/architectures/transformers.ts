/** Transformers, from the first one to GPT-2 and ViT. */
import { blockType } from '../../engine/graph/document'
import { inRow, instance, narrow, narrowRows, transformerLayer, type Architecture } from './shared'

/** Sequences of the full length, so that memory and multiply-adds mean something; -1 would leave the length open. */
const tokens = (length: number) => ({ type: 'input', params: { shape: [length], values: 'tokens' } })
const output = { type: 'output' }
const glorot = { kernelInitialiser: { kind: 'glorotUniform' } }

const attention = {
  type: 'multi-head-attention',
  params: { heads: 8, keySize: 64, ...glorot },
}
const crossNorm = { type: 'layer-norm', params: { epsilon: 1e-5 } }

export const transformerBase: Architecture = {
  file: 'transformer-base',
  name: 'Transformer base',
  notes:
    'Vaswani et al. 2017, "Attention is all you need", base model, 37,000 tokens: the encoder’s embedding, the decoder’s ' +
    'and the output are one matrix. 18,944,000 + 6 × 3,152,384 + 6 × 4,204,032 = 63,082,496 weights (the paper rounds to 65 million).',
  parameters: 63_082_496,
  batchSize: 16,
  nodes: {
    source: tokens(256),
    target: tokens(256),
    source_embedding: {
      type: 'embedding',
      params: {
        vocabulary: 37_000,
        units: 512,
        initialiser: { kind: 'normal', mean: 0, stddev: 512 ** -0.5 },
      },
    },
    source_position: { type: 'sinusoidal-position', params: { scale: true } },
    source_drop: { type: 'dropout', params: { rate: 0.1 } },
    encoder: instance('encoder_layer', {}, 6),
    target_embedding: {
      type: 'embedding',
      params: {
        vocabulary: 37_000,
        units: 512,
        initialiser: { kind: 'normal', mean: 0, stddev: 512 ** -0.5 },
      },
      weightsOf: 'source_embedding',
    },
    target_position: { type: 'sinusoidal-position', params: { scale: true } },
    target_drop: { type: 'dropout', params: { rate: 0.1 } },
    decoder: instance('decoder_layer', {}, 6),
    logits: {
      type: 'output-embedding',
      params: { vocabulary: 37_000, useBias: false },
      weightsOf: 'source_embedding',
    },
    output,
  },
  wires: [
    ...inRow('source', 'source_embedding', 'source_position', 'source_drop', 'encoder'),
    ...inRow('target', 'target_embedding', 'target_position', 'target_drop', 'decoder'),
    'encoder.x -> decoder.memory',
    'decoder.x -> logits.x',
    ...inRow('logits', 'output'),
  ],
  blocks: {
    encoder_layer: transformerLayer('Encoder layer', {
      width: 512,
      heads: 8,
      hidden: 2048,
      activation: 'relu',
      epsilon: 1e-5,
      causal: false,
      dropout: 0.1,
      norm: 'after',
      initialiser: glorot,
    }),
    decoder_layer: {
      name: 'Decoder layer',
      nodes: {
        entry: { type: 'input' },
        own: { ...attention, params: { ...attention.params, causal: true } },
        drop1: { type: 'dropout', params: { rate: 0.1 } },
        add1: { type: 'add' },
        norm1: crossNorm,
        cross: attention,
        drop2: { type: 'dropout', params: { rate: 0.1 } },
        add2: { type: 'add' },
        norm2: crossNorm,
        wide: { type: 'dense', params: { units: 2048, activation: 'relu', ...glorot } },
        narrow: { type: 'dense', params: { units: 512, ...glorot } },
        drop3: { type: 'dropout', params: { rate: 0.1 } },
        add3: { type: 'add' },
        norm3: crossNorm,
      },
      wires: [
        ...inRow('entry', 'own.query'),
        'entry.y -> add1.xs',
        ...inRow('own', 'drop1', 'add1.xs'),
        ...inRow('add1', 'norm1', 'cross.query'),
        'norm1.y -> add2.xs',
        ...inRow('cross', 'drop2', 'add2.xs'),
        ...inRow('add2', 'norm2', 'wide', 'narrow', 'drop3'),
        'norm2.y -> add3.xs',
        'drop3.y -> add3.xs',
        ...inRow('add3', 'norm3'),
      ],
      inputs: { x: 'entry.x', memory: 'cross.key' },
      outputs: { x: 'norm3.y' },
    },
  },
}

export const bertBase: Architecture = {
  file: 'bert-base',
  name: 'BERT base',
  notes:
    'Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers", base, uncased: 30,522 tokens, 512 places, ' +
    '12 layers of width 768, and the pooler over the first token. 109,482,240 weights (transformers.BertModel).',
  parameters: 109_482_240,
  batchSize: 8,
  nodes: {
    tokens: tokens(512),
    segments: tokens(512),
    embedding: { type: 'embedding', params: { vocabulary: 30_522, units: 768, ...narrowRows } },
    segment_embedding: { type: 'embedding', params: { vocabulary: 2, units: 768, ...narrowRows } },
    position: { type: 'position-embedding', params: { length: 512, ...narrowRows } },
    sum: { type: 'add' },
    norm: { type: 'layer-norm', params: { epsilon: 1e-12 } },
    drop: { type: 'dropout', params: { rate: 0.1 } },
    encoder: instance('layer', {}, 12),
    first: { type: 'slice', params: { axis: 1, begin: 0, size: 1, keepAxis: false } },
    pooler: { type: 'dense', params: { units: 768, activation: 'tanh', ...narrow } },
    output,
    pooled: output,
  },
  wires: [
    ...inRow('tokens', 'embedding', 'position', 'sum.xs'),
    ...inRow('segments', 'segment_embedding', 'sum.xs'),
    ...inRow('sum', 'norm', 'drop', 'encoder'),
    'encoder.x -> output.x',
    'encoder.x -> first.x',
    ...inRow('first', 'pooler', 'pooled'),
  ],
  blocks: {
    layer: transformerLayer('Encoder layer', {
      width: 768,
      heads: 12,
      activation: 'gelu',
      epsilon: 1e-12,
      causal: false,
      dropout: 0.1,
      norm: 'after',
      initialiser: narrow,
    }),
  },
}

interface Gpt {
  readonly file: string
  readonly name: string
  readonly notes: string
  readonly parameters: number
  readonly vocabulary: number
  readonly length: number
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly norm: 'before' | 'after'
  readonly batchSize: number
}

function gpt(o: Gpt): Architecture {
  const last = o.norm === 'before'
  return {
    file: o.file,
    name: o.name,
    notes: o.notes,
    parameters: o.parameters,
    batchSize: o.batchSize,
    nodes: {
      tokens: tokens(o.length),
      embedding: { type: 'embedding', params: { vocabulary: o.vocabulary, units: o.width, ...narrowRows } },
      position: { type: 'position-embedding', params: { length: o.length, ...narrowRows } },
      drop: { type: 'dropout', params: { rate: 0.1 } },
      decoder: { type: blockType, params: { block: 'layer', repeat: o.layers, tie: false, set: {} } },
      ...(last ? { norm: { type: 'layer-norm', params: { epsilon: 1e-5 } } } : {}),
      logits: {
        type: 'output-embedding',
        params: { vocabulary: o.vocabulary, useBias: false },
        weightsOf: 'embedding',
      },
      output,
    },
    wires: [
      ...inRow('tokens', 'embedding', 'position', 'drop', 'decoder'),
      ...(last ? ['decoder.x -> norm.x', 'norm.y -> logits.x'] : ['decoder.x -> logits.x']),
      ...inRow('logits', 'output'),
    ],
    blocks: {
      layer: transformerLayer('Decoder layer', {
        width: o.width,
        heads: o.heads,
        activation: 'gelu-tanh',
        epsilon: 1e-5,
        causal: true,
        dropout: 0.1,
        norm: o.norm,
        initialiser: narrow,
      }),
    },
  }
}

export const gpt1 = gpt({
  file: 'gpt1',
  name: 'GPT-1',
  notes:
    'Radford et al. 2018, "Improving language understanding by generative pre-training": 40,478 tokens, 512 places, 12 ' +
    'layers of width 768 with the norm after each sum. 116,534,784 weights (transformers.OpenAIGPTModel); the output is the embedding again.',
  parameters: 116_534_784,
  vocabulary: 40_478,
  length: 512,
  width: 768,
  layers: 12,
  heads: 12,
  norm: 'after',
  batchSize: 8,
})

export const gpt2Small = gpt({
  file: 'gpt2-small',
  name: 'GPT-2 small',
  notes:
    'Radford et al. 2019, "Language models are unsupervised multitask learners", the smallest: 50,257 tokens, 1024 places, ' +
    '12 layers of width 768. 124,439,808 weights (transformers.GPT2Model "gpt2"); the output is the embedding again.',
  parameters: 124_439_808,
  vocabulary: 50_257,
  length: 1024,
  width: 768,
  layers: 12,
  heads: 12,
  norm: 'before',
  batchSize: 8,
})

export const gpt2Xl = gpt({
  file: 'gpt2-xl',
  name: 'GPT-2 XL',
  notes:
    'Radford et al. 2019, "Language models are unsupervised multitask learners", the largest: 50,257 tokens, 1024 places, ' +
    '48 layers of width 1600 with 25 heads. 1,557,611,200 weights (transformers.GPT2Model "gpt2-xl"); the output is the embedding again.',
  parameters: 1_557_611_200,
  vocabulary: 50_257,
  length: 1024,
  width: 1600,
  layers: 48,
  heads: 25,
  norm: 'before',
  batchSize: 1,
})

export const vitB16: Architecture = {
  file: 'vit-b-16',
  name: 'ViT-B/16',
  notes:
    'Dosovitskiy et al. 2021, "An image is worth 16x16 words", base with patches of 16 × 16 at 224 × 224: 86,567,656 weights ' +
    '(torchvision.models.vit_b_16).',
  parameters: 86_567_656,
  batchSize: 32,
  nodes: {
    image: { type: 'input', params: { shape: [224, 224, 3] } },
    patches: { type: 'patch-embedding', params: { patchSize: [16, 16], units: 768 } },
    class_token: { type: 'class-token' },
    position: { type: 'position-embedding', params: { length: 197, ...narrowRows } },
    encoder: instance('layer', {}, 12),
    norm: { type: 'layer-norm', params: { epsilon: 1e-6 } },
    first: { type: 'slice', params: { axis: 1, begin: 0, size: 1, keepAxis: false } },
    logits: { type: 'dense', params: { units: 1000, kernelInitialiser: { kind: 'zeros' } } },
    output,
  },
  wires: [
    ...inRow('image', 'patches', 'class_token', 'position', 'encoder'),
    'encoder.x -> norm.x',
    ...inRow('norm', 'first', 'logits', 'output'),
  ],
  blocks: {
    layer: transformerLayer('Encoder layer', {
      width: 768,
      heads: 12,
      activation: 'gelu',
      epsilon: 1e-6,
      causal: false,
      dropout: 0,
      norm: 'before',
      initialiser: glorot,
    }),
  },
}
