/**
 * What the encoder block and the decoder block have in common: their settings, and the parts of which both are put
 * together, with their weights (`attention_query_kernel`, `norm1_gamma`, `feed_forward_kernel1`) and in every framework.
 */
import { kerasActivationFunction } from './keras-activation-functions'
import { onnxActivationFunction } from './onnx-activation-functions'
import type { WeightSpecs } from './define'
import { feedActivationField, feedSettings, type FeedActivation } from './feed-activations'
import { bool, choice, initialiser, int, real } from './fields'
import type { Initialiser } from './initialiser'
import type { KerasBuilder, KerasValue } from './keras'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxNormalise, onnxProject } from './onnx-attention'
import { isRefusal, tensor, type Spec } from './spec'
import type { TorchTensor } from './torch'
import { torchAttentionHelpers, torchFeedForwardHelpers, torchRootMeanSquareNorm } from './torch-attention'
import type { AttentionSizes } from './attention-parts'

export const blockFields = {
  heads: int({ initial: 4, min: 1, max: 1024, doc: 'How many ways of looking, side by side.' }),
  keySize: int({
    initial: 16,
    min: 1,
    max: 65_536,
    doc: 'Numbers of one head. Heads × key size is usually the number of features.',
  }),
  feedForwardSize: int({
    initial: 128,
    min: 1,
    max: 1_000_000,
    doc: 'Numbers between the two maps of the feed-forward part; usually four times the features.',
  }),
  activation: feedActivationField({
    initial: 'gelu',
    doc: 'Bends the numbers between the two maps of the feed-forward part.',
  }),
  order: choice(['pre', 'post'], {
    initial: 'pre',
    doc: 'Normalises before every part (pre: trains more steadily), or behind every sum (post: the first Transformer, BERT).',
  }),
  norm: choice(['layer', 'rms'], {
    initial: 'layer',
    doc: 'LayerNorm, or the cheaper RMSNorm, which takes no mean off.',
  }),
  epsilon: real({
    initial: 1e-5,
    min: 1e-12,
    max: 1,
    doc: 'Added to the variance of a norm, so that nothing is divided by zero.',
  }),
  dropout: real({
    initial: 0,
    min: 0,
    max: 0.99,
    doc: 'The share that is set to zero while training: of the looks, of the hidden numbers, and of what every part gives.',
  }),
  useBias: bool({ initial: true, doc: 'Adds learned numbers to all projections and maps.' }),
  kernelInitialiser: initialiser({
    initial: { kind: 'glorotUniform' },
    doc: 'How the first weights are drawn.',
  }),
  biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
} as const

export interface BlockSettings {
  readonly heads: number
  readonly keySize: number
  readonly feedForwardSize: number
  readonly activation: FeedActivation
  readonly order: 'pre' | 'post'
  readonly norm: 'layer' | 'rms'
  readonly epsilon: number
  readonly dropout: number
  readonly useBias: boolean
  readonly kernelInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

/** Sizes of one attention of a block with so many features, on a memory with so many. */
export function blockAttention(
  p: BlockSettings,
  features: number,
  memory: number,
  prefix: string,
): AttentionSizes {
  const { heads, keySize, useBias } = p
  return { query: features, key: memory, value: memory, heads, groups: heads, keySize, useBias, prefix }
}

/** Weights of the norms `norm1`, `norm2`… */
export function normWeights(p: BlockSettings, features: number, count: number): WeightSpecs {
  const one = (kind: 'ones' | 'zeros') => ({ shape: [features], initialiser: { kind }, trainable: true })
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      [`norm${at + 1}_gamma`, one('ones')] as const,
      ...(p.norm === 'layer' ? [[`norm${at + 1}_beta`, one('zeros')] as const] : []),
    ]).flat(),
  )
}

export function feedForwardWeights(p: BlockSettings, features: number): WeightSpecs {
  const kernel = (shape: readonly number[]) => ({ shape, initialiser: p.kernelInitialiser, trainable: true })
  const bias = (size: number) => ({ shape: [size], initialiser: p.biasInitialiser, trainable: true })
  return {
    feed_forward_kernel1: kernel([features, p.feedForwardSize]),
    feed_forward_kernel2: kernel([p.feedForwardSize, features]),
    ...(p.useBias ? { feed_forward_bias1: bias(p.feedForwardSize), feed_forward_bias2: bias(features) } : {}),
  }
}

/** Tensors of the norms and of the feed-forward part; attention brings its own (`attentionTensors`). */
export function blockTensors(p: BlockSettings, norms: number): readonly TorchTensor[] {
  const map = (module: string, at: number): readonly TorchTensor[] => [
    {
      name: `feed_forward.${module}.weight`,
      parts: [{ weight: `feed_forward_kernel${at}`, permute: [1, 0] }],
    },
    ...(p.useBias
      ? [{ name: `feed_forward.${module}.bias`, parts: [{ weight: `feed_forward_bias${at}` }] }]
      : []),
  ]
  return [
    ...Array.from({ length: norms }, (_, at): readonly TorchTensor[] => [
      { name: `norm${at + 1}.weight`, parts: [{ weight: `norm${at + 1}_gamma` }] },
      ...(p.norm === 'layer'
        ? [{ name: `norm${at + 1}.bias`, parts: [{ weight: `norm${at + 1}_beta` }] }]
        : []),
    ]).flat(),
    ...map('wide', 1),
    ...map('narrow', 2),
  ]
}

/** Arguments of both helper classes. */
export function blockArguments(p: BlockSettings, features: number) {
  return {
    features,
    heads: p.heads,
    key_size: p.keySize,
    hidden: p.feedForwardSize,
    activation: p.activation,
    order: p.order,
    norm: p.norm,
    eps: p.epsilon,
    dropout: p.dropout,
    bias: p.useBias,
  }
}

const blockNorm = `def block_norm(norm, features, eps):
    """The norm of a Transformer block: \`layer\` or \`rms\`."""
    return nn.LayerNorm(features, eps=eps) if norm == "layer" else RootMeanSquareNorm(features, eps)
`

/** What the classes of both blocks need. */
export const blockHelpers = [
  ...torchAttentionHelpers,
  ...torchFeedForwardHelpers,
  torchRootMeanSquareNorm,
  blockNorm,
]

/** A part of a block with its residual way round it: `pre` normalises what enters, `post` the sum. */
export function residual<T>(
  order: 'pre' | 'post',
  x: T,
  part: (x: T) => T,
  norm: (x: T) => T,
  add: (a: T, b: T) => T,
): T {
  return order === 'pre' ? add(x, part(norm(x))) : norm(add(x, part(x)))
}

/** The parts of a block as ONNX operators. */
export function onnxBlock(g: OnnxBuilder, p: BlockSettings, x: Spec) {
  return {
    norm: (at: number) => (value: OnnxValue) =>
      onnxNormalise(g, value, {
        norm: p.norm,
        epsilon: p.epsilon,
        gamma: g.weight(`norm${at}_gamma`),
        beta: p.norm === 'layer' ? g.weight(`norm${at}_beta`) : undefined,
      }),
    feedForward: (value: OnnxValue): OnnxValue => {
      const map = (from: OnnxValue, at: number) =>
        onnxProject(
          g,
          from,
          g.weight(`feed_forward_kernel${at}`),
          p.useBias ? g.weight(`feed_forward_bias${at}`) : undefined,
        )
      const hidden = tensor([...x.shape.slice(0, -1), p.feedForwardSize])
      return map(onnxActivationFunction(g, map(value, 1), feedSettings(p.activation), hidden), 2)
    },
    add: (a: OnnxValue, b: OnnxValue) => g.op('Add', [a, b]),
  }
}

/** The parts of a block as layers of Keras; every one gives the shape of x. */
export function kerasBlock(k: KerasBuilder, p: BlockSettings, x: Spec) {
  const dropped = (value: KerasValue, spec: Spec): KerasValue =>
    p.dropout === 0
      ? value
      : k.layer({ layer: 'Dropout', config: { rate: p.dropout }, inputs: [value], outputs: [spec] })
  const dense = (value: KerasValue, at: number, units: number, spec: Spec): KerasValue =>
    k.layer({
      layer: 'Dense',
      config: { units, activation: 'linear', use_bias: p.useBias },
      inputs: [value],
      weights: [
        { path: 'vars/0', parts: [{ weight: `feed_forward_kernel${at}` }] },
        ...(p.useBias ? [{ path: 'vars/1', parts: [{ weight: `feed_forward_bias${at}` }] }] : []),
      ],
      outputs: [spec],
    })
  const same = tensor(x.shape)
  return {
    dropped: (value: KerasValue) => dropped(value, same),
    norm: (at: number) => (value: KerasValue) =>
      k.layer({
        layer: p.norm === 'layer' ? 'LayerNormalization' : 'RMSNormalization',
        config:
          p.norm === 'layer'
            ? { axis: -1, epsilon: p.epsilon, center: true, scale: true }
            : { axis: -1, epsilon: p.epsilon },
        inputs: [value],
        weights: [
          { path: 'vars/0', parts: [{ weight: `norm${at}_gamma` }] },
          ...(p.norm === 'layer' ? [{ path: 'vars/1', parts: [{ weight: `norm${at}_beta` }] }] : []),
        ],
        outputs: [same],
      }),
    feedForward: (value: KerasValue): KerasValue => {
      const hidden = tensor([...x.shape.slice(0, -1), p.feedForwardSize])
      const wide = dense(value, 1, p.feedForwardSize, hidden)
      const bent = kerasActivationFunction(k, wide, feedSettings(p.activation), hidden)
      // None of these activations has settings that Keras could not take.
      if (isRefusal(bent)) throw new Error(bent.refused)
      return dropped(dense(dropped(bent.y, hidden), 2, Number(x.shape[2]), same), same)
    },
    add: (a: KerasValue, b: KerasValue) =>
      k.layer({ layer: 'Add', config: {}, inputs: [[a, b]], outputs: [same] }),
  }
}

export function blockIdle(field: string, backEnd: string): string | null {
  return field === 'dropout' && backEnd === 'onnx' ? 'an ONNX file is evaluated, and dropout passes on' : null
}
