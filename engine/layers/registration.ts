/**
 * The layers that tfjs lacks, in one function that names nothing outside itself: its very text ships beside an exported
 * model (registration-source.ts), whose owner calls it once before `tf.loadLayersModel`. Hence its length. Written in
 * operations whose gradients are right on every backend: no einsum (no gradient), no matMul that broadcasts its batch
 * (wrong gradient).
 */
import type * as Tf from '@tensorflow/tfjs'
import type { ComputedConfig, ComputedSource, MultiHeadAttentionConfig } from '../../nodes/kit/own'

type Initializer = ReturnType<typeof Tf.initializers.zeros>
type ConfigDict = Tf.serialization.ConfigDict
type Shape = (number | null)[]

/** Settings of attention as they stand in a saved model. */
export type AttentionConfig = Omit<MultiHeadAttentionConfig, 'kernelInitialiser' | 'biasInitialiser'>

type Part = 'query' | 'key' | 'value' | 'output'
/** By the names in a saved model (`queryKernel`): tfjs rewrites snake_case on the way. */
export type Initializers = { readonly [name: string]: Initializer }

/** A computed layer as it stands in a saved model: plain JSON. */
export type ComputedSettings = Omit<ComputedConfig, 'source' | 'weights'> & {
  readonly weights: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly trainable: boolean
  }[]
}

export interface WiregradLayers {
  attention(config: AttentionConfig, initializers: Initializers): Tf.layers.Layer
  positionEmbedding(config: { readonly length: number }, initializers: Initializers): Tf.layers.Layer
  computed(
    settings: ComputedSettings,
    source: ComputedSource,
    initializers: readonly Initializer[],
  ): Tf.layers.Layer
}

/**
 * Registers `WiregradMultiHeadAttention`, `WiregradPositionEmbedding` and `WiregradNode` with tfjs, and gives makers for
 * fresh ones. `sources` says how each type of `WiregradNode` computes; a model is opened with those that it needs.
 *
 * Attention: query [B, Tq, D], then as `inputs` says key [B, Tk, Dk], value [B, Tk, Dv], mask [B, Tq | 1, Tk] or
 * [B, 1, Tq | 1, Tk] (1 = may look); gives [B, Tq, outputSize] and the weights of the look [B, heads, Tq, Tk].
 */
export function registerWiregradLayers(
  tf: typeof Tf,
  sources: Readonly<Record<string, ComputedSource>>,
): WiregradLayers {
  const parts: readonly Part[] = ['query', 'key', 'value', 'output']

  /** One input shape or several, as a list. */
  function shapes(inputShape: unknown): Shape[] {
    const list = inputShape as Shape | Shape[]
    return Array.isArray(list[0]) ? (list as Shape[]) : [list as Shape]
  }

  function revive(saved: unknown): Initializers {
    const revived: Record<string, Initializer> = {}
    for (const [name, entry] of Object.entries(
      (saved ?? {}) as Record<string, { className: string; config: ConfigDict }>,
    )) {
      const found = tf.serialization.SerializationMap.getMap().classNameMap[entry.className]
      if (found !== undefined) revived[name] = found[1](found[0], entry.config) as unknown as Initializer
    }
    return revived
  }

  function save(initializers: Initializers): ConfigDict {
    const saved: ConfigDict = {}
    for (const [name, initializer] of Object.entries(initializers)) {
      saved[name] = { className: initializer.getClassName(), config: initializer.getConfig() }
    }
    return saved
  }

  type Weight = ReturnType<Tf.layers.Layer['addWeight']>

  class WiregradMultiHeadAttention extends tf.layers.Layer {
    static className = 'WiregradMultiHeadAttention'
    readonly settings: AttentionConfig
    readonly initializers: Initializers
    readonly kernels: { [K in Part]?: Weight } = {}
    readonly biases: { [K in Part]?: Weight } = {}

    constructor(config: AttentionConfig & ConfigDict, initializers?: Initializers) {
      super(config as ConfigDict)
      const { heads, keySize, valueSize, outputSize, useBias, causal, inputs } = config
      this.settings = { heads, keySize, valueSize, outputSize, useBias, causal, inputs: [...inputs] }
      this.initializers = initializers ?? revive(config['initializers'])
    }

    /** Which input stands for query, key, value and mask. */
    route<T>(list: readonly T[]): { query: T; key: T; value: T; mask: T | undefined } {
      const at = (port: 'key' | 'value' | 'mask') => {
        const index = this.settings.inputs.indexOf(port)
        return index < 0 ? undefined : list[index + 1]
      }
      const query = list[0]
      if (query === undefined || list.length !== this.settings.inputs.length + 1) {
        throw new Error(
          `Attention ${this.name} takes query${this.settings.inputs.map((name) => `, ${name}`).join('')}, but got ${list.length} inputs.`,
        )
      }
      const key = at('key') ?? query
      return { query, key, value: at('value') ?? key, mask: at('mask') }
    }

    override build(inputShape: Shape | Shape[]): void {
      const { query, key, value } = this.route(shapes(inputShape))
      const { heads, keySize, valueSize, outputSize, useBias } = this.settings
      const kernelShapes: { [K in Part]: Shape } = {
        query: [query[2] ?? null, heads, keySize],
        key: [key[2] ?? null, heads, keySize],
        value: [value[2] ?? null, heads, valueSize],
        output: [heads, valueSize, outputSize],
      }
      for (const part of parts) {
        this.kernels[part] = this.weight(`${part}_kernel`, kernelShapes[part], `${part}Kernel`)
        if (useBias) {
          const biasShape = part === 'output' ? [outputSize] : kernelShapes[part].slice(1)
          this.biases[part] = this.weight(`${part}_bias`, biasShape, `${part}Bias`)
        }
      }
      this.built = true
    }

    weight(name: string, shape: Shape, initializer: string): Weight {
      return this.addWeight(
        name,
        shape,
        'float32',
        this.initializers[initializer] ?? tf.initializers.zeros(),
        undefined,
        true,
      )
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape[] {
      const { query, key } = this.route(shapes(inputShape))
      const [batch = null, from = null] = query
      return [
        [batch, from, this.settings.outputSize],
        [batch, this.settings.heads, from, key[1] ?? null],
      ]
    }

    /** x [B, T, D] by kernel [D, H, K] to [B, H, T, K]. */
    heads(part: 'query' | 'key' | 'value', x: Tf.Tensor): Tf.Tensor {
      const kernel = this.kernels[part]?.read()
      if (kernel === undefined) throw new Error(`Attention ${this.name} was called before it was built.`)
      const [batch = 1, time = 1, width = 1] = x.shape
      const [, heads = 1, size = 1] = kernel.shape
      const flat = tf.matMul(tf.reshape(x, [batch * time, width]), tf.reshape(kernel, [width, heads * size]))
      const bias = this.biases[part]?.read()
      const shifted = bias === undefined ? flat : tf.add(flat, tf.reshape(bias, [heads * size]))
      return tf.transpose(tf.reshape(shifted, [batch, time, heads, size]), [0, 2, 1, 3])
    }

    /** Added to the scores [B, H, Tq, Tk]: 0 where a place may look, -1e9 where not. */
    barrier(from: number, to: number, mask: Tf.Tensor | undefined): Tf.Tensor | null {
      const far = 1e9
      let barrier: Tf.Tensor | null = null
      if (this.settings.causal) {
        const rows = tf.reshape(tf.range(0, from), [from, 1])
        const columns = tf.reshape(tf.range(0, to), [1, to])
        barrier = tf.mul(tf.sub(tf.cast(tf.greaterEqual(rows, columns), 'float32'), 1), far) // (Tq, Tk)
      }
      if (mask !== undefined) {
        const wide = mask.rank === 3 ? tf.expandDims(mask, 1) : mask // (B, 1, Tq or 1, Tk)
        const wall = tf.mul(tf.sub(wide, 1), far)
        barrier = barrier === null ? wall : tf.add(wall, barrier)
      }
      return barrier
    }

    override call(inputs: Tf.Tensor | Tf.Tensor[]): Tf.Tensor[] {
      return tf.tidy(() => {
        const { query, key, value, mask } = this.route(Array.isArray(inputs) ? inputs : [inputs])
        const { keySize, valueSize, heads, outputSize } = this.settings
        const [batch = 1, from = 1] = query.shape
        const q = tf.mul(this.heads('query', query), 1 / Math.sqrt(keySize)) // (B, H, Tq, K)
        const scores = tf.matMul(q, this.heads('key', key), false, true) // (B, H, Tq, Tk)
        const barrier = this.barrier(from, key.shape[1] ?? 1, mask)
        const attention = tf.softmax(barrier === null ? scores : tf.add(scores, barrier))
        const mixed = tf.matMul(attention, this.heads('value', value)) // (B, H, Tq, V)
        const rows = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * from, heads * valueSize])
        const kernel = this.kernels.output?.read()
        if (kernel === undefined) throw new Error(`Attention ${this.name} was called before it was built.`)
        const flat = tf.matMul(rows, tf.reshape(kernel, [heads * valueSize, outputSize]))
        const bias = this.biases.output?.read()
        const y = tf.reshape(bias === undefined ? flat : tf.add(flat, bias), [batch, from, outputSize])
        return [y, attention]
      })
    }

    override getConfig(): ConfigDict {
      const { inputs, ...settings } = this.settings
      return { ...super.getConfig(), ...settings, inputs: [...inputs], initializers: save(this.initializers) }
    }
  }

  class WiregradPositionEmbedding extends tf.layers.Layer {
    static className = 'WiregradPositionEmbedding'
    readonly length: number
    readonly initializers: Initializers
    embeddings: Weight | null = null

    constructor(config: { readonly length: number } & ConfigDict, initializers?: Initializers) {
      super(config as ConfigDict)
      this.length = config.length
      this.initializers = initializers ?? revive(config['initializers'])
    }

    override build(inputShape: Shape | Shape[]): void {
      const width = shapes(inputShape)[0]?.[2] ?? null
      const initializer = this.initializers['embeddings'] ?? tf.initializers.zeros()
      this.embeddings = this.addWeight(
        'embeddings',
        [this.length, width],
        'float32',
        initializer,
        undefined,
        true,
      )
      this.built = true
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return shapes(inputShape)[0] ?? []
    }

    override call(inputs: Tf.Tensor | Tf.Tensor[]): Tf.Tensor {
      return tf.tidy(() => {
        const x = Array.isArray(inputs) ? inputs[0] : inputs
        const rows = this.embeddings?.read()
        if (x === undefined || rows === undefined)
          throw new Error(`Position embedding ${this.name} was called before it was built.`)
        const [, time = 1, width = 1] = x.shape
        if (time > this.length)
          throw new Error(
            `Position embedding ${this.name} has ${this.length} rows, but the sequence has ${time} places.`,
          )
        return tf.add(x, tf.slice(rows, [0, 0], [time, width])) // (B, T, D) + (T, D)
      })
    }

    override getConfig(): ConfigDict {
      return { ...super.getConfig(), length: this.length, initializers: save(this.initializers) }
    }
  }

  /** JSON without capitals and underscores: tfjs turns every text in a config into snake_case, and back. */
  function steady(value: unknown): string {
    const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
    return JSON.stringify(value).replace(/[A-Z_]/g, escaped)
  }

  /**
   * Any node whose maths is written out in its own file. Its settings travel as one JSON text, because tfjs renames
   * what it finds in a config.
   */
  class WiregradNode extends tf.layers.Layer {
    static className = 'WiregradNode'
    readonly settings: ComputedSettings
    readonly source: ComputedSource
    readonly initializers: readonly Initializer[]
    readonly own: Record<string, Weight> = {}

    constructor(config: ConfigDict, source?: ComputedSource, initializers?: readonly Initializer[]) {
      super(config)
      this.settings = JSON.parse(config['node'] as string) as ComputedSettings
      const found = source ?? sources[this.settings.type]
      if (found === undefined)
        throw new Error(
          `The registration file does not know how a ${this.settings.type} computes. Use the one exported beside this model.`,
        )
      this.source = found
      const saved = revive(config['initializers'])
      this.initializers =
        initializers ?? this.settings.weights.map((_, at) => saved[`w${at}`] ?? tf.initializers.zeros())
    }

    override build(): void {
      for (const [at, { name, shape, trainable }] of this.settings.weights.entries()) {
        this.own[name] = this.addWeight(
          name,
          [...shape],
          'float32',
          this.initializers[at] ?? tf.initializers.zeros(),
          undefined,
          trainable,
        )
      }
      this.built = true
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
      const batch = shapes(inputShape)[0]?.[0] ?? null
      const all = this.settings.outputs.map(({ shape }) => [batch, ...shape.slice(1)])
      return all.length === 1 ? (all[0] ?? []) : all
    }

    override call(inputs: Tf.Tensor | Tf.Tensor[], kwargs: { training?: boolean }): Tf.Tensor | Tf.Tensor[] {
      return tf.tidy(() => {
        const list = Array.isArray(inputs) ? inputs : [inputs]
        const byPort: Record<string, Tf.Tensor | Tf.Tensor[] | undefined> = {}
        let at = 0
        for (const { port, count } of this.settings.ports) {
          byPort[port] = count === null ? list[at] : list.slice(at, at + count)
          at += count ?? 1
        }
        const weights = Object.fromEntries(
          Object.entries(this.own).map(([name, weight]) => [name, weight.read()]),
        )
        const results = this.source.compute({
          tf,
          inputs: byPort,
          p: this.settings.p,
          weights,
          uses: this.source.uses,
          context: {
            training: kwargs.training === true,
            updateStatistics: false,
            batchSize: list[0]?.shape[0] ?? 1,
            random: {
              uniform: (shape: number[]) => tf.randomUniform(shape),
              normal: (shape: number[]) => tf.randomNormal(shape),
            },
          },
        })
        const all = this.settings.outputs.map(({ port }) => {
          const value = results[port]
          if (value === undefined) throw new Error(`${this.name} gave no output ${port}.`)
          return value
        })
        return all.length === 1 ? (all[0] as Tf.Tensor) : all
      })
    }

    override getConfig(): ConfigDict {
      const initializers = Object.fromEntries(this.initializers.map((one, at) => [`w${at}`, one]))
      return { ...super.getConfig(), node: steady(this.settings), initializers: save(initializers) }
    }
  }

  tf.serialization.registerClass(WiregradNode)
  tf.serialization.registerClass(WiregradMultiHeadAttention)
  tf.serialization.registerClass(WiregradPositionEmbedding)

  return {
    attention: (config, initializers) => new WiregradMultiHeadAttention({ ...config } as never, initializers),
    positionEmbedding: (config, initializers) => new WiregradPositionEmbedding({ ...config }, initializers),
    computed: (settings, source, initializers) =>
      new WiregradNode({ node: JSON.stringify(settings) }, source, initializers),
  }
}
