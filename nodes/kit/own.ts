/**
 * Layers that tfjs lacks, and the one initialiser that draws reproducible values: declared here, so that a node file
 * can ask for them without importing the engine; implemented in engine/layers.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Initialiser } from './initialiser'

/** A tfjs layer configuration's `name` is set by the engine afterwards, from the node's path. */
export interface OwnLayers {
  /**
   * An initialiser that draws from (seed, path of this node, weight name), the same on every backend, and is written
   * into an exported model under tfjs's own name.
   */
  initialiser(
    weight: string,
    initialiser: Initialiser,
  ): Tf.serialization.Serializable & ReturnType<typeof Tf.initializers.zeros>
  /** Multi-head attention with Keras's weight shapes: query/key/value kernel [D, H, K], bias [H, K]; output kernel [H, V, O], bias [O]. */
  multiHeadAttention(config: MultiHeadAttentionConfig): Tf.layers.Layer
  /** Adds a learned row per position: x [B, T, D] + embeddings [length, D]; T may be shorter than length. */
  positionEmbedding(config: PositionEmbeddingConfig): Tf.layers.Layer
  /** A layer around the `compute` of a definition. */
  computed(config: ComputedConfig): Tf.layers.Layer
}

/** What must be shipped so that plain tfjs can run a computed layer (`ComputedDefinition` in define.ts). */
export interface ComputedSource {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- its arguments were checked where it was defined
  readonly compute: (a: any) => Readonly<Record<string, Tf.Tensor>>
  readonly uses: Readonly<Record<string, (...args: never[]) => unknown>>
}

export interface ComputedConfig {
  readonly type: string
  readonly p: Readonly<Record<string, unknown>>
  /** Wired ports in order; `count` is how many wires a list port has, null for an ordinary port. */
  readonly ports: readonly { readonly port: string; readonly count: number | null }[]
  /** Outputs in order, with null for the batch and symbolic axes. */
  readonly outputs: readonly { readonly port: string; readonly shape: readonly (number | null)[] }[]
  readonly weights: Readonly<
    Record<
      string,
      { readonly shape: readonly number[]; readonly initialiser: Initialiser; readonly trainable: boolean }
    >
  >
  readonly source: ComputedSource
}

export interface MultiHeadAttentionConfig {
  readonly heads: number
  /** Size of one head's query and key. */
  readonly keySize: number
  /** Size of one head's value. */
  readonly valueSize: number
  readonly outputSize: number
  readonly useBias: boolean
  readonly causal: boolean
  /** Which optional inputs follow `query`, in this order. Without `key`, key and value are the query (self-attention); without `value`, value is the key. */
  readonly inputs: readonly ('key' | 'value' | 'mask')[]
  readonly kernelInitialiser: (
    weight: 'query_kernel' | 'key_kernel' | 'value_kernel' | 'output_kernel',
  ) => ReturnType<OwnLayers['initialiser']>
  readonly biasInitialiser: (
    weight: 'query_bias' | 'key_bias' | 'value_bias' | 'output_bias',
  ) => ReturnType<OwnLayers['initialiser']>
}

export interface PositionEmbeddingConfig {
  readonly length: number
  readonly initialiser: ReturnType<OwnLayers['initialiser']>
}
