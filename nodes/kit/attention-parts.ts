/**
 * The four projections of an attention, alone or as a part of a block (whose weights then bear a prefix): their weights,
 * and how they are said in the other frameworks. Kernels have Keras's shapes: [D, heads, size], the last [heads, size, D].
 */
import type { WeightSpecs } from './define'
import type { Initialiser } from './initialiser'
import type { KerasBuilder, KerasValue } from './keras'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxAttend, onnxProject, onnxRotate, type OnnxLook } from './onnx-attention'
import { tensor, type Dim, type Spec } from './spec'
import type { TorchTensor } from './torch'

export interface AttentionSizes {
  /** Features of what looks, and of what comes out. */
  readonly query: number
  /** Features of what is looked at. */
  readonly key: number
  /** Features of what is taken. */
  readonly value: number
  readonly heads: number
  /** Key and value heads; as many as heads, or a divisor of them. */
  readonly groups: number
  /** Numbers of one head. */
  readonly keySize: number
  readonly useBias: boolean
  /** Before every weight's name: `cross_attention_`. */
  readonly prefix: string
}

type Part = 'query' | 'key' | 'value' | 'output'

interface Projection {
  readonly part: Part
  readonly kernel: string
  readonly bias: string
  readonly shape: readonly [number, number, number]
  readonly biasShape: readonly number[]
  /** Of the kernel as a matrix. */
  readonly flat: readonly [number, number]
}

function projections(o: AttentionSizes): readonly Projection[] {
  const into = (part: Part, from: number, heads: number): Projection => ({
    part,
    kernel: `${o.prefix}${part}_kernel`,
    bias: `${o.prefix}${part}_bias`,
    shape: [from, heads, o.keySize],
    biasShape: [heads, o.keySize],
    flat: [from, heads * o.keySize],
  })
  return [
    into('query', o.query, o.heads),
    into('key', o.key, o.groups),
    into('value', o.value, o.groups),
    {
      part: 'output',
      kernel: `${o.prefix}output_kernel`,
      bias: `${o.prefix}output_bias`,
      shape: [o.heads, o.keySize, o.query],
      biasShape: [o.query],
      flat: [o.heads * o.keySize, o.query],
    },
  ]
}

export function attentionWeights(o: AttentionSizes, kernels: Initialiser, biases: Initialiser): WeightSpecs {
  return Object.fromEntries(
    projections(o).flatMap(({ kernel, bias, shape, biasShape }) => [
      [kernel, { shape, initialiser: kernels, trainable: true }] as const,
      ...(o.useBias ? [[bias, { shape: biasShape, initialiser: biases, trainable: true }] as const] : []),
    ]),
  )
}

/** Of one sample: four projections, the scores and the mix. */
export function attentionMultiplyAdds(o: AttentionSizes, from: number, to: number): number {
  const [all, shared] = [o.heads * o.keySize, o.groups * o.keySize]
  return from * o.query * all * 2 + to * (o.key + o.value) * shared + 2 * from * to * all
}

/** As linear maps `query`, `key`, `value` and `output` of the module with this name (`attention.`). */
export function attentionTensors(o: AttentionSizes, module: string): readonly TorchTensor[] {
  return projections(o).flatMap(({ part, kernel, bias, flat }): TorchTensor[] => [
    { name: `${module}${part}.weight`, parts: [{ weight: kernel, reshape: flat, permute: [1, 0] }] },
    ...(o.useBias ? [{ name: `${module}${part}.bias`, parts: [{ weight: bias, reshape: [flat[1]] }] }] : []),
  ])
}

export interface Attended<T> {
  readonly query: T
  readonly key: T
  readonly value: T
}

export interface AttentionOptions {
  /** Places of the query and of the key. */
  readonly places: readonly [Dim | undefined, Dim | undefined]
  readonly causal: boolean
  readonly window?: number
  readonly positions?: 'none' | 'rotary' | 'alibi'
  readonly base?: number
}

/** The whole attention in ONNX operators. */
export function onnxAttention(
  g: OnnxBuilder,
  o: AttentionSizes,
  { query, key, value }: Attended<OnnxValue>,
  mask: OnnxLook['mask'],
  options: AttentionOptions,
): { readonly y: OnnxValue; readonly attention: OnnxValue } {
  const { places, causal, window = 0, positions = 'none', base = 10_000 } = options
  const all = new Map(projections(o).map((projection) => [projection.part, projection]))
  const map = (part: Part, x: OnnxValue): OnnxValue => {
    const projection = all.get(part)
    if (projection === undefined) throw new Error(`Attention has no projection ${part}.`)
    const { kernel, bias, flat } = projection
    return onnxProject(
      g,
      x,
      g.weight(kernel, { reshape: flat }),
      o.useBias ? g.weight(bias, { reshape: [flat[1]] }) : undefined,
    )
  }
  const turned = (x: OnnxValue, heads: number, dim: Dim | undefined): OnnxValue =>
    positions === 'rotary'
      ? onnxRotate(g, x, { heads, size: o.keySize, base, layout: 'half', places: dim })
      : x
  const { mixed, attention } = onnxAttend(
    g,
    turned(map('query', query), o.heads, places[0]),
    turned(map('key', key), o.groups, places[1]),
    map('value', value),
    {
      heads: o.heads,
      groups: o.groups,
      size: o.keySize,
      width: o.keySize,
      places,
      causal,
      window,
      alibi: positions === 'alibi',
      mask,
    },
  )
  return { y: map('output', mixed), attention }
}

/** The whole attention as one layer of Keras; gives the mix, and who looked where. */
export function kerasAttention(
  k: KerasBuilder,
  o: AttentionSizes,
  { query, key, value }: Attended<KerasValue>,
  mask: KerasValue | undefined,
  options: { readonly causal: boolean; readonly dropout: number; readonly outputs: readonly Spec[] },
): readonly KerasValue[] {
  const grouped = o.groups !== o.heads
  // Keras names what it stores after attributes, which only its plain attention has without an underscore.
  const room = (part: Part) => `${grouped ? '_' : ''}${part}_dense`
  return k.layers({
    layer: grouped ? 'GroupQueryAttention' : 'MultiHeadAttention',
    config: {
      ...(grouped
        ? { head_dim: o.keySize, num_query_heads: o.heads, num_key_value_heads: o.groups }
        : {
            num_heads: o.heads,
            key_dim: o.keySize,
            value_dim: o.keySize,
            output_shape: null,
            attention_axes: null,
          }),
      dropout: options.dropout,
      use_bias: o.useBias,
    },
    inputs: [query, value, key],
    call: {
      use_causal_mask: options.causal,
      // The plain way, with the scores at hand, takes masks of any form.
      return_attention_scores: true,
      ...(mask === undefined ? {} : { attention_mask: mask }),
    },
    weights: projections(o).flatMap(({ part, kernel, bias }) => [
      { path: `${room(part)}/vars/0`, parts: [{ weight: kernel }] },
      ...(o.useBias ? [{ path: `${room(part)}/vars/1`, parts: [{ weight: bias }] }] : []),
    ]),
    outputs: options.outputs,
  })
}

/** What an attention from `from` to `to` places gives. */
export function attentionOutputs(o: AttentionSizes, from: Dim, to: Dim): readonly [Spec, Spec] {
  return [tensor([null, from, o.query]), tensor([null, o.heads, from, to])]
}
