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
